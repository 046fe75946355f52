#include "server/store_watch.hpp"

#include <string>

namespace restjwt::server {

using std::chrono::steady_clock;

StoreWatch::StoreWatch(auth::UserStore& users, auth::UserDirectory& directory,
                       std::optional<auth::Sessions> sessions, Log& log, StoreWatchOptions options)
    : users_(users),
      directory_(directory),
      sessions_(sessions),
      log_(log),
      options_(options),
      counter_(users.change_counter()),
      answered_(steady_clock::now()),
      tidied_(answered_),
      thread_([this](std::stop_token stop) { run(stop); }) {}

StoreWatch::~StoreWatch() {
  thread_.request_stop();
  thread_.join();
  tidy();
}

void StoreWatch::run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, options_.interval, [] { return false; });
    if (stop.stop_requested()) return;
    look();
    if (steady_clock::now() - tidied_ >= options_.tidy_interval) tidy();
  }
}

void StoreWatch::look() {
  const auto begun = steady_clock::now();
  try {
    // What was revoked first: whoever finds a user changed has to find his sessions ended.
    if (sessions_) sessions_->catch_up();
    const auto counter = users_.change_counter();
    if (counter != counter_) directory_.forget_all();
    counter_ = counter;
    answered_ = begun;
    if (failing_) log_.write(LogLevel::info, "store_readable", "the store answers again");
    failing_ = false;
  } catch (const auth::StoreBusy&) {
    // Somebody is writing. What he has not finished is not there yet: the next look sees it.
    answered_ = begun;
  } catch (const auth::StoreReplaced& error) {
    answered_ = {};  // no answer will come, and what memory holds is of another store
    disbelieve(error);
  } catch (const std::exception& error) {
    disbelieve(error);
  }
}

void StoreWatch::disbelieve(const std::exception& error) {
  if (!failing_) log_.write(LogLevel::error, "store_unreadable", error.what());
  failing_ = true;
  if (steady_clock::now() - answered_ < options_.stale_limit) return;
  directory_.forget_all();
  if (sessions_) sessions_->lose_track();
}

void StoreWatch::tidy() {
  tidied_ = steady_clock::now();
  if (!sessions_) return;
  try {
    sessions_->write_seen();
    sessions_->tidy();
  } catch (const std::exception& error) {
    // Who was seen when is lost for this once; what has ended is forgotten the next time.
    log_.write(LogLevel::warning, "sessions_not_noted", error.what());
  }
}

}  // namespace restjwt::server
