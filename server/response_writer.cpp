#include "server/response_writer.hpp"

#include <array>
#include <charconv>

namespace restjwt::server {

namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

// RFC 9110 §8.6: an answer to HEAD may only tell the length that GET would have; a view that leaves
// the body out has not told us.
bool tells_length(const http::Response& response, bool head) noexcept {
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  return !bodiless && !(head && response.body.empty());
}

}  // namespace

void append_response(std::string& out, const http::Response& response, const Framing& framing) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += http::reason_phrase(response.status);
  out += "\r\n";
  append_field(out, "Date", framing.date);
  for (std::size_t i = 0; i < response.headers.size(); ++i)
    append_field(out, response.headers[i].name, response.headers[i].value);
  if (!framing.request_id.empty()) append_field(out, "X-Request-Id", framing.request_id);
  if (framing.connection == Framing::Connection::close) append_field(out, "Connection", "close");
  else if (framing.connection == Framing::Connection::keep_alive)
    append_field(out, "Connection", "keep-alive");
  if (tells_length(response, framing.head)) {
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  out += "\r\n";
  if (!framing.head) out += response.body;
}

}  // namespace restjwt::server
