#include "server/session_keeper.hpp"

namespace restjwt::server {

SessionKeeper::SessionKeeper(auth::Sessions sessions, Log& log, std::chrono::milliseconds interval)
    : sessions_(sessions),
      log_(log),
      interval_(interval),
      thread_([this](std::stop_token stop) { run(stop); }) {}

SessionKeeper::~SessionKeeper() {
  thread_.request_stop();
  thread_.join();
  attempt(&auth::Sessions::write_seen);
}

void SessionKeeper::run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, interval_, [] { return false; });
    if (stop.stop_requested()) return;
    attempt(&auth::Sessions::write_seen);
    attempt(&auth::Sessions::tidy);
  }
}

void SessionKeeper::attempt(void (auth::Sessions::*duty)()) noexcept {
  try {
    try {
      (sessions_.*duty)();
    } catch (const std::exception& error) {
      // Who was seen when is lost for this once; what has ended is forgotten the next time.
      log_.write(LogLevel::warning, "sessions_not_noted", error.what());
    }
  } catch (...) {
    // Not even the log could be written; there is nobody left to tell.
  }
}

}  // namespace restjwt::server
