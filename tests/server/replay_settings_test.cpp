#include "server/replay_settings.hpp"

#include <gtest/gtest.h>

namespace restjwt::test {
namespace {

using namespace std::chrono_literals;

TEST(ReplaySettings, ReadATimedelta) {
  EXPECT_EQ(python_duration("timedelta(seconds=60, milliseconds=900)"), 60'900ms);
  EXPECT_EQ(python_duration("timedelta(days=1, microseconds=999999)"), 24h + 999'999us);
  EXPECT_EQ(python_duration("timedelta(seconds=-5)"), -5s);
  EXPECT_EQ(python_duration("timedelta(0)"), 0s);
}

TEST(ReplaySettings, ReadSecondsAsNumberOrText) {
  EXPECT_EQ(python_duration("60.9"), 60'900ms);
  EXPECT_EQ(python_duration("\"10\""), 10s);
}

TEST(ReplaySettings, RefuseWhatTheyDoNotKnow) {
  EXPECT_THROW(recorded_settings(auth::Profile::v1_0_1, {{"JWT_NEW", "True"}}),
               std::invalid_argument);
  EXPECT_THROW(recorded_settings(auth::Profile::v1_0_1, {{"JWT_VERIFY", "true"}}),
               std::invalid_argument);
  EXPECT_THROW(python_duration("timedelta(weeks=1)"), std::invalid_argument);
}

}  // namespace
}  // namespace restjwt::test
