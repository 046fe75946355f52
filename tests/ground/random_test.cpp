#include <restjwt/random.hpp>

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace restjwt {
namespace {

TEST(SystemRandom, FillsTheWholeSpanAnewEachTime) {
  const RandomBytes random = system_random();
  std::array<std::byte, 32> first{}, second{};
  random(first);
  random(second);
  EXPECT_NE(first, second);
  EXPECT_TRUE(
      std::ranges::any_of(std::span(first).last(16), [](std::byte b) { return b != std::byte{}; }));
}

TEST(SystemRandom, AnEmptySpanIsFine) { EXPECT_NO_THROW(system_random()({})); }

TEST(RandomUuid, IsOfVersion4WhateverTheRandomBytes) {
  for (const auto fill : {std::byte{0x00}, std::byte{0xFF}}) {
    const auto uuid = random_uuid([=](std::span<std::byte> out) { std::ranges::fill(out, fill); });
    EXPECT_EQ(uuid, fill == std::byte{0} ? "00000000-0000-4000-8000-000000000000"
                                         : "ffffffff-ffff-4fff-bfff-ffffffffffff");
  }
  EXPECT_NE(random_uuid(system_random()), random_uuid(system_random()));
}

}  // namespace
}  // namespace restjwt
