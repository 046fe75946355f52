#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include <restjwt/storage/postgres.hpp>

#include "storage/postgres/pool.hpp"

namespace restjwt::storage {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct PostgresListener::Impl {
  /// A server that has gone silent is found out by asking: it may announce nothing for hours.
  static constexpr milliseconds silence{1000};

  explicit Impl(const PostgresOptions& options)
      : info(options.url, postgres::timeouts_of(options)) {}

  /// True when there is a new connection.
  bool connect() {
    if (connection || steady_clock::now() < next_try) return false;
    try {
      connection.emplace(info);
      connection->execute("LISTEN restjwt");
      failures = 0;
      heard_last = steady_clock::now();
      connected = true;
      return true;
    } catch (const auth::StoreError&) {
      lose();
      return false;
    }
  }

  void lose() {
    connected = false;
    connection.reset();
    next_try = steady_clock::now() + postgres::pause_after(++failures);
  }

  Heard take_in() {
    Heard heard;
    while (const auto kind = connection->next_notification()) {
      if (*kind == "revocation") heard.revocations = true;
      if (*kind == "user") heard.users = true;
    }
    return heard;
  }

  void look_whether_it_lives() {
    if (steady_clock::now() - heard_last < silence) return;
    connection->query("SELECT 1");
    heard_last = steady_clock::now();
  }

  /// What has come in, or comes in until then.
  Heard listen(steady_clock::time_point until) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (connection->wait_for_notification(std::clamp(left, milliseconds(0), silence)))
      heard_last = steady_clock::now();
    look_whether_it_lives();
    return take_in();
  }

  const postgres::ConnectionInfo info;
  std::optional<postgres::Connection> connection{};
  unsigned failures = 0;
  steady_clock::time_point next_try{};
  steady_clock::time_point heard_last{};
  std::atomic<bool> connected{false};
};

PostgresListener::PostgresListener(PostgresOptions options)
    : impl_(std::make_unique<Impl>(options)) {}

PostgresListener::~PostgresListener() = default;

bool PostgresListener::is_connected() const noexcept { return impl_->connected; }

PostgresListener::Heard PostgresListener::wait(milliseconds longest) {
  const auto until = steady_clock::now() + longest;
  Heard heard;
  do {
    if (impl_->connect()) return {.from_now_on = true};
    if (!impl_->connection) {
      std::this_thread::sleep_until(std::min(until, impl_->next_try));
      continue;
    }
    try {
      heard = impl_->listen(until);
    } catch (const auth::StoreError&) {
      impl_->lose();
    }
  } while (!heard && steady_clock::now() < until);
  return heard;
}

}  // namespace restjwt::storage
