#pragma once
// Keeps what is in memory true: users that another process changes, and what another node revokes.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <restjwt/auth/directory.hpp>
#include <restjwt/auth/sessions.hpp>

#include "server/log.hpp"

namespace restjwt::server {

struct StoreWatchOptions {
  std::chrono::milliseconds interval{200};
  /// How long what is in memory is believed while the store does not answer.
  std::chrono::milliseconds stale_limit{30'000};
  /// How often the sessions that were seen are written, and what has ended is forgotten.
  std::chrono::milliseconds tidy_interval{60'000};
};

/// On a thread of its own, asks the store's change counter a few times a second and lets the
/// directory forget when it has moved; reads what was revoked meanwhile; tidies up. When the store
/// has not answered for longer than the limit, nothing in memory is believed any more, until it
/// answers again. Everything must outlive it. The store is known to answer when it is made, and the
/// sessions to have caught up.
class StoreWatch {
 public:
  StoreWatch(auth::UserStore& users, auth::UserDirectory& directory,
             std::optional<auth::Sessions> sessions, Log& log, StoreWatchOptions options = {});
  /// Writes the sessions that were seen.
  ~StoreWatch();

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void run(std::stop_token stop);
  void look();
  void tidy();
  void disbelieve(const std::exception& error);

  auth::UserStore& users_;
  auth::UserDirectory& directory_;
  std::optional<auth::Sessions> sessions_;
  Log& log_;
  const StoreWatchOptions options_;
  std::int64_t counter_;
  Instant answered_, tidied_;
  bool failing_ = false;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace restjwt::server
