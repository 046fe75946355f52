#pragma once
// One I/O thread: its context, its connections, and one timer for the deadlines of all of them.
// Nothing in it is locked: everything but post() and abort() happens on the loop's own thread.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>

#include "server/http_server.hpp"
#include "server/pool.hpp"

namespace restjwt::server {

namespace net = boost::asio;
// The concrete executor: a type-erased one costs a microsecond a request (docs/decisions/0003).
using Executor = net::io_context::executor_type;
using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;
using SteadyClock = std::chrono::steady_clock;

/// What all loops of a server share.
struct Shared {
  const http::Routes& routes;
  Log& log;
  HttpLimits limits;
  std::vector<Network> trusted_proxies{};
  std::optional<Pool> workers{};
  std::optional<Pool> hashers{};
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> stopping{false};
};

/// A connection as its loop sees it. Leaves the loop's list when it is destroyed.
class Watched : public boost::intrusive::list_base_hook<
                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~Watched() = default;
  /// Looks at its deadline. Never destroys the connection.
  virtual void on_sweep(SteadyClock::time_point now) = 0;
  /// Nothing more is to be read, but for requests that have begun.
  virtual void on_stop() = 0;
  /// Everything is over, whatever is under way.
  virtual void on_abort() noexcept = 0;
};

class IoLoop {
 public:
  explicit IoLoop(Shared& shared);

  /// Serves until begin_stop() was called and the last connection is gone, or abort().
  void run();
  void begin_stop();
  /// From any thread: closes all connections and ends run().
  void abort();

  template <class Function>
  void post(Function function) {
    net::post(context_, std::move(function));
  }

  void watch(Watched& connection) { connections_.push_back(connection); }
  /// Ends run() when a stop has begun and the last connection is gone. A connection that has left
  /// calls it.
  void finish_if_done() noexcept;

  Shared& shared() noexcept { return shared_; }
  Executor executor() noexcept { return context_.get_executor(); }
  /// When a wait that begins now is over: late by up to one sweep, never early.
  SteadyClock::time_point deadline_in(std::chrono::milliseconds wait) const noexcept {
    return now_ + sweep_period_ + wait;
  }
  /// The wall clock as an IMF-fixdate.
  std::string_view date();
  std::string next_request_id();

  /// Called after each sweep.
  std::function<void()> after_sweep{};

 private:
  using Timer = net::basic_waitable_timer<SteadyClock, net::wait_traits<SteadyClock>, Executor>;

  void sweep();

  Shared& shared_;
  const std::chrono::milliseconds sweep_period_;
  boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>> connections_{};
  net::io_context context_{1};
  net::executor_work_guard<Executor> stay_{context_.get_executor()};
  Timer timer_{context_};
  SteadyClock::time_point now_ = SteadyClock::now();
  bool running_ = false;
  bool stopping_ = false;
  std::time_t date_of_ = -1;
  std::string date_{};
  const std::string id_prefix_;
  std::uint64_t requests_ = 0;
};

}  // namespace restjwt::server
