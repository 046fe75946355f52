// A running Service follows its store.

#include "server/key_watch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>

#include <restjwt/auth/user.hpp>

#include "support/scheduled_keys.hpp"
#include "support/site.hpp"

namespace restjwt::server {
namespace {

using namespace std::chrono_literals;

/// Keys in memory, which can fail.
class MemoryKeys final : public auth::KeyStore {
 public:
  auth::KeySchedule load() override {
    const std::lock_guard lock(mutex_);
    ++loads;
    if (fails) throw auth::StoreError(gone ? "the disk is gone" : "the disk is full");
    return schedule_;
  }
  auth::KeySchedule::Changed change(
      const std::function<auth::KeySchedule::Changed(const auth::KeySchedule&)>&) override {
    return schedule_;
  }
  std::string version() override {
    ++looks;
    looks.notify_all();
    return std::to_string(version_);
  }
  void put(auth::KeySchedule schedule) {
    const std::lock_guard lock(mutex_);
    schedule_ = std::move(schedule);
    ++version_;
  }
  /// Until two more looks have begun, the first of which has seen what was put before.
  void wait_for_a_look() {
    for (int seen = looks, enough = seen + 2; seen < enough; seen = looks) looks.wait(seen);
  }

  std::atomic<bool> fails = false, gone = true;
  std::atomic<int> loads = 0, looks = 0;

 private:
  std::mutex mutex_;
  auth::KeySchedule schedule_{};
  std::atomic<int> version_ = 0;
};

class KeyWatchTest : public ::testing::Test, protected test::Rotation {
 protected:
  KeyWatchTest() {
    add("a");
    store_.put(keys);
    service_.emplace(auth::Parts{
        .settings = test::test_settings(), .users = *users_, .keys = keys, .clock = [this] {
          return TimePoint(now_.load());
        }});
  }

  void watch(std::chrono::milliseconds interval = 1ms) {
    watch_.emplace(
        store_, *service_, keys, store_.version(), [this] { return TimePoint(now_.load()); }, log_,
        interval);
  }
  bool publishes(const std::string& kid) {
    return service_->published_keys()->json.find("\"kid\":\"" + kid + "\"") != std::string::npos;
  }
  std::string lines() {
    watch_.reset();
    log_.~Log();  // writes what is left
    new (&log_) Log({.level = LogLevel::off, .access = false});
    const std::lock_guard lock(lines_mutex_);
    return lines_;
  }

  std::atomic<std::chrono::seconds> now_{now.time_since_epoch()};
  std::mutex lines_mutex_;
  std::string lines_;
  Log log_{{.access = false, .sink = [this](std::string_view line) {
              const std::lock_guard lock(lines_mutex_);
              lines_.append(line).append("\n");
            }}};
  std::unique_ptr<auth::UserStore> users_ = storage::open_memory();
  MemoryKeys store_;
  std::optional<auth::Service> service_;
  std::optional<KeyWatch> watch_;
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_F(KeyWatchTest, TheServiceGetsTheKeysThatWereWritten) {
  watch();
  add("b");
  store_.put(keys);
  store_.wait_for_a_look();
  EXPECT_TRUE(publishes("b"));
}

TEST_F(KeyWatchTest, WithoutANewVersionNothingIsRead) {
  watch();
  store_.wait_for_a_look();
  EXPECT_EQ(store_.loads, 0);
}

TEST_F(KeyWatchTest, WhoeverAsksIsServedBeforeTheNextLook) {
  watch(24h);
  add("b");
  store_.put(keys);
  watch_->look_now();
  while (!publishes("b")) std::this_thread::yield();
  EXPECT_TRUE(publishes("a"));
}

TEST_F(KeyWatchTest, KeysThatCannotBeReadLeaveTheOldOnesAndAreSaidOnce) {
  watch();
  store_.fails = true;
  store_.put({});
  for (int i = 0; i < 3; ++i) store_.wait_for_a_look();
  EXPECT_TRUE(publishes("a"));
  store_.fails = false;
  add("b");
  store_.put(keys);
  store_.wait_for_a_look();
  EXPECT_TRUE(publishes("b"));
  const auto said = lines();
  EXPECT_EQ(count(said, "the disk is gone"), 1U) << said;
  EXPECT_EQ(count(said, "can be read again"), 1U) << said;
}

TEST_F(KeyWatchTest, AnotherReasonAndWhoeverAsksAreAnsweredWhileItFails) {
  watch();
  store_.fails = true;
  store_.put({});
  store_.wait_for_a_look();
  store_.gone = false;
  store_.wait_for_a_look();
  watch_->look_now();
  store_.wait_for_a_look();
  const auto said = lines();
  EXPECT_EQ(count(said, "the disk is gone"), 1U) << said;
  EXPECT_EQ(count(said, "the disk is full"), 2U) << said;
}

TEST_F(KeyWatchTest, KeysOfWhichNoneSignsAreNotUsed) {
  watch();
  store_.put({});
  store_.wait_for_a_look();
  EXPECT_TRUE(publishes("a"));
  EXPECT_EQ(count(lines(), "no key signs now"), 1U);
}

TEST_F(KeyWatchTest, EachChangeOfStatesIsSaidWithNamesAndNoKey) {
  watch();
  rotate("b");
  store_.put(keys);
  store_.wait_for_a_look();
  now_ = now_.load() + 24h;
  store_.wait_for_a_look();
  const auto said = lines();
  EXPECT_EQ(count(said, R"(\"a\" active)"), 2U) << said;
  EXPECT_EQ(count(said, R"(\"a\" active, \"b\" next)"), 1U) << said;
  EXPECT_EQ(count(said, R"(\"a\" retiring, \"b\" active)"), 1U) << said;
  EXPECT_EQ(said.find("\"d\""), std::string::npos);
}

TEST_F(KeyWatchTest, AChangeOfStatesIsNoWarning) {
  watch();
  rotate("b");
  store_.put(keys);
  store_.wait_for_a_look();
  const auto said = lines();
  EXPECT_EQ(count(said, R"("level":"info")"), 2U) << said;
  EXPECT_EQ(count(said, R"("level":"warning")"), 0U) << said;
}

TEST_F(KeyWatchTest, AnotherKeyUnderAKidIsAWarning) {
  add("b");
  watch();
  auto all = keys.keys();
  all.back().key = test::new_key("b");
  store_.put(auth::KeySchedule(all));
  store_.wait_for_a_look();
  const auto said = lines();
  EXPECT_EQ(count(said, R"("level":"warning","event":"key_replaced")"), 1U) << said;
  EXPECT_EQ(count(said, R"(\"b\" names another key than before)"), 1U) << said;
}

}  // namespace
}  // namespace restjwt::server
