#pragma once
// A connection that is used as if it blocked, but with a deadline. The only header here that knows
// Boost: sockets that really block cannot be given one portably.

#include <chrono>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace restjwt::cli::migrate {

class Wire {
 public:
  Wire() : stream_(io_) {}

  boost::beast::tcp_stream& stream() noexcept { return stream_; }
  boost::beast::flat_buffer& buffer() noexcept { return buffer_; }

  /// All steps until the next call of this have to end within `time` from now, together.
  void allow(std::chrono::milliseconds time) { stream_.expires_after(time); }

  /// Runs one asynchronous step to its end: `start` is given the handler.
  template <class Start>
  boost::system::error_code run(Start start) {
    boost::system::error_code result;
    start([&result](boost::system::error_code error, auto&&...) { result = error; });
    io_.restart();
    io_.run();
    return result;
  }

 private:
  boost::asio::io_context io_;
  boost::beast::tcp_stream stream_;
  // Bounds what the parser's own limits do not count: chunk extensions and trailers.
  boost::beast::flat_buffer buffer_{256 * 1024};
};

}  // namespace restjwt::cli::migrate
