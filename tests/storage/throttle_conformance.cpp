#include "storage/throttle_conformance.hpp"

#include <gmock/gmock.h>

namespace restjwt::storage {

using namespace std::chrono_literals;
using auth::AuditEvent;
using auth::Failure;
using auth::ThrottleBucket;
using auth::ThrottleRule;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

constexpr ThrottleRule five{.failures = 5, .within = 900s, .ban = 900s, .longest_ban = 3600s};
const ThrottleBucket ada{"user:1", ""};
const ThrottleBucket ada_at_home{"user:1", "192.0.2.1"};
const ThrottleBucket home{"", "192.0.2.1"};
const AuditEvent banned_event{.name = "banned", .user = "ada"};

}  // namespace

void ThrottleStoreTest::fail(const ThrottleBucket& bucket, TimePoint now, int times) {
  const Failure failure{bucket, five, banned_event};
  for (int i = 0; i < times; ++i) throttle_.add({&failure, 1}, now);
}

std::vector<std::string> ThrottleStoreTest::audit_lines() {
  std::vector<std::string> lines;
  for (const auto& line : audit_.read_audit(0, 1000)) lines.push_back(line.text);
  return lines;
}

namespace {

TEST_P(ThrottleStoreTest, WhoeverNeverFailedStandsWell) {
  const auto standing = throttle_.find(ada_at_home, now_);
  EXPECT_FALSE(standing.usual);
  EXPECT_FALSE(standing.counted);
  EXPECT_FALSE(standing.until);
  EXPECT_THAT(throttle_.bans(now_, 10), IsEmpty());
}

TEST_P(ThrottleStoreTest, TheLimitBeginsABanThatEnds) {
  fail(ada, now_, 4);
  EXPECT_FALSE(banned(ada, now_));
  EXPECT_TRUE(throttle_.find(ada, now_).counted);
  fail(ada, now_);
  EXPECT_EQ(banned(ada, now_), now_ + 900s);
  EXPECT_EQ(banned(ada_at_home, now_ + 899s), now_ + 900s);
  EXPECT_FALSE(banned(ada, now_ + 900s));
}

TEST_P(ThrottleStoreTest, ABanIsInTheAuditLogOnceAndSaysUntilWhen) {
  fail(ada, now_, 9);
  EXPECT_THAT(audit_lines(), ElementsAre(HasSubstr("until " + rfc3339(now_ + 900s))));
}

TEST_P(ThrottleStoreTest, EachBucketCountsForItself) {
  fail(ada, now_, 4);
  fail({"user:2", ""}, now_, 4);
  fail(home, now_, 4);
  fail(ada_at_home, now_, 4);
  EXPECT_FALSE(banned(ada_at_home, now_));
  EXPECT_FALSE(banned({"user:2", ""}, now_));
}

TEST_P(ThrottleStoreTest, ABannedAddressIsBannedForEveryAccount) {
  fail(home, now_, 5);
  EXPECT_TRUE(banned({"user:2", "192.0.2.1"}, now_));
  EXPECT_TRUE(banned({"name:17", "192.0.2.1"}, now_));
  EXPECT_FALSE(banned({"user:2", "192.0.2.2"}, now_));
  EXPECT_FALSE(banned({"user:2", ""}, now_));
}

TEST_P(ThrottleStoreTest, AUsualAddressHasABucketOfItsOwn) {
  throttle_.succeed(ada_at_home, false, now_);
  const auto standing = throttle_.find(ada_at_home, now_);
  EXPECT_TRUE(standing.usual);
  EXPECT_TRUE(standing.noted);
  fail(ada, now_, 5);
  EXPECT_FALSE(banned(ada_at_home, now_)) << "the stranger's failures";
  EXPECT_TRUE(banned({"user:1", "192.0.2.2"}, now_));
  fail(ada_at_home, now_, 5);
  EXPECT_TRUE(banned(ada_at_home, now_));
}

TEST_P(ThrottleStoreTest, ASuccessForgetsTheCountThatItWasMadeUnder) {
  fail(ada, now_, 4);
  throttle_.succeed(ada_at_home, false, now_);
  EXPECT_FALSE(throttle_.find(ada, now_).counted);
  fail(ada, now_, 4);
  fail(ada_at_home, now_, 4);
  throttle_.succeed(ada_at_home, true, now_);
  EXPECT_FALSE(throttle_.find(ada_at_home, now_).counted);
  fail(ada, now_);
  EXPECT_TRUE(banned(ada, now_)) << "a stranger's count is not his to clear";
}

TEST_P(ThrottleStoreTest, ASuccessLeavesTheCountOfTheAddress) {
  fail(home, now_, 5);
  throttle_.succeed(ada_at_home, false, now_);
  EXPECT_TRUE(banned({"user:2", "192.0.2.1"}, now_));
}

TEST_P(ThrottleStoreTest, TheNewestEightAddressesOfAnAccountAreUsualAndForNinetyDays) {
  const auto from = [](int i) { return ThrottleBucket{"user:1", "192.0.2." + std::to_string(i)}; };
  for (int i = 0; i < 10; ++i) throttle_.succeed(from(i), false, now_ + std::chrono::seconds(i));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(throttle_.find(from(i), now_ + 10s).usual, i >= 2) << i;
  EXPECT_FALSE(throttle_.find({"user:2", "192.0.2.9"}, now_).usual);
  EXPECT_FALSE(throttle_.find(from(9), now_ + 25h).noted);
  EXPECT_TRUE(throttle_.find(from(9), now_ + 89 * 24h).usual);
  EXPECT_FALSE(throttle_.find(from(9), now_ + 91 * 24h).usual);
}

TEST_P(ThrottleStoreTest, ALoginFromNowhereMakesNothingUsual) {
  throttle_.succeed(ada, false, now_);
  EXPECT_FALSE(throttle_.find(ada, now_).usual);
}

TEST_P(ThrottleStoreTest, BansAreListedWhileTheyLast) {
  fail(ada, now_, 6);
  fail(home, now_ + 10s, 5);
  fail({"user:2", ""}, now_, 4);
  const auto listed = throttle_.bans(now_ + 20s, 10);
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].bucket, home);
  EXPECT_EQ(listed[1].bucket, ada);
  EXPECT_EQ(listed[1].until, now_ + 900s);
  EXPECT_EQ(listed[1].failures, 6u);
  EXPECT_THAT(throttle_.bans(now_ + 20s, 1), SizeIs(1));
  EXPECT_THAT(throttle_.bans(now_ + 905s, 10), SizeIs(1));
}

TEST_P(ThrottleStoreTest, ALiftedAccountIsFreeWhereverItWasTriedFrom) {
  fail(ada, now_, 5);
  fail(ada_at_home, now_, 5);
  fail(home, now_, 5);
  EXPECT_EQ(throttle_.lift(ada, now_, {.name = "ban_lifted", .user = "ada"}), 2u);
  EXPECT_FALSE(banned(ada, now_));
  EXPECT_TRUE(banned(ada_at_home, now_)) << "by the address's ban";
  EXPECT_EQ(throttle_.lift(home, now_, {.name = "ban_lifted"}), 1u);
  EXPECT_FALSE(banned(ada_at_home, now_));
  EXPECT_EQ(throttle_.lift(home, now_, {.name = "ban_lifted"}), 0u);
  EXPECT_THAT(audit_lines(), SizeIs(5)) << "three bans, two lifted";
}

TEST_P(ThrottleStoreTest, AllCanBeLifted) {
  fail(ada, now_, 5);
  fail({"user:2", ""}, now_, 4);
  fail(home, now_, 5);
  EXPECT_EQ(throttle_.lift({}, now_, {.name = "ban_lifted"}), 2u);
  EXPECT_THAT(throttle_.bans(now_, 10), IsEmpty());
  EXPECT_FALSE(throttle_.find({"user:2", ""}, now_).counted);
}

TEST_P(ThrottleStoreTest, WhatCountsNoMoreIsPurged) {
  for (int i = 0; i < 5; ++i) fail({"", "192.0.2." + std::to_string(i)}, now_);
  fail(ada, now_, 5);
  throttle_.succeed({"user:2", "192.0.2.1"}, false, now_);
  EXPECT_EQ(throttle_.purge_throttle(now_ + 899s, 10), 0u);
  EXPECT_EQ(throttle_.purge_throttle(now_ + 900s, 3), 3u);
  EXPECT_EQ(throttle_.purge_throttle(now_ + 900s, 10), 2u);
  EXPECT_EQ(throttle_.purge_throttle(now_ + 4500s, 10), 1u) << "that there was a ban";
  EXPECT_EQ(throttle_.purge_throttle(now_ + 91 * 24h, 10), 1u) << "the usual address";
}

TEST_P(ThrottleStoreTest, TheSaltStaysAndIsTheDatabasesOwn) {
  EXPECT_FALSE(throttle_.salt().empty());
  EXPECT_EQ(throttle_.salt(), throttle_.salt());
  EXPECT_NE(throttle_.salt(), GetParam().open().throttle->salt()) << "that of another database";
}

TEST_P(ThrottleStoreTest, AccountsAndAddressesMayBeAnyText) {
  const ThrottleBucket odd{"user:\"o'neill \xC3\xA9\"", "2001:db8::/64"};
  fail(odd, now_, 5);
  EXPECT_TRUE(throttle_.find({odd.account, ""}, now_).until == std::nullopt);
  throttle_.succeed(odd, false, now_);
  EXPECT_TRUE(banned(odd, now_));
}

TEST_P(ThrottleStoreTest, FailuresOnManyThreadsAreAllCountedAndBanOnce) {
  constexpr int threads = 8, each = 20;
  std::vector<std::function<void()>> actions;
  for (int i = 0; i < threads; ++i)
    actions.emplace_back([&, i] {
      const Failure both[] = {{ada, {.failures = 100, .within = 900s, .ban = 900s}, banned_event},
                              {{"", "192.0.2." + std::to_string(i % 2)}, five, std::nullopt}};
      for (int n = 0; n < each; ++n) throttle_.add(both, now_);
    });
  run_together(actions);
  for (const auto& ban : throttle_.bans(now_, 10))
    EXPECT_EQ(ban.failures, ban.bucket == ada ? 160u : 80u);
  EXPECT_THAT(throttle_.bans(now_, 10), SizeIs(3));
  EXPECT_THAT(audit_lines(), SizeIs(1));
}

TEST_P(ThrottleStoreTest, FailuresSuccessesAndPurgesDoNotGetInEachOthersWay) {
  std::vector<std::function<void()>> actions;
  for (int i = 0; i < 6; ++i)
    actions.emplace_back([&, i] {
      for (int n = 0; n < 20; ++n) {
        const auto address = "192.0.2." + std::to_string((n + i) % 12);
        if (i % 3 == 0) throttle_.succeed({"user:1", address}, n % 2 == 0, now_);
        else if (i % 3 == 1) throttle_.lift({}, now_, {.name = "ban_lifted"});
        else throttle_.purge_throttle(now_ + 1h, 5);
        const Failure both[] = {{ada, five, std::nullopt}, {{"", address}, five, std::nullopt}};
        throttle_.add(both, now_);
      }
    });
  run_together(actions);
  throttle_.lift({}, now_, {.name = "ban_lifted"});
  EXPECT_THAT(throttle_.bans(now_, 100), IsEmpty());
}

}  // namespace
}  // namespace restjwt::storage
