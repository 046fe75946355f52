#include "cli/migrate/shadow_client.hpp"

#include <charconv>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http.hpp>

#include "cli/command.hpp"
#include "cli/migrate/shadow_wire.hpp"

namespace restjwt::cli::migrate {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Endpoints = std::vector<net::ip::tcp::endpoint>;

/// "HOST:PORT" or "[ADDRESS]:PORT" → both; nothing when there is more or less.
std::optional<std::pair<std::string, std::uint16_t>> host_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || port == 0)
    return std::nullopt;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find_first_of(":/@?#") != host.npos) return std::nullopt;
  return std::pair(std::string(host), port);
}

Endpoints endpoints_of(const Peer& peer) {
  Endpoints endpoints;
  for (const auto& address : peer.addresses)
    endpoints.emplace_back(net::ip::make_address(address), peer.port);
  return endpoints;
}

beast::http::request<beast::http::string_body> to_beast(const Peer& peer,
                                                        const http::Request& request) {
  beast::http::request<beast::http::string_body> out;
  out.version(11);
  out.method_string(request.method);
  out.target(request.query.empty() ? request.path : request.path + '?' + request.query);
  const auto headers = end_to_end(request.headers);
  if (!headers.find("Host")) out.set(beast::http::field::host, peer.authority);
  for (std::size_t i = 0; i < headers.size(); ++i)
    out.insert(std::string(headers[i].name), std::string(headers[i].value));
  out.set(beast::http::field::connection, "close");
  out.body() = request.body;
  if (!request.body.empty() || request.headers.find("Content-Length"))
    out.content_length(request.body.size());
  return out;
}

template <class Message>
Answer from_beast(const Message& message) {
  Answer answer{
      .response = {.status = static_cast<int>(message.result_int()), .body = message.body()},
      .reason = std::string(message.reason())};
  for (const auto& field : message)
    answer.response.headers.add(std::string(field.name_string()), std::string(field.value()));
  return answer;
}

std::string why_none(error_code error) {
  namespace h = beast::http;
  if (error == beast::error::timeout) return "no answer in time";
  if (error == h::error::body_limit) return "an answer longer than 8 MiB";
  if (error == h::error::header_limit) return "an answer whose headers are longer than 64 KiB";
  if (error == h::error::buffer_overflow) return "an answer of which a line has no end";
  if (error == h::error::partial_message) return "an answer that was cut off";
  if (error == h::error::end_of_stream || error == net::error::connection_reset)
    return "closed without an answer";
  if (error.category() == make_error_code(h::error::bad_version).category())
    return "an answer that is not HTTP: " + error.message();
  return "no answer: " + error.message();
}

/// Past "100 Continue" and its kind, which nobody asked for.
Reply read_answer(Wire& wire, bool to_head) {
  namespace h = beast::http;
  constexpr int most_interim = 8;
  for (int i = 0; i < most_interim; ++i) {
    h::response_parser<h::string_body> parser;
    parser.body_limit(longest_body);
    parser.header_limit(longest_header);
    parser.skip(to_head);
    const auto error = wire.run(
        [&](auto done) { h::async_read(wire.stream(), wire.buffer(), parser, std::move(done)); });
    if (error) return why_none(error);
    if (parser.get().result_int() >= 200) return from_beast(parser.get());
  }
  return std::string("an answer that never becomes final");
}

}  // namespace

Peer find_peer(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  std::string_view authority = url;
  if (!authority.starts_with(scheme))
    throw WrongUsage("--against: expected http://HOST:PORT, the port behind any TLS proxy");
  authority.remove_prefix(scheme.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const auto parts = host_and_port(authority);
  if (!parts) throw WrongUsage("--against: expected http://HOST:PORT and no path");

  net::io_context io;
  net::ip::tcp::resolver resolver(io);
  error_code error;
  Peer peer{.authority = std::string(authority), .port = parts->second};
  for (const auto& found : resolver.resolve(parts->first, std::to_string(parts->second), error))
    peer.addresses.push_back(found.endpoint().address().to_string());
  if (error) throw Refused("--against: the host is not found: " + error.message());
  return peer;
}

http::Headers end_to_end(const http::Headers& headers) {
  static constexpr const char* dropped[] = {
      "Connection", "Keep-Alive",        "Proxy-Connection", "TE",    "Trailer",
      "Upgrade",    "Transfer-Encoding", "Content-Length",   "Expect"};
  const auto named = ',' + headers.joined("Connection").value_or("") + ',';
  const auto is_dropped = [&](std::string_view name) {
    for (const auto* other : dropped)
      if (http::same_name(name, other)) return true;
    for (std::size_t begin = 0, end; (end = named.find(',', begin)) != named.npos;
         begin = end + 1) {
      std::string_view item(named.data() + begin, end - begin);
      item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
      item = item.substr(0, item.find_last_not_of(" \t") + 1);
      if (http::same_name(name, item)) return true;
    }
    return false;
  };
  http::Headers kept;
  for (std::size_t i = 0; i < headers.size(); ++i)
    if (!is_dropped(headers[i].name)) kept.add(headers[i].name, headers[i].value);
  return kept;
}

Reply ask(const Peer& peer, const http::Request& request, std::chrono::milliseconds time) {
  Wire wire;
  wire.allow(time);
  const auto endpoints = endpoints_of(peer);
  if (const auto error =
          wire.run([&](auto done) { wire.stream().async_connect(endpoints, std::move(done)); }))
    return "no connection: " + error.message();

  const auto message = to_beast(peer, request);
  // A server may refuse a long body and close before it has read it: its answer is there all the
  // same, so an error of writing is left for reading to find.
  const auto unsent = wire.run(
      [&](auto done) { beast::http::async_write(wire.stream(), message, std::move(done)); });
  if (unsent == beast::error::timeout) return why_none(unsent);
  return read_answer(wire, request.method == "HEAD");
}

}  // namespace restjwt::cli::migrate
