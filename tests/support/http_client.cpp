#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

namespace restjwt::test {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("http client: ") + what);
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) fail("not a number in an answer");
  return value;
}

std::string_view cut_line(std::string_view& rest) {
  const auto end = rest.find(line_end);
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + line_end.size());
  return line;
}

http::Response parse_head(std::string_view head) {
  http::Response answer;
  const auto status_line = cut_line(head);
  if (!status_line.starts_with("HTTP/1.1 ") || status_line.size() < 12) fail("no status line");
  answer.status = static_cast<int>(number(status_line.substr(9, 3)));
  while (!head.empty()) {
    const auto line = cut_line(head);
    const auto colon = line.find(": ");
    if (colon == line.npos) fail("a header without a colon");
    answer.headers.add(line.substr(0, colon), line.substr(colon + 2));
  }
  return answer;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  const int on = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    ::close(socket_);
    throw std::system_error(error, std::generic_category(), "http client: connect");
  }
}

HttpClient::~HttpClient() { ::close(socket_); }

void HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    // A server that refuses a request may close before it has read all of it; its answer is there.
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
    if (sent <= 0) fail("the server does not read");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HttpClient::read_more() {
  char buffer[16 * 1024];
  const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
  if (size < 0 && errno == ECONNRESET) return false;
  if (size < 0) fail("the server does not answer");
  unread_.append(buffer, static_cast<std::size_t>(size));
  return size > 0;
}

http::Response HttpClient::receive(bool to_head) {
  std::size_t end;
  while ((end = unread_.find(head_end)) == unread_.npos)
    if (!read_more()) fail("closed before an answer");
  auto answer = parse_head(std::string_view(unread_).substr(0, end));
  unread_.erase(0, end + head_end.size());

  if (to_head || answer.status == 204 || answer.status == 304) return answer;  // RFC 9112 §6.3
  const auto length = answer.headers.find("Content-Length");
  if (!length) fail("an answer without Content-Length");
  const auto size = number(*length);
  while (unread_.size() < size)
    if (!read_more()) fail("closed within an answer");
  answer.body = unread_.substr(0, size);
  unread_.erase(0, size);
  return answer;
}

bool HttpClient::closed_by_server() { return unread_.empty() && !read_more(); }

std::string request_text(std::string_view method, std::string_view target, std::string_view fields,
                         std::string_view body) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n").append(fields);
  if (!body.empty() || method == "POST")
    text.append("Content-Length: ").append(std::to_string(body.size())).append(line_end);
  return text.append(line_end).append(body);
}

http::Response exchange(std::uint16_t port, std::string_view request) {
  HttpClient client(port);
  client.send(request);
  return client.receive(request.starts_with("HEAD "));
}

}  // namespace restjwt::test
