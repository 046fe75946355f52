#include "auth/revocation_index.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace restjwt::auth {
namespace {

using std::chrono::seconds;
using Kind = Revocation::Kind;

TimePoint at(std::int64_t second) { return TimePoint(seconds(second)); }

const UserId ada = 7;
const auto token = Fingerprint::of({"token"});
const auto session = Fingerprint::of({"session"});

TokenMarks marks(const UserId& user = ada, TimePoint began = at(100)) {
  return {.token = token, .session = session, .user = user, .kid = "one", .began = began};
}

TEST(RevocationIndex, EachKindRefusesWhatItNamesAndNothingElse) {
  for (const auto& [revocation, other] :
       {std::pair{Revocation::of_token(token, {}), Revocation::of_token(session, {})},
        std::pair{Revocation::of_session(session, {}), Revocation::of_session(token, {})},
        std::pair{Revocation::of_user(ada, at(100), {}), Revocation::of_user(8, at(100), {})},
        std::pair{Revocation::of_key("one", {}), Revocation::of_key("two", {})},
        std::pair{Revocation::of_everyone(at(100), {}), Revocation::of_everyone(at(99), {})}}) {
    RevocationIndex index;
    EXPECT_FALSE(index.revokes(marks()));
    index.add(other);
    EXPECT_FALSE(index.revokes(marks())) << name(other.kind);
    index.add(revocation);
    EXPECT_TRUE(index.revokes(marks())) << name(revocation.kind);
    EXPECT_TRUE(index.any(revocation.kind));
  }
}

TEST(RevocationIndex, AUsersLaterSessionsGoOn) {
  RevocationIndex index;
  index.add(Revocation::of_user(ada, at(100), {}));
  EXPECT_TRUE(index.revokes(marks(ada, at(100))));
  EXPECT_FALSE(index.revokes(marks(ada, at(101))));
}

TEST(RevocationIndex, AnEarlierEndNeverTakesBackALaterOne) {
  RevocationIndex index;
  index.add(Revocation::of_user(ada, at(100), at(1000)));
  index.add(Revocation::of_user(ada, at(50), at(900)));
  EXPECT_TRUE(index.revokes(marks(ada, at(100))));
  index.purge(at(950));
  EXPECT_TRUE(index.revokes(marks(ada, at(100))));
}

TEST(RevocationIndex, UsersWithNamesForIdsAreToldApart) {
  RevocationIndex index;
  index.add(Revocation::of_user(UserId("7"), at(100), {}));
  EXPECT_TRUE(index.revokes(marks(UserId("7"))));
  EXPECT_FALSE(index.revokes(marks(UserId("8"))));
  EXPECT_FALSE(index.revokes(marks(7)));
  EXPECT_FALSE(index.revokes(marks(UserId("7"), at(101))));
}

TEST(RevocationIndex, ForgetsWhatHasEndedAndNothingBefore) {
  RevocationIndex index;
  index.add(Revocation::of_token(token, at(200)));
  index.add(Revocation::of_session(Fingerprint::of({"other"}), at(200)));
  index.add(Revocation::of_user(ada, at(50), at(200)));
  index.add(Revocation::of_user(UserId("ada"), at(50), at(200)));
  index.add(Revocation::of_key("two", at(200)));
  index.add(Revocation::of_everyone(at(50), at(200)));
  index.purge(at(200));
  EXPECT_EQ(index.size(), 6u);
  EXPECT_TRUE(index.revokes(marks()));
  index.purge(at(201));
  EXPECT_EQ(index.size(), 0u);
  EXPECT_FALSE(index.revokes(marks()));
}

TEST(RevocationIndex, WhatHasNoEndStays) {
  RevocationIndex index;
  index.add(Revocation::of_token(token, {}));
  index.purge(at(1'000'000'000'000));
  EXPECT_TRUE(index.revokes(marks()));
}

TEST(RevocationIndex, TakingTheSameInTwiceChangesNothing) {
  RevocationIndex index;
  for (int i = 0; i < 2; ++i) index.add(Revocation::of_session(session, at(200)));
  EXPECT_EQ(index.size(), 1u);
}

void expect_little_memory(Revocation (*entry)(int)) {
  RevocationIndex index;
  for (int i = 0; i < 10'000; ++i) index.add(entry(i));
  const auto full = index.bytes();
  EXPECT_EQ(index.size(), 10'000u);
  EXPECT_GT(full / 10'000, 24u);
  EXPECT_LT(full / 10'000, 80u);
  index.purge(at(201));
  EXPECT_LT(index.bytes(), full / 10);
}

TEST(RevocationIndex, TakesLittleMemoryAndGivesItBack) {
  expect_little_memory(
      [](int i) { return Revocation::of_session(Fingerprint::of({std::to_string(i)}), at(200)); });
  expect_little_memory([](int i) { return Revocation::of_user(i, at(100), at(200)); });
  expect_little_memory([](int i) {
    return Revocation::of_user(UserId("ab0c3c5e-7d5f-4c5e-9e7c-" + std::to_string(100'000 + i)),
                               at(100), at(200));
  });
}

TEST(RevocationIndex, WhatWasAddedCountsForEveryReaderAtOnce) {
  RevocationIndex index;
  std::atomic<int> added{0};
  std::atomic<int> missed{0};
  constexpr int count = 20'000;
  {
    std::jthread writer([&] {
      for (int i = 1; i <= count; ++i) {
        index.add(Revocation::of_user(i, at(100), {}));
        added.store(i, std::memory_order_release);
      }
    });
    std::jthread tidier([&] {
      while (added < count) index.purge(at(100));
    });
    std::jthread reader([&] {
      for (int newest = 0; newest < count;) {
        newest = added.load(std::memory_order_acquire);
        if (newest > 0 && !index.revokes(marks(newest))) ++missed;
      }
    });
  }
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace restjwt::auth
