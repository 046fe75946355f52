// Guessing at the doors of a Service; what is counted, and for whom.

#include <restjwt/auth/throttle.hpp>

#include <atomic>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/site.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;

const Client home{"192.0.2.1", "test"};
const Client stranger{"198.51.100.7", "test"};

class ThrottleTest : public testing::Test {
 protected:
  Parts parts(ThrottleSettings settings) {
    return {.settings = test::test_settings(),
            .users = *users_,
            .sessions = SessionParts{*store_, *log_, *audit_},
            .throttle = ThrottleParts{*throttle_, settings},
            .clock = [this] { return now_.load(); }};
  }

  ThrottleTest() {
    add("ada");
    add("bob");
    service_.sessions()->catch_up();
  }

  void add(const std::string& name, bool active = true) {
    users_->add(
        {.username = name,
         .is_active = active,
         .password = make_password(Secret("abc123"), test::cheap_hasher(), system_random())});
  }

  /// What comes of it: "in", "wrong", or for how many seconds nobody is let in.
  std::string attempt(const std::string& name, std::string_view password, const Client& client) {
    try {
      return service_.obtain(name, Secret(password), client) ? "in" : "wrong";
    } catch (const Throttled& refusal) {
      return std::to_string(refusal.retry_after.count());
    }
  }
  std::string guess(const std::string& name, const Client& client = stranger) {
    return attempt(name, "wrong", client);
  }
  std::string log_in(const std::string& name, const Client& client) {
    return attempt(name, "abc123", client);
  }
  void guess_often(int times, const std::string& name, const Client& client = stranger) {
    for (int i = 0; i < times; ++i) ASSERT_EQ(guess(name, client), "wrong") << i;
  }

  std::vector<Json> events(std::string_view name) {
    service_.sessions()->write_seen();
    std::vector<Json> found;
    for (const auto& line : audit_->read_audit(0, 1000)) {
      auto event = parse_json(line.text).value();
      if (event.find("event")->as_string() == name) found.push_back(std::move(event));
    }
    return found;
  }

  std::atomic<TimePoint> now_{TimePoint{1'795'473'400s}};
  storage::MemoryDatabase database_{[this] { return now_.load(); }};
  std::unique_ptr<UserStore> users_ = database_.users();
  std::unique_ptr<SessionStore> store_ = database_.sessions();
  std::unique_ptr<RevocationLog> log_ = database_.revocations();
  std::unique_ptr<AuditLog> audit_ = database_.audit();
  std::unique_ptr<ThrottleStore> throttle_ = database_.throttle();
  Service service_{parts({})};
};

TEST_F(ThrottleTest, AfterFiveWrongPasswordsNotEvenTheRightOneIsLookedAt) {
  guess_often(5, "ada");
  EXPECT_EQ(guess("ada"), "900");
  EXPECT_EQ(log_in("ada", stranger), "900");
  EXPECT_EQ(log_in("ada", {}), "900");
  now_ = now_.load() + 1s;
  EXPECT_EQ(guess("ada"), "899");
  EXPECT_EQ(log_in("bob", stranger), "in");
}

TEST_F(ThrottleTest, ABanEnds) {
  guess_often(5, "ada");
  now_ = now_.load() + 899s;
  EXPECT_EQ(log_in("ada", stranger), "1");
  now_ = now_.load() + 1s;
  EXPECT_EQ(log_in("ada", stranger), "in");
}

TEST_F(ThrottleTest, EachBanInARowTakesTwiceAsLongUpToAnHour) {
  for (const auto* wait : {"900", "1800", "3600", "3600"}) {
    guess_often(5, "ada");
    EXPECT_EQ(guess("ada"), wait);
    now_ = now_.load() + std::chrono::seconds(std::stoi(wait));
  }
  now_ = now_.load() + 1h;
  guess_often(5, "ada");
  EXPECT_EQ(guess("ada"), "900") << "an hour without guesses ends the row";
}

TEST_F(ThrottleTest, ASuccessEndsTheRowOfBans) {
  guess_often(5, "ada");
  now_ = now_.load() + 900s;
  EXPECT_EQ(log_in("ada", {}), "in");
  guess_often(5, "ada");
  EXPECT_EQ(guess("ada"), "900");
}

TEST_F(ThrottleTest, FourWrongPasswordsInFifteenMinutesBanNobody) {
  for (int i = 0; i < 5; ++i) {
    guess_often(4, "ada");
    now_ = now_.load() + 15min;
  }
  EXPECT_EQ(log_in("ada", stranger), "in");
}

TEST_F(ThrottleTest, ASuccessForgetsTheFailuresOfTheAccount) {
  guess_often(4, "ada", {});
  EXPECT_EQ(log_in("ada", {}), "in");
  guess_often(4, "ada", {});
  EXPECT_EQ(log_in("ada", {}), "in");
}

// An answer that differs tells which names are accounts. The same attempts, by each spelling, on a
// name that somebody has and on one that nobody has.
TEST_F(ThrottleTest, AnAccountAndNoAccountAnswerTheSameToAnySequenceOfSpellings) {
  const auto transcript = [&](const std::vector<std::string>& spellings) {
    std::vector<std::string> answers;
    for (const int i : {0, 1, 0, 2, 1, 3, 0, 4, 2, 0, 1, 0, 0, 3, 1, 1, 1, 0}) {
      // Each from another address: that counts what all names have together.
      const Client client{"203.0.113." + std::to_string(answers.size() + 1), ""};
      answers.push_back(guess(spellings[static_cast<std::size_t>(i)], client));
      now_ = now_.load() + 20s;
    }
    return answers;
  };
  const auto known = transcript({"ada", "Ada", "ADA", " ada", "\xEF\xBD\x81\x64\x61"});
  now_ = now_.load() + 24h;
  const auto unknown = transcript({"eve", "Eve", "EVE", " eve", "\xEF\xBD\x85\x76\x65"});
  EXPECT_EQ(known, unknown);
  EXPECT_EQ(known[11], "wrong");
  EXPECT_NE(known[12], "wrong");
}

TEST_F(ThrottleTest, NoSpellingGivesAnAccountMoreTries) {
  // Only the one that is the user's can ever be right.
  for (const auto* spelling : {"ADA", "Ada", "aDa", " ada", "ada "}) {
    EXPECT_EQ(attempt(spelling, "abc123", stranger), "wrong");
    EXPECT_EQ(guess("ada", {}), "wrong");
  }
  EXPECT_EQ(guess("ada", {}), "900");
}

TEST_F(ThrottleTest, DisabledUsersAndUnusablePasswordsAreCountedLikeTheRest) {
  add("gone", false);
  const auto robot = users_->add({.username = "robot", .password = "!"})->username;
  for (const auto* name : {"gone", "robot"}) guess_often(5, name, {});
  EXPECT_EQ(guess("gone", {}), "900");
  EXPECT_EQ(guess(robot, {}), "900");
}

TEST_F(ThrottleTest, AnAddressHasTwentyFailuresAMinuteForAllNamesTogether) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(guess("user" + std::to_string(i)), "wrong");
    now_ = now_.load() + 1s;
  }
  EXPECT_EQ(guess("user20"), "40") << "the minute that began with the first";
  EXPECT_EQ(log_in("bob", stranger), "40");
  EXPECT_EQ(log_in("bob", home), "in");
  now_ = now_.load() + 40s;
  EXPECT_EQ(guess("user20"), "wrong");
}

TEST_F(ThrottleTest, LoggingInDoesNotGiveAnAddressMoreTries) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(guess("user" + std::to_string(i)), "wrong");
    EXPECT_EQ(log_in("bob", stranger), i < 19 ? "in" : "60");
  }
}

TEST_F(ThrottleTest, AStrangerCannotLockOutWhoComesFromHisUsualAddress) {
  ASSERT_EQ(log_in("ada", home), "in");
  guess_often(5, "ada");
  EXPECT_EQ(log_in("ada", stranger), "900");
  EXPECT_EQ(log_in("ada", home), "in");
  EXPECT_EQ(log_in("ada", stranger), "900") << "he frees only his own address";
  guess_often(5, "ada", home);
  EXPECT_EQ(log_in("ada", home), "900") << "nor is that one free to guess";
  now_ = now_.load() + 900s;
  EXPECT_EQ(log_in("ada", home), "in");
}

TEST_F(ThrottleTest, TokensGoOnDuringABan) {
  const auto token = service_.obtain("ada", Secret("abc123"), home)->token;
  guess_often(5, "ada");
  now_ = now_.load() + 60s;
  EXPECT_TRUE(service_.authenticate(token));
  EXPECT_TRUE(service_.refresh(token));
}

TEST_F(ThrottleTest, LoopbackAndNoAddressAreNotCountedAsAddresses) {
  for (const auto* address : {"", "127.0.0.1", "::1", "::ffff:127.0.0.1", "garbage"})
    for (int i = 0; i < 30; ++i)
      EXPECT_EQ(guess("user" + std::string(address) + std::to_string(i), {address, ""}), "wrong");
}

TEST_F(ThrottleTest, BehindAnUnknownProxyNoAddressIsCounted) {
  Service service(parts({.by_address = false}));
  service.sessions()->catch_up();
  for (int i = 0; i < 30; ++i)
    EXPECT_FALSE(service.obtain("user" + std::to_string(i), Secret("wrong"), stranger));
}

TEST_F(ThrottleTest, SwitchedOffNothingIsCounted) {
  Service service(parts({.enabled = false}));
  service.sessions()->catch_up();
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(service.obtain("ada", Secret("wrong"), stranger));
  EXPECT_TRUE(service.obtain("ada", Secret("abc123"), stranger));
}

TEST_F(ThrottleTest, CheckCredentialsIsThrottledToo) {
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(service_.check_credentials("ada", Secret("wrong"), stranger));
  EXPECT_THROW((void)service_.check_credentials("ada", Secret("abc123")), Throttled);
}

TEST_F(ThrottleTest, OneBanIsOneAuditEventAndRefusedAttemptsAreNotedAsFailures) {
  guess_often(5, "ada");
  for (int i = 0; i < 3; ++i) guess("ada");
  const auto bans = events("banned");
  ASSERT_EQ(bans.size(), 1u);
  EXPECT_EQ(*bans[0].find("user"), Json("ada"));
  EXPECT_EQ(*bans[0].find("address"), Json("198.51.100.7"));
  EXPECT_EQ(*bans[0].find("reason"), Json("until " + rfc3339(now_.load() + 900s)));
  const auto failures = events("login_failed");
  ASSERT_EQ(failures.size(), 8u);
  EXPECT_EQ(*failures[7].find("reason"), Json("throttled"));
}

TEST_F(ThrottleTest, ANameThatNobodyHasIsNowhere) {
  guess_often(5, "correct horse battery staple", {});
  const auto bans = events("banned");
  ASSERT_EQ(bans.size(), 1u);
  EXPECT_EQ(bans[0].find("user"), nullptr);
  const auto account = throttle_->bans(now_, 10).at(0).bucket.account;
  EXPECT_EQ(account, account_of_stranger("correct horse battery staple", throttle_->salt()));
}

TEST_F(ThrottleTest, ABannedAddressIsNamedInTheAuditLog) {
  for (int i = 0; i < 20; ++i) guess("user" + std::to_string(i), {"2001:db8::7", ""});
  const auto bans = events("banned");
  ASSERT_EQ(bans.size(), 1u);
  EXPECT_EQ(*bans[0].find("address"), Json("2001:db8::/64"));
}

TEST_F(ThrottleTest, ParallelGuessesReachAHashAtMostAsOftenAsTheLimitAndTheThreads) {
  constexpr int threads = 8;
  std::atomic<int> hashed = 0;
  std::latch start(threads);
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < threads; ++i)
      crowd.emplace_back([&, i] {
        start.arrive_and_wait();
        for (int n = 0; n < 25; ++n)
          hashed += guess("ada", {"203.0.113." + std::to_string(i), ""}) == "wrong";
      });
  }
  EXPECT_GE(hashed, 5);
  EXPECT_LE(hashed, 5 + threads - 1);
  EXPECT_EQ(events("banned").size(), 1u);
}

TEST_F(ThrottleTest, AnAddressThatGoesOnIsTurnedAwayFromMemoryForTheRestOfTheMinute) {
  guess_often(5, "ada");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(service_.turned_away(stranger), std::nullopt) << i;
    EXPECT_EQ(guess("ada"), "900");
  }
  EXPECT_EQ(service_.turned_away(stranger), 900s);
  EXPECT_EQ(service_.turned_away(home), std::nullopt);
  EXPECT_EQ(service_.turned_away({}), std::nullopt);
  now_ = now_.load() + 59s;
  EXPECT_EQ(service_.turned_away(stranger), 841s);
  now_ = now_.load() + 1s;
  EXPECT_EQ(service_.turned_away(stranger), std::nullopt) << "the ban may have been lifted";
  EXPECT_EQ(events("login_failed").size(), 27u);
}

TEST_F(ThrottleTest, WhoIsNoAddressIsNeverTurnedAway) {
  guess_often(5, "ada", {});
  for (int i = 0; i < 30; ++i) EXPECT_EQ(guess("ada", {"127.0.0.1", ""}), "900");
  EXPECT_EQ(service_.turned_away({"127.0.0.1", ""}), std::nullopt);
}

TEST_F(ThrottleTest, ABanThatIsOverTurnsNobodyAway) {
  for (int i = 0; i < 20; ++i) guess("user" + std::to_string(i));
  now_ = now_.load() + 50s;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(guess("ada"), "10");
  EXPECT_EQ(service_.turned_away(stranger), 10s);
  now_ = now_.load() + 10s;
  EXPECT_EQ(service_.turned_away(stranger), std::nullopt);
}

TEST_F(ThrottleTest, ParallelLoginsOfOneUserAllSucceed) {
  constexpr int threads = 10;
  guess_often(4, "ada");
  std::atomic<int> in = 0;
  std::latch start(threads);
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < threads; ++i)
      crowd.emplace_back([&] {
        start.arrive_and_wait();
        in += log_in("ada", home) == "in";
      });
  }
  EXPECT_EQ(in, threads);
}

TEST_F(ThrottleTest, TidyForgetsWhatCountsNoMore) {
  guess_often(4, "ada");
  now_ = now_.load() + 15min;
  service_.sessions()->tidy();
  EXPECT_EQ(throttle_->purge_throttle(now_, 10), 0u);
}

TEST(CountedAddress, IsTheAddressOrTheNetworkOfOneCustomer) {
  EXPECT_EQ(counted_address("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(counted_address("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(counted_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(counted_address("2001:DB8:1:2::1"), "2001:db8:1:2::/64");
  EXPECT_EQ(counted_address("fe80::1%eth0"), "fe80::/64");
  using std::string_view_literals::operator""sv;
  for (const auto nobody : {""sv, "127.0.0.1"sv, "127.8.8.8"sv, "::1"sv, "::"sv, "::2"sv,
                            "0.0.0.0"sv, "::ffff:127.0.0.1"sv, "unknown"sv, "192.0.2.1:80"sv,
                            "192.0.2"sv, "[::2]"sv, "192.0.2.1\0"sv})
    EXPECT_EQ(counted_address(nobody), "") << nobody;
}

TEST(Account, OfAUserCanBeReadAgain) {
  for (const auto& id : {UserId(7), UserId("7"), UserId("0b5e-uuid"), UserId("a\"b")})
    EXPECT_EQ(user_of_account(account_of(id)), id);
  EXPECT_EQ(user_of_account(account_of_stranger("eve", "salt")), std::nullopt);
}

TEST(Account, OfAStrangerIsOneOfABoundedNumberAndDependsOnTheSalt) {
  std::set<std::string> accounts;
  for (int i = 0; i < 300'000; ++i)
    accounts.insert(account_of_stranger("name" + std::to_string(i), "salt"));
  EXPECT_GT(accounts.size(), 100'000u);
  EXPECT_LE(accounts.size(), 131'072u);
  EXPECT_NE(account_of_stranger("eve", "salt"), account_of_stranger("eve", "pepper"));
}

}  // namespace
}  // namespace restjwt::auth
