#include "server/directory_watch.hpp"

namespace restjwt::server {

DirectoryWatch::DirectoryWatch(auth::UserStore& users, auth::UserDirectory& directory, Log& log,
                               std::chrono::milliseconds interval)
    : users_(users),
      directory_(directory),
      log_(log),
      interval_(interval),
      counter_(users.change_counter()),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void DirectoryWatch::run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, interval_, [] { return false; });
    if (!stop.stop_requested()) look();
  }
}

void DirectoryWatch::look() {
  try {
    const auto counter = users_.change_counter();
    if (counter != counter_) directory_.forget_all();
    counter_ = counter;
    failing_ = false;
  } catch (const auth::StoreBusy&) {
    // Somebody is writing. What he has not finished is not there yet: the next look sees it.
  } catch (const std::exception& error) {
    // What cannot be checked is not believed: every user is asked for again.
    directory_.forget_all();
    if (!failing_) log_.write(LogLevel::error, "store_unreadable", error.what());
    failing_ = true;
  }
}

}  // namespace restjwt::server
