#include <restjwt/clock.hpp>

#include <gtest/gtest.h>

namespace restjwt {
namespace {

TEST(SystemClock, TellsTheMachinesTimeCutToTheSecondBelow) {
  const auto before = std::chrono::system_clock::now();
  const TimePoint told = system_clock()();
  const auto after = std::chrono::system_clock::now();
  EXPECT_LE(told, after);
  EXPECT_GT(told + std::chrono::seconds(1), before);
}

TEST(TimePoint, CountsFromTheEpoch) {
  EXPECT_EQ(TimePoint{}.time_since_epoch().count(), 0);
  EXPECT_EQ(std::chrono::sys_days(std::chrono::year(2001) / 9 / 9) + std::chrono::seconds(6400),
            TimePoint(std::chrono::seconds(1'000'000'000)));
}

}  // namespace
}  // namespace restjwt
