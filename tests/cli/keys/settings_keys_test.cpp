#include "cli/keys/settings_keys.hpp"

#include <gtest/gtest.h>

#include "cli/command.hpp"

namespace restjwt::cli::keys {
namespace {

using namespace std::chrono_literals;
using auth::KeySchedule;
using auth::RotationRules;
using auth::Settings;
using jose::Algorithm;
using jose::Jwk;

constexpr TimePoint t0 = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h;
const RotationRules rules{.publication_period = 24h, .longest_life = 5min};
const Secret secret("an-unpublished-secret-of-40-characters--");

TEST(KeysOfSettings, TakesTheSecretByItsThumbprint) {
  const auto found = keys_of_settings({.secret_key = secret});
  ASSERT_EQ(found.signing.size(), 1u);
  EXPECT_EQ(found.signing[0].kid(), found.signing[0].thumbprint());
  EXPECT_EQ(found.signing[0].algorithm(), Algorithm::HS256);
}

TEST(KeysOfSettings, TakesSeveralSecretsByTheirNames) {
  Settings settings;
  settings.secret_key.add("new", secret);
  settings.secret_key.add("old", Secret("another-unpublished-secret-of-40-bytes--"));
  const auto found = keys_of_settings(settings);
  ASSERT_EQ(found.signing.size(), 2u);
  EXPECT_EQ(found.signing[1].kid(), "old");
}

TEST(KeysOfSettings, RefusesASecretThatIsPubliclyKnown) {
  EXPECT_THROW((void)keys_of_settings({.secret_key = Secret("secret")}), Refused);
}

TEST(KeysOfSettings, RefusesWhereThereIsNone) { EXPECT_THROW((void)keys_of_settings({}), Refused); }

TEST(TakenOver, GoesOnSigningWhereNoKeyDoes) {
  const auto key = keys_of_settings({.secret_key = secret}).signing[0];
  const auto after = taken_over({}, key, Algorithm::HS256, t0, rules);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->signing(t0)->kid, key.kid());
}

TEST(TakenOver, IsThePredecessorOfTheKeyThatSigns) {
  const auto before =
      KeySchedule()
          .add(Jwk::generate(Algorithm::Ed25519).with_kid("a"), Algorithm::Ed25519, t0, rules)
          .value();
  const auto key = keys_of_settings({.secret_key = secret}).signing[0];
  const auto now = t0 + 48h;
  const auto after = taken_over(before, key, Algorithm::HS256, now, rules);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->signing(now)->kid, "a");
  const auto& taken = *after->find(key.kid());
  EXPECT_EQ(after->state(taken, now), auth::KeyState::retiring);
  EXPECT_EQ(after->free_from(taken, rules), now + 5min);
}

TEST(KeysOfSettings, RefusesAKeyWhoseTokensNameNoneWhereTheyHaveTo) {
  Settings settings{.secret_key = secret};
  settings.insist_on_kid = true;
  try {
    (void)keys_of_settings(settings);
    FAIL();
  } catch (const Refused& why) {
    EXPECT_NE(std::string(why.what()).find("JWT_INSIST_ON_KID"), std::string::npos);
  }
  settings.secret_key = {};
  settings.secret_key.add("named", secret);
  EXPECT_EQ(keys_of_settings(settings).signing.size(), 1u);
}

TEST(TakenOver, RefusesANameThatIsTooLong) {
  const auto key = keys_of_settings({.secret_key = secret}).signing[0];
  const auto before = taken_over({}, key, Algorithm::HS256, t0, rules).value();
  const auto named = [&](std::size_t bytes) {
    return taken_over(before, key.with_kid(std::string(bytes, 'x')), Algorithm::HS256, t0, rules);
  };
  EXPECT_TRUE(named(256));
  ASSERT_FALSE(named(257));
  EXPECT_EQ(named(257).error().code, auth::KeyScheduleErrc::unusable_kid);
}

TEST(TakenOver, IsRefusedTheSecondTime) {
  const auto key = keys_of_settings({.secret_key = secret}).signing[0];
  const auto once = taken_over({}, key, Algorithm::HS256, t0, rules).value();
  const auto twice = taken_over(once, key, Algorithm::HS256, t0, rules);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, auth::KeyScheduleErrc::taken_kid);
}

}  // namespace
}  // namespace restjwt::cli::keys
