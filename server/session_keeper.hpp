#pragma once
// Writes down, now and then, which sessions were seen, and forgets those that have ended.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include <restjwt/auth/sessions.hpp>

#include "server/log.hpp"

namespace restjwt::server {

/// On a thread of its own: that may take long, and nothing waits for it but the end. `log` and the
/// Service must outlive it.
class SessionKeeper {
 public:
  SessionKeeper(auth::Sessions sessions, Log& log,
                std::chrono::milliseconds interval = std::chrono::minutes{1});
  /// Writes the sessions that were seen since the last time.
  ~SessionKeeper();

 private:
  void run(std::stop_token stop);
  /// A failure is logged.
  void attempt(void (auth::Sessions::*duty)()) noexcept;

  auth::Sessions sessions_;
  Log& log_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_{};
  std::condition_variable_any wake_{};
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace restjwt::server
