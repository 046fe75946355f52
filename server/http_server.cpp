#include "server/http_server.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/dispatch.hpp>

#include "server/connection.hpp"
#include "server/io_loop.hpp"
#include "server/log.hpp"

namespace restjwt::server {

namespace {

using boost::system::error_code;
using Tcp = net::ip::tcp;

unsigned cores() { return std::max(std::thread::hardware_concurrency(), 1U); }
unsigned or_default(unsigned wished, unsigned fallback) { return wished ? wished : fallback; }

// One listening socket, on the first loop; connections are dealt to all loops in turn. Not one
// socket a loop (SO_REUSEPORT): then a second server on the same port would start without an error.
class Listener {
 public:
  Listener(const HttpOptions& options, std::vector<std::unique_ptr<IoLoop>>& loops, Shared& shared)
      : loops_(loops), shared_(shared), acceptor_(loops.front()->executor()) {
    try {
      listen(options);
    } catch (const boost::system::system_error& error) {
      throw std::system_error(
          error.code(), "cannot listen on " + options.host + ":" + std::to_string(options.port));
    }
    loops.front()->after_sweep = [this] { resume(); };
  }

  std::uint16_t port() const noexcept { return port_; }

  /// Accepts until close(), or until something is short; the sweep of the loop tries again then, so
  /// that a lack of descriptors does not make this loop spin.
  void resume() {
    if (waiting_ || !acceptor_.is_open()) return;
    if (shared_.connections >= shared_.limits.max_connections) return;
    waiting_ = true;
    auto& loop = *loops_[next_++ % loops_.size()];
    acceptor_.async_accept(loop.executor(), [this, &loop](const error_code& error, Socket socket) {
      waiting_ = false;
      if (!error) begin(loop, std::move(socket));
      if (!error || error == net::error::connection_aborted) return resume();
      if (error != net::error::operation_aborted)
        shared_.log.write(LogLevel::warning, "accept_failed", error.message());
    });
  }

  /// What the kernel has already accepted is served, as those clients do not know better.
  void close() {
    error_code error;
    while (acceptor_.is_open()) {
      auto& loop = *loops_[next_++ % loops_.size()];
      Socket socket(loop.executor());
      acceptor_.accept(socket, error);
      if (error) break;
      begin(loop, std::move(socket));
    }
    acceptor_.close(error);
  }

 private:
  void listen(const HttpOptions& options) {
    Tcp::resolver resolver(acceptor_.get_executor());
    const auto endpoint = resolver.resolve(options.host, std::to_string(options.port))->endpoint();
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(net::socket_base::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    acceptor_.non_blocking(true);
    port_ = acceptor_.local_endpoint().port();
  }

  static void begin(IoLoop& loop, Socket socket) {
    auto connection = std::make_shared<Connection>(loop, std::move(socket));
    net::dispatch(loop.executor(), [connection = std::move(connection)] { connection->start(); });
  }

  std::vector<std::unique_ptr<IoLoop>>& loops_;
  Shared& shared_;
  net::basic_socket_acceptor<Tcp, Executor> acceptor_;
  std::uint16_t port_ = 0;
  std::size_t next_ = 0;
  bool waiting_ = false;
};

}  // namespace

struct HttpServer::Impl {
  Impl(HttpOptions given, const http::Routes& routes, Log& log)
      : options(std::move(given)),
        shared{.routes = routes,
               .log = log,
               .limits = options.limits,
               .trusted_proxies = options.trusted_proxies},
        loops(make_loops(shared, or_default(options.io_threads, cores()))),
        listener(options, loops, shared) {}

  static std::vector<std::unique_ptr<IoLoop>> make_loops(Shared& shared, unsigned count) {
    std::vector<std::unique_ptr<IoLoop>> loops;
    for (unsigned i = 0; i < count; ++i) loops.push_back(std::make_unique<IoLoop>(shared));
    return loops;
  }

  void start();
  void stop();
  bool wait_for_loops();

  HttpOptions options;
  Shared shared;
  std::vector<std::unique_ptr<IoLoop>> loops;
  Listener listener;
  std::vector<std::thread> threads{};
  std::mutex mutex{};
  std::condition_variable loop_ended{};
  std::size_t running = 0;
};

void HttpServer::Impl::start() {
  shared.workers.emplace(options.workers, options.worker_queue);
  shared.hashers.emplace(or_default(options.hashing_threads, std::max(cores() - 1, 1U)),
                         options.hashing_queue, Pool::Priority::background);
  for (auto& loop : loops) {
    const std::lock_guard counting(mutex);
    threads.emplace_back([this, &loop = *loop] {
      loop.run();
      const std::lock_guard lock(mutex);
      --running;
      loop_ended.notify_all();
    });
    ++running;
  }
}

void HttpServer::Impl::stop() {
  if (threads.empty()) return;
  shared.stopping = true;
  std::promise<void> closed;
  loops.front()->post([&] {
    listener.close();
    closed.set_value();
  });
  closed.get_future().wait();
  for (auto& loop : loops) loop->post([&loop = *loop] { loop.begin_stop(); });
  if (!wait_for_loops())
    for (auto& loop : loops) loop->abort();
  for (auto& thread : threads) thread.join();
  threads.clear();
  // Nobody waits for these answers any more.
  for (auto* pool : {&*shared.workers, &*shared.hashers}) {
    pool->discard();
    pool->stop();
  }
}

bool HttpServer::Impl::wait_for_loops() {
  std::unique_lock lock(mutex);
  return loop_ended.wait_for(lock, options.limits.shutdown_timeout,
                             [this] { return running == 0; });
}

HttpServer::HttpServer(HttpOptions options, const http::Routes& routes, Log& log)
    : impl_(std::make_unique<Impl>(std::move(options), routes, log)) {}

HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::port() const noexcept { return impl_->listener.port(); }
void HttpServer::start() { impl_->start(); }
void HttpServer::stop() { impl_->stop(); }

}  // namespace restjwt::server
