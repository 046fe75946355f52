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

}  // namespace
}  // namespace restjwt
