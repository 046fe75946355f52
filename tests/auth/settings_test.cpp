#include <gtest/gtest.h>

#include <restjwt/auth/settings.hpp>

#include "support/site.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;

/// The settings named in the problems.
std::vector<std::string> problems(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& problem : check(settings)) names.push_back(problem.setting);
  return names;
}

using Names = std::vector<std::string>;

TEST(Check, GoodSettingsHaveNoProblem) { EXPECT_EQ(problems(test::test_settings()), Names{}); }

TEST(Check, NoSecretIsAProblem) { EXPECT_EQ(problems({}), Names{"JWT_SECRET_KEY"}); }

TEST(Check, AShortSecretIsTakenOnlyByItsSwitch) {
  Settings settings{.secret_key = Secret("nobody-published-this-one")};
  ASSERT_EQ(problems(settings), Names{"JWT_SECRET_KEY"});
  EXPECT_EQ(check(settings).front().reason.find("nobody-published"), std::string::npos);
  settings.allow_short_secret = true;
  EXPECT_EQ(problems(settings), Names{});
}

TEST(Check, Hs512NeedsALongerSecretThanHs256) {
  auto settings = test::test_settings();
  settings.algorithms = {jose::Algorithm::HS512};
  EXPECT_EQ(problems(settings), Names{"JWT_SECRET_KEY"});
}

TEST(Check, AKnownSecretIsRefusedEvenWithTheSwitchForShortOnes) {
  Settings settings{.secret_key = Secret("secret"), .allow_short_secret = true};
  ASSERT_EQ(problems(settings), Names{"JWT_SECRET_KEY"});
  EXPECT_NE(check(settings).front().reason.find("publicly known"), std::string::npos);
}

TEST(Check, ASecretThatIsNoPrivateKeyCannotSignRs256) {
  auto settings = test::test_settings();
  settings.algorithms = {jose::Algorithm::RS256};
  EXPECT_EQ(problems(settings), Names{"JWT_SECRET_KEY"});
}

TEST(Check, UnverifiedTokensNeedAllowInsecure) {
  auto settings = test::test_settings();
  settings.verify = false;
  settings.verify_expiration = false;
  EXPECT_EQ(problems(settings), (Names{"JWT_VERIFY", "JWT_VERIFY_EXPIRATION"}));
  settings.allow_insecure = true;
  EXPECT_EQ(problems(settings), Names{});
}

TEST(Check, LeewayAndRefreshWindowAreNotNegativeButALifetimeMayBe) {
  auto settings = test::test_settings();
  settings.leeway = -1s;
  settings.refresh_expiration_delta = -1s;
  settings.expiration_delta = -5s;
  EXPECT_EQ(problems(settings), (Names{"JWT_LEEWAY", "JWT_REFRESH_EXPIRATION_DELTA"}));
}

TEST(Check, ALeewayOverAnHourNeedsAllowInsecure) {
  auto settings = test::test_settings();
  settings.leeway = 1h;
  EXPECT_EQ(problems(settings), Names{});
  settings.leeway += 1s;
  EXPECT_EQ(problems(settings), Names{"JWT_LEEWAY"});
  settings.allow_insecure = true;
  EXPECT_EQ(problems(settings), Names{});
}

TEST(Check, ALifetimeOfCenturiesIsAMistake) {
  auto settings = test::test_settings();
  settings.expiration_delta = std::chrono::days{36'501};
  EXPECT_EQ(problems(settings), Names{"JWT_EXPIRATION_DELTA"});
}

TEST(Check, HeaderPrefixIsOneWord) {
  for (const char* bad : {"", "JWT ", "J W T", "JWT,", "J\r\nX: y", "J\xc3\xa9"}) {
    auto settings = test::test_settings();
    settings.auth_header_prefix = bad;
    EXPECT_EQ(problems(settings), Names{"JWT_AUTH_HEADER_PREFIX"}) << bad;
  }
}

}  // namespace
}  // namespace restjwt::auth
