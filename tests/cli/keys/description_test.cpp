#include "cli/keys/description.hpp"

#include <gtest/gtest.h>

namespace restjwt::cli::keys {
namespace {

using namespace std::chrono_literals;
using auth::KeySchedule;
using auth::RotationRules;
using jose::Algorithm;
using jose::Jwk;

constexpr TimePoint t0 = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h;
const RotationRules rules{.publication_period = 24h, .longest_life = 5min};

Jwk key_named(const char* kid) { return Jwk::generate(Algorithm::Ed25519).with_kid(kid); }

/// "first" signs since t0, "second" is next since t0 + 1 h.
KeySchedule two_keys() {
  const auto one = KeySchedule().add(key_named("first"), Algorithm::Ed25519, t0, rules).value();
  return one.add(key_named("second"), Algorithm::Ed25519, t0 + 1h, rules).value();
}

Description about(const KeySchedule& schedule, const char* kid, TimePoint now) {
  return {schedule, *schedule.find(kid), rules, now};
}

TEST(Description, OfTheKeyThatSigns) {
  const auto keys = two_keys();
  const auto first = about(keys, "first", t0 + 2h);
  EXPECT_EQ(first.state(), "active");
  EXPECT_EQ(first.since(), t0);
  EXPECT_EQ(first.outlook(), "signs until another key does");
}

TEST(Description, OfTheNextKeyTellsWhenItMaySign) {
  const auto keys = two_keys();
  const auto second = about(keys, "second", t0 + 2h);
  EXPECT_EQ(second.state(), "next");
  EXPECT_EQ(second.since(), t0 + 1h);
  EXPECT_EQ(second.outlook(),
            "may sign from 2026-11-25 13:00:00 UTC, in 23 h: restjwt keys rotate");
  EXPECT_EQ(about(keys, "second", t0 + 25h).outlook(), "may sign now: restjwt keys rotate");
}

TEST(Description, OfAKeyThatBeginsByItself) {
  const auto one = KeySchedule().add(key_named("first"), Algorithm::Ed25519, t0, rules).value();
  const auto keys = one.rotate(t0, rules, [] { return key_named("second"); }).value();
  EXPECT_EQ(about(keys, "second", t0).outlook(), "signs from 2026-11-25 12:00:00 UTC, in 1 d");
  EXPECT_EQ(about(keys, "first", t0).outlook(), "signs until 2026-11-25 12:00:00 UTC, in 1 d");
}

TEST(Description, OfARetiringKeyTellsWhenItCanBeRetired) {
  const auto keys = two_keys().rotate(t0 + 25h, rules, {}).value();
  const auto first = about(keys, "first", t0 + 25h);
  EXPECT_EQ(first.state(), "retiring");
  EXPECT_EQ(first.since(), t0 + 25h);
  EXPECT_EQ(first.outlook(),
            "can be retired from 2026-11-25 13:05:00 UTC, in 5 min: restjwt keys retire first");
  EXPECT_EQ(about(keys, "first", t0 + 26h).outlook(),
            "can be retired now: restjwt keys retire first");
}

TEST(Description, OfARetiringKeyGivesALineForTheShell) {
  for (const auto& [kid, word] : {std::pair{"a b", "'a b'"}, std::pair{"it's", "'it'\\''s'"},
                                  std::pair{"-x", "-- -x"}, std::pair{"k:1", "k:1"}}) {
    auto keys = KeySchedule().add(key_named(kid), Algorithm::Ed25519, t0, rules).value();
    keys = keys.add(key_named("next"), Algorithm::Ed25519, t0, rules).value();
    keys = keys.rotate(t0 + 24h, rules, {}).value();
    EXPECT_EQ(about(keys, kid, t0 + 26h).outlook(),
              std::string("can be retired now: restjwt keys retire ") + word);
  }
}

TEST(Description, OfARetiringKeyWhoseTokensDoNotExpire) {
  const auto keys = two_keys().rotate(t0 + 25h, rules, {}).value();
  const RotationRules for_ever{.publication_period = 24h};
  EXPECT_EQ(Description(keys, *keys.find("first"), for_ever, t0 + 99h).outlook(),
            "can only be retired as compromised: its tokens do not expire");
}

TEST(Description, OfARetiredKeyHasNoOutlook) {
  const auto rotated = two_keys().rotate(t0 + 25h, rules, {}).value();
  const auto keys = rotated.retire("first", t0 + 26h, rules).value();
  const auto first = about(keys, "first", t0 + 27h);
  EXPECT_EQ(first.state(), "retired");
  EXPECT_EQ(first.since(), t0 + 26h);
  EXPECT_EQ(first.outlook(), "-");
}

TEST(Description, OfAKeyThatOnlyVerifies) {
  const auto keys =
      KeySchedule().add_verifying(key_named("theirs"), Algorithm::Ed25519, t0).value();
  const auto theirs = about(keys, "theirs", t0 + 1h);
  EXPECT_EQ(theirs.state(), "verifying");
  EXPECT_EQ(theirs.outlook(), "verifies until it is retired");
  EXPECT_TRUE(theirs.to_json().find("retiring")->is_null());
}

TEST(Description, InOneLine) {
  const auto keys = two_keys();
  EXPECT_EQ(about(keys, "first", t0 + 2h).summary(),
            "Ed25519, active since 2026-11-24 12:00:00 UTC; signs until another key does");
}

TEST(Description, AsJsonHasEveryInstant) {
  const auto keys = two_keys().rotate(t0 + 25h, rules, {}).value();
  EXPECT_EQ(to_text(about(keys, "first", t0 + 25h).to_json()),
            "{\"kid\":\"first\",\"algorithm\":\"Ed25519\",\"state\":\"retiring\","
            "\"since\":\"2026-11-25T13:00:00Z\",\"published\":\"2026-11-24T12:00:00Z\","
            "\"may_sign_from\":null,\"active\":\"2026-11-24T12:00:00Z\","
            "\"retiring\":\"2026-11-25T13:00:00Z\",\"may_retire_from\":\"2026-11-25T13:05:00Z\","
            "\"retired\":null}");
}

}  // namespace
}  // namespace restjwt::cli::keys
