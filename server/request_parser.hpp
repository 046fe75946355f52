#pragma once
// Bytes of a connection → one http::Request after another. Boost.Beast does the parsing; this class
// counts against the limits while the bytes arrive and refuses whatever could be read in two ways.

#include <cstddef>
#include <memory>
#include <string_view>

#include <restjwt/http/message.hpp>

#include "server/http_server.hpp"

namespace restjwt::server {

/// Why a request is not read to its end. After it nobody knows where the next one begins: the
/// connection has to be closed.
struct Refusal {
  int status = 400;
  std::string_view detail{};  ///< one sentence for the client
};

class RequestParser {
 public:
  enum class State {
    header,    ///< the header is not complete yet
    body,      ///< the header is, the body is not
    complete,  ///< request() is; call next() for the one behind it
    refused,   ///< see refusal()
  };

  explicit RequestParser(const HttpLimits& limits);
  ~RequestParser();

  /// Takes what it can from the front of `bytes` and says how many that were. The others have to be
  /// offered again with more behind them. Stops behind a complete request.
  std::size_t feed(std::string_view bytes);
  /// Starts over with the next request of the connection; the memory of the last one is used again.
  void next();

  State state() const noexcept;
  const Refusal& refusal() const noexcept;
  /// What has been read; method, path and headers are there from State::body on.
  http::Request& request() noexcept;
  /// Whether another request may follow. From State::body on.
  bool keep_alive() const noexcept;
  /// The client speaks HTTP/1.0, which closes unless both sides say otherwise. From State::body on.
  bool is_http_1_0() const noexcept;
  /// The client waits for "100 Continue" before it sends its body. From State::body on.
  bool expects_continue() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::server
