#include "server/store_watch.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace restjwt::server {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Changes come in crowds, and a look takes in all of them.
constexpr milliseconds breath{10};
// A look that takes so long is slow, and no silence yet.
constexpr milliseconds shortest_doubt{2000};
constexpr milliseconds longest_silence{3000};

}  // namespace

StoreWatch::StoreWatch(StoreWatchParts parts, StoreWatchOptions options)
    : parts_(std::move(parts)),
      options_(options),
      answered_(steady_clock::now()),
      counter_(parts_.users.change_counter()),
      told_(answered_),
      asking_([this](std::stop_token stop) { ask(stop); }),
      doubting_([this](std::stop_token stop) { doubt(stop); }) {}

StoreWatch::~StoreWatch() {
  asking_.request_stop();
  doubting_.request_stop();
}

milliseconds StoreWatch::silence() const {
  const std::lock_guard lock(mutex_);
  return duration_cast<milliseconds>(steady_clock::now() - answered_);
}

bool StoreWatch::hears() const { return !failing_ && silence() < longest_silence; }

void StoreWatch::ask(std::stop_token stop) {
  while (!stop.stop_requested()) {
    try {
      wait(stop);
      if (stop.stop_requested()) return;
      look();
      if (steady_clock::now() - told_ >= options_.report_interval) tell();
    } catch (...) {
      // Not even the log could be written. Whoever is not answered in time is doubted all the same.
    }
  }
}

void StoreWatch::wait(std::stop_token stop) {
  const auto sleep = [&](milliseconds time) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, time, [] { return false; });
  };
  if (!parts_.listener) return sleep(options_.interval);
  sleep(std::min(breath, options_.interval));
  if (stop.stop_requested()) return;
  parts_.listener->wait(parts_.listener->is_connected() ? options_.interval_of_listener
                                                        : options_.interval);
}

void StoreWatch::look() {
  const auto asked = steady_clock::now();
  try {
    // In this order. A change of a user and the revocation that goes with it are committed
    // together: where the counter shows the one, what is read after it has the other, and only then
    // does the directory forget, and read the user anew. A change that is committed in between is
    // revoked at once, and forgotten at the next look.
    const auto counter = parts_.users.change_counter();
    const auto taken_in = parts_.sessions ? parts_.sessions->catch_up() : 0;
    if (counter != counter_) parts_.directory.forget_all();
    counter_ = counter;
    if (taken_in > 0) longest_lag_ = std::max(longest_lag_, silence());
    taken_in_ += taken_in;
    believe(asked);
  } catch (const auth::StoreBusy& error) {
    // Somebody is writing. What he has not finished is not there yet: the next look sees it, unless
    // there is always somebody.
    if (is_stale()) disbelieve(error);
  } catch (const auth::StoreReplaced& error) {
    {
      const std::lock_guard lock(mutex_);
      answered_ = {};  // no answer will come, and what memory holds is of another store
    }
    disbelieve(error);
  } catch (const std::exception& error) {
    disbelieve(error);
  }
}

void StoreWatch::believe(Instant asked) {
  {
    const std::lock_guard lock(mutex_);
    answered_ = asked;
    believed_ = true;
    wake_.notify_all();
  }
  if (failing_.exchange(false))
    parts_.log.write(LogLevel::info, "store_readable", "the store answers again");
}

void StoreWatch::disbelieve(const std::exception& error) {
  if (is_stale()) {
    const std::lock_guard lock(mutex_);
    forget();
  }
  if (!failing_.exchange(true)) parts_.log.write(LogLevel::error, "store_unreadable", error.what());
}

bool StoreWatch::is_stale() const { return silence() >= options_.stale_limit; }

void StoreWatch::forget() {
  believed_ = false;
  parts_.directory.forget_all();
  if (parts_.sessions) parts_.sessions->lose_track();
}

void StoreWatch::doubt(std::stop_token stop) {
  const auto limit = std::max(options_.stale_limit, shortest_doubt);
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (!believed_) wake_.wait(lock, stop, [this] { return believed_; });
    else if (steady_clock::now() - answered_ >= limit) forget();
    else wake_.wait_until(lock, stop, answered_ + limit, [] { return false; });
  }
}

void StoreWatch::tell() {
  told_ = steady_clock::now();
  if (!parts_.sessions) return;
  const auto report = parts_.sessions->report();
  if (taken_in_ == 0 && report.entries == told_entries_) return;
  std::string text = std::to_string(report.entries) + " in force, in " +
                     std::to_string(report.bytes) + " bytes of memory";
  if (taken_in_ > 0)
    text += "; " + std::to_string(taken_in_) + " read from the log, each within " +
            std::to_string(longest_lag_.count()) + " ms of being appended";
  told_entries_ = report.entries;
  taken_in_ = 0;
  longest_lag_ = {};
  parts_.log.write(LogLevel::info, "revocations", text);
}

}  // namespace restjwt::server
