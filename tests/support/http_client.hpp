#pragma once
// A small blocking HTTP client on loopback, for tests: raw bytes in, an answer out. It reads what
// our own server writes: every answer has a Content-Length.

#include <cstdint>
#include <string>
#include <string_view>

#include <restjwt/http/message.hpp>

namespace restjwt::test {

/// One connection. Everything throws std::runtime_error when the server does not answer within
/// 30 seconds, closes early or writes something else than an answer.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(std::string_view bytes);
  /// The next answer. The answer to HEAD has no body, whatever its length says.
  http::Response receive(bool to_head = false);
  /// Whether the server has closed the connection after the answers read so far. Waits for it.
  bool closed_by_server();

 private:
  bool read_more();

  int socket_;
  std::string unread_;
};

/// A request's bytes with Host and, where there is a body or for POST, Content-Length. `fields` are
/// complete lines, each with its CRLF.
std::string request_text(std::string_view method, std::string_view target,
                         std::string_view fields = {}, std::string_view body = {});

/// Sends the bytes on a connection of their own and reads one answer.
http::Response exchange(std::uint16_t port, std::string_view request);

}  // namespace restjwt::test
