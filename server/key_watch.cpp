#include "server/key_watch.hpp"

#include <utility>

namespace restjwt::server {
namespace {

/// As "a active, b next". A kid may hold anything, so it is quoted.
std::string states(const auth::KeySchedule& schedule, TimePoint now) {
  std::string text;
  for (const auto& key : schedule.keys()) {
    text += (text.empty() ? "" : ", ") + to_text(Json(key.kid), JsonStyle::ascii) + " ";
    text += name(schedule.state(key, now));
  }
  return text;
}

}  // namespace

KeyWatch::KeyWatch(auth::KeyStore& store, auth::Service& service, const auth::KeySchedule& schedule,
                   std::string version, Clock clock, Log& log, std::chrono::milliseconds interval)
    : store_(store),
      service_(service),
      schedule_(schedule),
      version_(std::move(version)),
      clock_(std::move(clock)),
      log_(log),
      interval_(interval),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void KeyWatch::look_now() {
  const std::lock_guard lock(mutex_);
  asked_ = true;
  wake_.notify_one();
}

void KeyWatch::run(std::stop_token stop) {
  tell_states();
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, interval_, [this] { return asked_; });
    const bool asked = std::exchange(asked_, false);
    lock.unlock();  // reading may take long, and nobody who asks shall wait for it
    if (!stop.stop_requested()) look(asked);
    lock.lock();
  }
}

void KeyWatch::look(bool asked) {
  try {
    // Asked before reading: what is written in between is seen by the next look.
    std::string version = store_.version();
    if (asked || version != version_) {
      auth::KeySchedule schedule = store_.load();
      service_.use_keys(schedule);
      tell_replaced(schedule);
      schedule_ = std::move(schedule);
      version_ = std::move(version);
    }
    if (!failure_.empty())
      log_.write(LogLevel::info, "keys_readable", "the keys can be read again");
    failure_.clear();
    tell_states();
  } catch (const std::exception& error) {
    // Whoever asks with SIGHUP wants to know.
    if (asked || failure_ != error.what())
      log_.write(LogLevel::error, "keys_unreadable", error.what());
    failure_ = error.what();
  }
}

/// No change of ours puts another key under a kid: tokens that name it would be refused.
void KeyWatch::tell_replaced(const auth::KeySchedule& schedule) {
  for (const auto& key : schedule.keys()) {
    const auto* old = schedule_.find(key.kid);
    if (old && old->key && key.key && old->key->thumbprint() != key.key->thumbprint())
      log_.write(LogLevel::warning, "key_replaced",
                 to_text(Json(key.kid), JsonStyle::ascii) + " names another key than before");
  }
}

void KeyWatch::tell_states() {
  std::string now = states(schedule_, clock_());
  if (now == told_) return;
  log_.write(LogLevel::info, "keys", now);
  told_ = std::move(now);
}

}  // namespace restjwt::server
