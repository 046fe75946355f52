#pragma once
// A server on a free port of the loopback, and a client that sends bytes as they are.

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http_server.hpp"
#include "server/log.hpp"

namespace restjwt::server::testing {

/// Blocks until it is opened, so that a test decides when a slow answer is ready.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for_arrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int arrived_ = 0;
};

/// Answers "<method> <path>?<query> <body>" at /fast, /slow and /hashing; the last two wait at a
/// gate.
struct Site {
  Site() {
    const auto echo = [](const http::Request& request) {
      http::Response response;
      response.headers.add("Content-Type", "text/plain");
      response.body =
          request.method + " " + request.path + "?" + request.query + " " + request.body;
      return response;
    };
    routes.add_plain("/fast", http::Cost::fast, echo);
    routes.add_plain("/slow", http::Cost::slow, [this, echo](const http::Request& request) {
      slow.pass();
      return echo(request);
    });
    routes.add_plain("/hashing", http::Cost::hashing, [this, echo](const http::Request& request) {
      hashing.pass();
      return echo(request);
    });
    routes.add_plain("/big", http::Cost::fast, [](const http::Request&) {
      http::Response response;
      response.body.assign(1024 * 1024, 'b');
      return response;
    });
  }

  static HttpOptions options() {
    HttpOptions options;
    options.port = 0;
    options.io_threads = 1;
    options.hashing_threads = 1;
    return options;
  }

  http::Routes routes{auth::Profile::v1_0_1};
  Log log{{.level = LogLevel::off, .access = false}};
  Gate slow{};
  Gate hashing{};
};

/// A started server; stops when it goes.
class Running {
 public:
  explicit Running(Site& site, HttpOptions options = Site::options())
      : site_(site), server_(std::move(options), site.routes, site.log) {
    server_.start();
  }
  ~Running() {
    site_.slow.open();
    site_.hashing.open();
  }
  std::uint16_t port() const { return server_.port(); }
  void stop() { server_.stop(); }

 private:
  Site& site_;
  HttpServer server_;
};

class Client {
 public:
  explicit Client(const Running& server) : Client(server.port()) {}
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(socket_);
      throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    }
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False when the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void half_close() { ::shutdown(socket_, SHUT_WR); }

  /// Everything up to the close by the server.
  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }
  /// Up to and with `end`; what came behind it is kept for the next call.
  std::string read_until(std::string_view end) {
    for (;;) {
      const auto found = received_.find(end);
      if (found != std::string::npos) {
        auto text = received_.substr(0, found + end.size());
        received_.erase(0, text.size());
        return text;
      }
      if (!receive()) return std::exchange(received_, {}) + "<closed>";
    }
  }

 private:
  bool receive() {
    char part[4096];
    const auto size = ::recv(socket_, part, sizeof part, 0);
    if (size <= 0) return false;
    received_.append(part, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  std::string received_{};
};

inline std::string get(std::string_view target, std::string_view more = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

inline int status_of(std::string_view answer) {
  if (answer.substr(0, 9) != "HTTP/1.1 " || answer.size() < 12) return 0;
  return std::stoi(std::string(answer.substr(9, 3)));
}

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace restjwt::server::testing
