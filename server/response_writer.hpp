#pragma once
// A response as the bytes of HTTP/1.1.

#include <string>
#include <string_view>

#include <restjwt/http/message.hpp>

namespace restjwt::server {

/// What the connection adds to an answer.
struct Framing {
  enum class Connection { implied, keep_alive, close };
  Connection connection = Connection::implied;
  bool head = false;              ///< the request was HEAD: no body follows
  std::string_view date{};        ///< IMF-fixdate
  std::string_view request_id{};  ///< empty: none
};

void append_response(std::string& out, const http::Response& response, const Framing& framing);

}  // namespace restjwt::server
