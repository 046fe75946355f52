#pragma once
// Sockets around http::Routes: one I/O context per thread, one connection loop that answers all
// pipelined requests of a read in one write, one idle sweep per context (docs/decisions/0003).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <restjwt/http/routes.hpp>

#include "server/forwarded.hpp"

namespace restjwt::server {

class Log;

struct HttpLimits {
  std::size_t max_request_line = 8 * 1024;  ///< method, target and version: 414
  std::size_t max_header_line = 8 * 1024;   ///< one field, name and value: 431
  std::size_t max_header_size = 32 * 1024;  ///< all fields together: 431
  std::size_t max_header_count = 100;       ///< 431
  std::size_t max_body_size = 64 * 1024;  ///< 413, before it is read; chunked bodies count the same
  std::chrono::milliseconds header_timeout{10'000};  ///< from the first byte to the last header
  std::chrono::milliseconds body_timeout{15'000};
  std::chrono::milliseconds idle_timeout{30'000};  ///< between requests of a kept connection
  std::chrono::milliseconds write_timeout{15'000};
  std::chrono::milliseconds shutdown_timeout{10'000};  ///< how long stop() waits for answers
  std::size_t max_connections = 10'000;                ///< further ones wait in the kernel's queue
  std::size_t max_requests_per_connection = 1'000;     ///< the last one's answer closes
};

struct HttpOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  ///< 0: any free one
  unsigned io_threads = 0;    ///< 0: one per core
  unsigned workers = 4;       ///< threads that may wait for the store
  std::size_t worker_queue = 1024;
  unsigned hashing_threads = 0;    ///< 0: one less than cores, at least one
  std::size_t hashing_queue = 64;  ///< beyond it: 503 with Retry-After, at once
  HttpLimits limits{};
  /// Whose X-Forwarded-For is believed.
  std::vector<Network> trusted_proxies{};
};

/// Serves `routes` until stop(). `routes` and `log` must outlive it.
class HttpServer {
 public:
  /// Binds and listens. Throws std::system_error when it cannot.
  HttpServer(HttpOptions options, const http::Routes& routes, Log& log);
  ~HttpServer();

  std::uint16_t port() const noexcept;
  /// Starts the threads and returns; connections are accepted from now on.
  void start();
  /// No new connections; requests under way are answered, then everything is closed. Returns when
  /// all threads are gone.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::server
