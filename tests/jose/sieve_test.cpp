#include "jose/sieve.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace restjwt::jose {
namespace {

constexpr std::size_t one = 100;
constexpr std::size_t plenty = 1 << 20;

bool holds(Sieve<int>& sieve, std::uint64_t hash) { return sieve.find(hash) != nullptr; }

TEST(Sieve, GivesBackWhatWasPut) {
  Sieve<int> sieve(4, plenty);
  sieve.put(7, 42, one);
  ASSERT_NE(sieve.find(7), nullptr);
  EXPECT_EQ(*sieve.find(7), 42);
  EXPECT_EQ(sieve.find(8), nullptr);
}

TEST(Sieve, HoldsOneValueForEachHash) {
  Sieve<int> sieve(4, plenty);
  sieve.put(7, 1, one);
  sieve.put(7, 2, 2 * one);
  EXPECT_EQ(*sieve.find(7), 2);
  EXPECT_EQ(sieve.size(), 1u);
  EXPECT_EQ(sieve.bytes(), 2 * one + sieve.overhead);
}

TEST(Sieve, EvictsTheOldestThatNobodyAskedFor) {
  Sieve<int> sieve(3, plenty);
  for (int i = 0; i < 3; ++i) sieve.put(i, i, one);
  EXPECT_TRUE(holds(sieve, 0));
  sieve.put(3, 3, one);
  EXPECT_FALSE(holds(sieve, 1));
  for (int hash : {0, 2, 3}) EXPECT_TRUE(holds(sieve, hash)) << hash;
}

TEST(Sieve, EvictsWhereAllWereAskedFor) {
  Sieve<int> sieve(3, plenty);
  for (int i = 0; i < 3; ++i) sieve.put(i, i, one);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(holds(sieve, i));
  sieve.put(3, 3, one);
  EXPECT_EQ(sieve.size(), 3u);
  EXPECT_FALSE(holds(sieve, 0));
}

TEST(Sieve, AScanDisplacesOnlyItself) {
  Sieve<int> sieve(100, plenty);
  for (int i = 0; i < 50; ++i) sieve.put(i, i, one);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(holds(sieve, i));
  for (int i = 1000; i < 100'000; ++i) sieve.put(i, i, one);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(holds(sieve, i)) << i;
}

TEST(Sieve, WhatIsNoLongerAskedForGoesInTheEnd) {
  Sieve<int> sieve(4, plenty);
  for (int i = 0; i < 4; ++i) sieve.put(i, i, one);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(holds(sieve, i));
  for (int i = 4; i < 100; ++i) {
    sieve.put(i, i, one);
    EXPECT_TRUE(holds(sieve, i));
  }
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(holds(sieve, i)) << i;
}

TEST(Sieve, BytesAreBounded) {
  Sieve<int> sieve(1000, 10 * (one + Sieve<int>::overhead));
  for (int i = 0; i < 1000; ++i) sieve.put(i, i, one);
  EXPECT_EQ(sieve.size(), 10u);
  EXPECT_EQ(sieve.bytes(), 10 * (one + sieve.overhead));
}

TEST(Sieve, ALargeOneMakesRoomForItself) {
  Sieve<int> sieve(1000, 10 * (one + Sieve<int>::overhead));
  for (int i = 0; i < 10; ++i) sieve.put(i, i, one);
  sieve.put(10, 10, 5 * (one + sieve.overhead) - sieve.overhead);
  EXPECT_TRUE(holds(sieve, 10));
  EXPECT_EQ(sieve.size(), 6u);
}

TEST(Sieve, WhatIsLargerThanTheWholeIsNotKept) {
  Sieve<int> sieve(10, one + Sieve<int>::overhead);
  sieve.put(1, 1, one);
  sieve.put(2, 2, one + 1);
  EXPECT_TRUE(holds(sieve, 1));
  EXPECT_FALSE(holds(sieve, 2));
  sieve.put(1, 1, one + 1);
  EXPECT_FALSE(holds(sieve, 1)) << "instead of a small one neither";
  EXPECT_EQ(sieve.bytes(), 0u);
}

TEST(Sieve, TheHandLeavesWhatIsReplaced) {
  Sieve<int> sieve(3, plenty);
  for (int round = 0; round < 1000; ++round) {
    sieve.put(round % 5, round, one);
    sieve.find(round % 3);
    sieve.put(round % 2, round, one);
    ASSERT_LE(sieve.size(), 3u);
  }
}

TEST(Sieve, AdmitsWhatComesForTheSecondTime) {
  Sieve<int> sieve(4, plenty);
  EXPECT_FALSE(sieve.admits(7));
  EXPECT_TRUE(sieve.admits(7));
}

TEST(Sieve, ForgetsWhatCameOnceWhenOthersCame) {
  Sieve<int> sieve(4, plenty);
  EXPECT_FALSE(sieve.admits(7));
  for (int hash = 100; hash < 120; ++hash) EXPECT_FALSE(sieve.admits(hash));
  EXPECT_FALSE(sieve.admits(7));
}

TEST(Sieve, AdmitsAllThatComeByTurnsAndHaveRoom) {
  Sieve<int> sieve(1000, plenty);
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> hashes(1000);
  std::ranges::generate(hashes, random);
  for (const std::uint64_t hash : hashes) EXPECT_FALSE(sieve.admits(hash));
  const auto admitted =
      std::ranges::count_if(hashes, [&](auto hash) { return sieve.admits(hash); });
  EXPECT_GT(admitted, 900);
}

TEST(Sieve, WithoutRoomAdmitsInVain) {
  Sieve<int> sieve(4, 0);
  EXPECT_FALSE(sieve.admits(7));
  EXPECT_TRUE(sieve.admits(7));
  sieve.put(7, 1, one);
  EXPECT_FALSE(holds(sieve, 7));
}

TEST(Sieve, LetsGoOfWhatItEvicts) {
  Sieve<std::shared_ptr<int>> sieve(1, plenty);
  const auto value = std::make_shared<int>(1);
  sieve.put(1, value, one);
  EXPECT_EQ(value.use_count(), 2);
  sieve.put(2, nullptr, one);
  EXPECT_EQ(value.use_count(), 1);
}

}  // namespace
}  // namespace restjwt::jose
