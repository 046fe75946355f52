#include "cli/keys/drill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restjwt::cli::keys {
namespace {

using namespace std::chrono_literals;
using auth::KeySchedule;
using auth::RotationRules;
using jose::Algorithm;
using jose::Jwk;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr TimePoint t0 = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h;
const RotationRules rules{.publication_period = 24h, .longest_life = 301s};

Jwk key_named(const char* kid) { return Jwk::generate(Algorithm::Ed25519).with_kid(kid); }

TEST(Drill, OfAnEmptyStoreMakesBothKeys) {
  const KeySchedule store;
  const auth::Settings settings;
  Drill drill(store, settings, rules, t0);
  drill.play();
  EXPECT_THAT(drill.problems(), IsEmpty());
  EXPECT_EQ(drill.steps().front().at, t0);
  EXPECT_EQ(drill.steps().back().at, t0 + 24h + 301s);
  EXPECT_EQ(drill.steps().back().keys.size(), 1u);
}

TEST(Drill, ChecksEveryTokenAtEveryStep) {
  KeySchedule store;
  store = store.add(key_named("a"), Algorithm::Ed25519, t0 - 1h, rules).value();
  const auth::Settings settings;
  Drill drill(store, settings, rules, t0);
  drill.play();
  EXPECT_THAT(drill.problems(), IsEmpty());
  // With a kid and without one at the beginning and before the change, two of the new key.
  EXPECT_EQ(drill.issued(), 6u);
  for (const auto& step : drill.steps()) EXPECT_GE(step.unexpired, 1u) << step.what;
}

TEST(Drill, TakesTheNextKeyThatIsThere) {
  KeySchedule store;
  store = store.add(key_named("a"), Algorithm::Ed25519, t0 - 48h, rules).value();
  store = store.add(key_named("b"), Algorithm::Ed25519, t0 - 47h, rules).value();
  const auth::Settings settings;
  Drill drill(store, settings, rules, t0);
  drill.play();
  EXPECT_THAT(drill.problems(), IsEmpty());
  EXPECT_EQ(drill.steps().front().keys.size(), 2u);
  EXPECT_EQ(drill.steps().back().at, t0 + 301s);
}

TEST(Drill, WaitsForAKeyThatBeginsByItself) {
  KeySchedule store;
  store = store.add(key_named("a"), Algorithm::Ed25519, t0 - 1h, rules).value();
  store = store.rotate(t0 - 1h, rules, [] { return key_named("b"); }).value();
  const auth::Settings settings;
  Drill drill(store, settings, rules, t0);
  drill.play();
  EXPECT_THAT(drill.problems(), IsEmpty());
  EXPECT_EQ(drill.steps().front().keys.size(), 2u);
  EXPECT_EQ(drill.steps().back().at, t0 + 23h + 301s);
}

TEST(Drill, SaysThatTokensWhichDoNotExpireForbidRetiring) {
  const KeySchedule store;
  const auth::Settings settings{.verify_expiration = false, .allow_insecure = true};
  const RotationRules for_ever{.publication_period = 24h};
  Drill drill(store, settings, for_ever, t0);
  drill.play();
  EXPECT_THAT(drill.problems(), Contains(HasSubstr("no key can ever be retired")));
}

TEST(Drill, AsksTheKeysThatTheServerAsks) {
  // A secret of the settings verifies beside the keys, and tokens name theirs although no entry of
  // the settings has a name.
  KeySchedule store;
  store = store.add(key_named("a"), Algorithm::Ed25519, t0 - 1h, rules).value();
  auth::Settings settings;
  settings.secret_key = Secret("an-unpublished-secret-of-40-characters--");
  Drill drill(store, settings, rules, t0);
  drill.play();
  EXPECT_THAT(drill.problems(), IsEmpty());
}

TEST(Drill, FindsWhoWouldBeLoggedOut) {
  const RotationRules hasty{.publication_period = 24h, .longest_life = 10s};
  const auto store = KeySchedule().add(key_named("a"), Algorithm::Ed25519, t0 - 1h, hasty).value();
  const auth::Settings settings;  // tokens live for five minutes
  Drill drill(store, settings, hasty, t0);
  drill.play();
  EXPECT_THAT(drill.problems(), Contains(HasSubstr("a token of a, issued")));
}

}  // namespace
}  // namespace restjwt::cli::keys
