#pragma once
// Keeps what is in memory true: users that another process changes, and what another node revokes.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <restjwt/auth/directory.hpp>
#include <restjwt/auth/sessions.hpp>
#include <restjwt/storage/postgres.hpp>

#include "server/log.hpp"

namespace restjwt::server {

/// Everything must outlive the watch.
struct StoreWatchParts {
  auth::UserStore& users;
  auth::UserDirectory& directory;
  /// Having caught up.
  std::optional<auth::Sessions> sessions{};
  /// Tells when to look; without one every look waits for its turn.
  std::unique_ptr<storage::PostgresListener> listener{};
  Log& log;
};

struct StoreWatchOptions {
  /// Between two looks, where nobody tells of changes.
  std::chrono::milliseconds interval{200};
  /// The same where somebody does.
  std::chrono::milliseconds interval_of_listener{500};
  /// How long what is in memory is believed while the store does not answer.
  std::chrono::milliseconds stale_limit{30'000};
  /// How often the log tells what was revoked, where anything was.
  std::chrono::milliseconds report_interval{60'000};
};

/// On a thread of its own, asks the store's change counter and lets the directory forget when it
/// has moved; reads what was revoked meanwhile. When the store has not answered for longer than the
/// limit, nothing in memory is believed any more, until it answers again; a second thread sees to
/// that, as a question may hang. The store is known to answer when it is made.
class StoreWatch {
 public:
  explicit StoreWatch(StoreWatchParts parts, StoreWatchOptions options = {});
  ~StoreWatch();

  /// How long ago the newest question that was answered was asked.
  std::chrono::milliseconds silence() const;
  /// Whether the store answers: the newest look was no failure, and is not old. Never asks it.
  bool hears() const;

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void ask(std::stop_token stop);
  void wait(std::stop_token stop);
  void look();
  void believe(Instant asked);
  void disbelieve(const std::exception& error);
  bool is_stale() const;
  void tell();

  void doubt(std::stop_token stop);
  void forget();

  StoreWatchParts parts_;
  const StoreWatchOptions options_;

  mutable std::mutex mutex_{};  // held by nobody who asks the store
  std::condition_variable_any wake_{};
  Instant answered_;  // under the mutex, and the next
  bool believed_ = true;

  std::atomic<bool> failing_ = false;

  // Of the thread that asks.
  std::int64_t counter_;
  std::size_t taken_in_ = 0;
  std::chrono::milliseconds longest_lag_{0};
  std::size_t told_entries_ = 0;
  Instant told_;

  std::jthread asking_{}, doubting_{};
};

}  // namespace restjwt::server
