// What the server does about sessions by itself: notes who was seen, forgets what has ended, and
// tells of revocations.

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/session_keeper.hpp"
#include "server/store_watch.hpp"
#include "support/site.hpp"

namespace restjwt::server {
namespace {

using namespace std::chrono_literals;
using auth::Revocation;

/// Whether `holds` within half a minute; what is tested is that it does, not how fast.
template <class Condition>
bool eventually(Condition holds) {
  for (int i = 0; i < 30'000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

class SessionWatchTest : public ::testing::Test {
 protected:
  SessionWatchTest() {
    admin = users
                ->add({.username = "admin",
                       .password = auth::make_password(Secret("abc123"), test::cheap_hasher(),
                                                       system_random())})
                .value();
    sessions().catch_up();
  }

  auth::Sessions sessions() { return service.sessions().value(); }
  bool has_told(const std::string& text) {
    const std::lock_guard lock(mutex);
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return line.find(text) != line.npos; });
  }

  std::atomic<TimePoint> now{TimePoint{1'795'473'400s}};
  storage::MemoryDatabase database{[this] { return now.load(); }};
  std::unique_ptr<auth::UserStore> users = database.users();
  std::unique_ptr<auth::SessionStore> store = database.sessions();
  std::unique_ptr<auth::RevocationLog> revocations = database.revocations();
  std::unique_ptr<auth::AuditLog> audit = database.audit();
  auth::Service service{{.settings = test::test_settings(),
                         .users = *users,
                         .sessions = auth::SessionParts{*store, *revocations, *audit},
                         .clock = [this] { return now.load(); }}};
  auth::User admin;
  std::mutex mutex;
  std::vector<std::string> lines;
  Log log{{.sink = [this](std::string_view line) {
    const std::lock_guard lock(mutex);
    lines.emplace_back(line);
  }}};
};

TEST_F(SessionWatchTest, TheLogTellsOfRevocationsOnlyWhereThereAreSome) {
  const StoreWatch watch(
      {.users = *users, .directory = service.directory(), .sessions = sessions(), .log = log},
      {.interval = 1ms, .report_interval = 1ms});
  revocations->append(std::vector{Revocation::of_key("old", std::nullopt)});
  EXPECT_TRUE(eventually([&] { return has_told("1 read from the log, each within "); }));
  EXPECT_TRUE(has_told(R"("event":"revocations","message":"1 in force, in )"));
  EXPECT_FALSE(has_told("0 in force"));
}

TEST_F(SessionWatchTest, WhoWasSeenIsWrittenNowAndThenAndAtTheEnd) {
  const auto token = service.obtain("admin", Secret("abc123")).value().token;
  const auto opened = now.load();
  const auto last_seen = [&] { return sessions().list(admin.id).at(0).last_seen; };
  {
    const SessionKeeper keeper(sessions(), log, 1ms);
    now = opened + 10s;
    ASSERT_TRUE(service.authenticate(token));
    EXPECT_TRUE(eventually([&] { return last_seen() == opened + 10s; }));
  }
  {
    const SessionKeeper keeper(sessions(), log, 1h);
    now = opened + 20s;
    ASSERT_TRUE(service.authenticate(token));
    EXPECT_EQ(last_seen(), opened + 10s);
  }
  EXPECT_EQ(last_seen(), opened + 20s);
}

TEST_F(SessionWatchTest, WhatHasEndedIsForgotten) {
  revocations->append(std::vector{Revocation::of_key("old", now.load() + 5s)});
  sessions().catch_up();
  ASSERT_EQ(sessions().report().entries, 1u);
  const SessionKeeper keeper(sessions(), log, 1ms);
  now = now.load() + 1h;
  EXPECT_TRUE(eventually([&] { return sessions().report().entries == 0; }));
}

}  // namespace
}  // namespace restjwt::server
