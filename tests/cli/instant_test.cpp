#include "cli/instant.hpp"

#include <gtest/gtest.h>

namespace restjwt::cli {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h;

TEST(Instant, IsWrittenInUtc) {
  EXPECT_EQ(instant_text(noon + 5min), "2026-11-24 12:05:00 UTC");
  EXPECT_EQ(rfc3339(noon + 5min), "2026-11-24T12:05:00Z");
}

TEST(Instant, TellsHowFarItIsAhead) {
  EXPECT_EQ(instant_text(noon + 299s, noon), "2026-11-24 12:04:59 UTC, in 4 min 59 s");
}

TEST(Instant, TellsHowLongAgoItWas) {
  EXPECT_EQ(instant_text(noon, noon + 1s), "2026-11-24 12:00:00 UTC, 1 s ago");
}

TEST(Instant, OfNowIsNow) { EXPECT_EQ(instant_text(noon, noon), "2026-11-24 12:00:00 UTC, now"); }

TEST(Span, HasItsTwoLargestUnits) {
  EXPECT_EQ(span_text(0s), "0 s");
  EXPECT_EQ(span_text(59s), "59 s");
  EXPECT_EQ(span_text(60s), "1 min");
  EXPECT_EQ(span_text(24h), "1 d");
  EXPECT_EQ(span_text(51h + 4min + 5s), "2 d 3 h");
  EXPECT_EQ(span_text(24h + 59s), "1 d");
  EXPECT_EQ(span_text(23h + 59s), "23 h");
}

}  // namespace
}  // namespace restjwt::cli
