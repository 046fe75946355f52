#include <restjwt/auth/key_schedule.hpp>

#include <gtest/gtest.h>

#include "support/scheduled_keys.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;
using jose::Algorithm;
using test::new_key;
using Errc = KeyScheduleErrc;

class KeyScheduleTest : public ::testing::Test, protected test::Rotation {
 protected:
  static std::optional<KeyRefusal> refusal_of(const KeySchedule::Changed& changed) {
    return changed ? std::nullopt : std::optional(changed.error());
  }
  static std::function<jose::Jwk()> makes(const std::string& kid) {
    return [=] { return new_key(kid); };
  }
  KeyRefusal refused_rotation() { return keys.rotate(now, rules, makes("c")).error(); }
  KeyRefusal refused_retirement(const std::string& kid) {
    return keys.retire(kid, now, rules).error();
  }
  /// a signs, b is known to everybody.
  void two_keys() {
    add("a");
    add("b");
    now += 24h;
  }
};

// What a schedule is.

TEST_F(KeyScheduleTest, KidsAreUniqueAndNotEmpty) {
  const ScheduledKey a{.kid = "a", .key = new_key("a")};
  EXPECT_NO_THROW(KeySchedule({a}));
  EXPECT_THROW(KeySchedule({a, a}), std::invalid_argument);
  EXPECT_THROW(KeySchedule({{.kid = "", .key = new_key("a")}}), std::invalid_argument);
}

TEST_F(KeyScheduleTest, AKeyIsGoneOnceRetiredAndOnlyThen) {
  EXPECT_NO_THROW(KeySchedule({{.kid = "a", .retired = now}}));
  EXPECT_THROW(KeySchedule({{.kid = "a"}}), std::invalid_argument);
  EXPECT_THROW(KeySchedule({{.kid = "a", .key = new_key("a"), .retired = now}}),
               std::invalid_argument);
}

TEST_F(KeyScheduleTest, APublicKeyHasNoTurn) {
  const auto key = jose::Jwk::parse(*new_key("a").public_json()).value();
  EXPECT_NO_THROW(KeySchedule({{.kid = "a", .key = key}}));
  EXPECT_THROW(KeySchedule({{.kid = "a", .key = key, .active = now}}), std::invalid_argument);
}

TEST_F(KeyScheduleTest, KeysStandInTheOrderOfTheirPublication) {
  const KeySchedule schedule({{.kid = "late", .key = new_key("late"), .published = now + 1s},
                              {.kid = "early", .key = new_key("early"), .published = now}});
  EXPECT_EQ(schedule.keys().front().kid, "early");
}

// Taking keys in.

TEST_F(KeyScheduleTest, TheFirstKeySignsAtOnce) {
  add("a");
  EXPECT_EQ(state("a"), KeyState::active);
  EXPECT_EQ(keys.keys().front().active, now);
  EXPECT_EQ(keys.keys().front().longest_life, 5min);
}

TEST_F(KeyScheduleTest, ALaterKeyIsNextAndWaits) {
  add("a");
  add("b");
  EXPECT_EQ(state("b"), KeyState::next);
  now += 1000 * 24h;
  EXPECT_EQ(state("b"), KeyState::next);
  EXPECT_EQ(signing(), "a");
}

TEST_F(KeyScheduleTest, TheFirstKeyThatCanSignIsFirstBesideOnesThatOnlyVerify) {
  keys = keys.add_verifying(new_key("theirs"), Algorithm::Ed25519, now).value();
  add("a");
  EXPECT_EQ(state("a"), KeyState::active);
}

TEST_F(KeyScheduleTest, AKidThatIsTakenIsRefusedAlsoByARetiredKey) {
  two_keys();
  keys = keys.retire("b", now, rules).value();
  for (const auto* kid : {"a", "b"}) {
    const auto added = keys.add(new_key(kid), Algorithm::Ed25519, now, rules);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::taken_kid);
    EXPECT_EQ(added.error().kid, kid);
  }
  EXPECT_EQ(keys.add_verifying(new_key("a"), Algorithm::Ed25519, now).error().code,
            Errc::taken_kid);
}

TEST_F(KeyScheduleTest, AKidHasAtMost256BytesOfUtf8) {
  const auto taken = [&](const std::string& kid) {
    return refusal_of(keys.add(new_key(kid), Algorithm::Ed25519, now, rules));
  };
  EXPECT_FALSE(taken(std::string(256, 'x')));
  EXPECT_EQ(taken(std::string(257, 'x'))->code, Errc::unusable_kid);
  EXPECT_FALSE(taken("ä"));
  EXPECT_EQ(taken("\xe4")->code, Errc::unusable_kid);
}

TEST_F(KeyScheduleTest, AKeyWithoutAKidGoesByItsThumbprint) {
  const auto key = new_key("");
  keys = keys.add(key, Algorithm::Ed25519, now, rules).value();
  EXPECT_NE(keys.find(key.thumbprint()), nullptr);
}

TEST_F(KeyScheduleTest, AKeyThatDoesNotFitItsAlgorithmIsRefused) {
  EXPECT_EQ(keys.add(new_key("a"), Algorithm::ES256, now, rules).error().code,
            jose::KeyErrc::wrong_type);
  EXPECT_TRUE(keys.add(new_key("a"), Algorithm::Ed25519, now, rules));
}

TEST_F(KeyScheduleTest, APublicKeyCannotBeTakenInToSign) {
  const auto key = jose::Jwk::parse(*new_key("a").public_json()).value();
  EXPECT_EQ(keys.add(key, Algorithm::Ed25519, now, rules).error().code,
            jose::KeyErrc::no_private_part);
  EXPECT_TRUE(keys.add_verifying(key, Algorithm::Ed25519, now));
}

TEST_F(KeyScheduleTest, OfAKeyThatOnlyVerifiesThePrivatePartIsNotKept) {
  keys = keys.add_verifying(new_key("theirs"), Algorithm::Ed25519, now).value();
  EXPECT_FALSE(keys.find("theirs")->key->is_private());
  EXPECT_EQ(state("theirs"), KeyState::retiring);
  EXPECT_EQ(signing(), "nobody");
}

TEST_F(KeyScheduleTest, ASecretCannotOnlyVerify) {
  EXPECT_EQ(keys.add_verifying(new_key("s", Algorithm::HS256), Algorithm::HS256, now).error().code,
            jose::KeyErrc::wrong_type);
  EXPECT_TRUE(keys.add(new_key("s", Algorithm::HS256), Algorithm::HS256, now, rules));
}

// Rotating.

TEST_F(KeyScheduleTest, RotatingLetsTheNextKeySignNow) {
  two_keys();
  rotate();
  EXPECT_EQ(signing(), "b");
  EXPECT_EQ(state("a"), KeyState::retiring);
  EXPECT_EQ(keys.retiring_since(*keys.find("a")), now);
  EXPECT_EQ(keys.find("b")->longest_life, 5min);
}

TEST_F(KeyScheduleTest, TheNextKeyMustHaveBeenPublishedForThePeriod) {
  two_keys();
  now -= 1s;
  const auto refusal = refused_rotation();
  EXPECT_EQ(refusal.code, Errc::not_yet_published);
  EXPECT_EQ(refusal.kid, "b");
  EXPECT_EQ(refusal.until, now + 1s);
  now += 1s;
  EXPECT_NO_THROW(rotate());
}

TEST_F(KeyScheduleTest, OfSeveralNextKeysTheOnePublishedFirstBegins) {
  two_keys();
  add("c");
  rotate();
  EXPECT_EQ(signing(), "b");
  EXPECT_EQ(state("c"), KeyState::next);
}

TEST_F(KeyScheduleTest, WithoutANextKeyANewOneIsPublishedAndBeginsByItself) {
  add("a");
  rotate("b");
  EXPECT_EQ(state("b"), KeyState::next);
  EXPECT_EQ(keys.find("b")->active, now + 24h);
  EXPECT_EQ(keys.find("b")->longest_life, 5min);
  EXPECT_EQ(keys.retiring_since(*keys.find("a")), now + 24h);
  now += 24h - 1s;
  EXPECT_EQ(signing(), "a");
  now += 1s;
  EXPECT_EQ(signing(), "b");
  EXPECT_EQ(state("a"), KeyState::retiring);
}

TEST_F(KeyScheduleTest, WhileAKeyIsUnderWayAnotherRotationWaitsForIt) {
  add("a");
  rotate("b");
  now += 1h;
  const auto refusal = refused_rotation();
  EXPECT_EQ(refusal.code, Errc::not_yet_published);
  EXPECT_EQ(refusal.kid, "b");
  EXPECT_EQ(refusal.until, now + 23h);
  now += 23h;
  EXPECT_NO_THROW(rotate("c"));
}

TEST_F(KeyScheduleTest, AKeyUnderWayKeepsItsInstantWhenThePeriodIsShortened) {
  add("a");
  rotate("b");
  rules.publication_period = 1h;
  now += 2h;
  EXPECT_EQ(refused_rotation().until, now + 22h);
}

TEST_F(KeyScheduleTest, RotatingAnEmptyScheduleMakesTheFirstKey) {
  rotate("a");
  EXPECT_EQ(signing(), "a");
}

TEST_F(KeyScheduleTest, WithoutAMakerThereMustBeANextKey) {
  add("a");
  EXPECT_EQ(keys.rotate(now, rules, {}).error().code, Errc::nothing_to_sign_with);
}

TEST_F(KeyScheduleTest, AMadeKeyHasToBePrivateAndToNameItsAlgorithm) {
  const auto a_public = [] { return jose::Jwk::parse(*new_key("p").public_json()).value(); };
  EXPECT_EQ(keys.rotate(now, rules, a_public).error().code, jose::KeyErrc::no_private_part);
  const auto nameless = [] { return jose::Jwk::from_secret(Secret(std::string(64, 'x'))).value(); };
  EXPECT_EQ(keys.rotate(now, rules, nameless).error().code, jose::KeyErrc::no_algorithm);
}

TEST_F(KeyScheduleTest, ASecondBelongsToOneKey) {
  rules.publication_period = 0s;
  add("a");
  add("b");
  rotate();
  EXPECT_EQ(signing(), "a");
  now += 1s;
  EXPECT_EQ(signing(), "b");
}

TEST_F(KeyScheduleTest, OfTwoKeysWithOneInstantTheOnePublishedLaterSigns) {
  keys = KeySchedule({{.kid = "z", .key = new_key("z"), .published = now - 2s, .active = now},
                      {.kid = "a", .key = new_key("a"), .published = now - 1s, .active = now}});
  EXPECT_EQ(signing(), "a");
  EXPECT_EQ(state("z"), KeyState::retiring);
  EXPECT_EQ(keys.retiring_since(*keys.find("z")), now);
}

// Retiring.

TEST_F(KeyScheduleTest, AKeyIsRetiredWhenNoTokenOfItCanBeAlive) {
  two_keys();
  rotate();
  now += 5min - 1s;
  const auto refusal = refused_retirement("a");
  EXPECT_EQ(refusal.code, Errc::tokens_live);
  EXPECT_EQ(refusal.until, now + 1s);
  now += 1s;
  retire("a");
  EXPECT_EQ(state("a"), KeyState::retired);
  EXPECT_FALSE(keys.find("a")->key);
  EXPECT_EQ(keys.find("a")->retired, now);
}

TEST_F(KeyScheduleTest, TheLongerOfTheRecordedAndThePresentLifeCounts) {
  two_keys();
  rotate();
  const auto& a = *keys.find("a");
  rules.longest_life = 1min;
  EXPECT_EQ(keys.free_from(a, rules), now + 5min);
  rules.longest_life = 1h;
  EXPECT_EQ(keys.free_from(a, rules), now + 1h);
}

TEST_F(KeyScheduleTest, WhereTokensDoNotExpireAKeyThatSignedIsNeverFree) {
  two_keys();
  rotate();
  rules.longest_life = {};
  now += 1000 * 24h;
  const auto refusal = refused_retirement("a");
  EXPECT_EQ(refusal.code, Errc::tokens_live);
  EXPECT_FALSE(refusal.until);
}

TEST_F(KeyScheduleTest, TheKeyThatSignsCannotBeRetired) {
  add("a");
  EXPECT_EQ(refused_retirement("a").code, Errc::still_signing);
  EXPECT_FALSE(refused_retirement("a").until);
}

TEST_F(KeyScheduleTest, WhereItsEndIsDecidedARefusalSaysWhenItMayBeRetired) {
  add("a");
  rotate("b");
  EXPECT_EQ(refused_retirement("a").code, Errc::still_signing);
  EXPECT_EQ(refused_retirement("a").until, now + 24h + 5min);
}

TEST_F(KeyScheduleTest, AKeyThatNeverSignedIsRetiredAtOnce) {
  add("a");
  rotate("b");
  retire("b");
  EXPECT_EQ(state("b"), KeyState::retired);
  now += 24h;
  EXPECT_EQ(signing(), "a");
  EXPECT_EQ(state("a"), KeyState::active);
  EXPECT_FALSE(keys.retiring_since(*keys.find("a")));
}

TEST_F(KeyScheduleTest, AKeyThatOnlyVerifiesIsRetiredAtAnyTime) {
  add("a");
  keys = keys.add_verifying(new_key("theirs"), Algorithm::Ed25519, now).value();
  EXPECT_FALSE(keys.free_from(*keys.find("theirs"), rules));
  EXPECT_EQ(keys.retiring_since(*keys.find("theirs")), now);
  retire("theirs");
  EXPECT_EQ(state("theirs"), KeyState::retired);
}

TEST_F(KeyScheduleTest, AnUnknownKidIsRefused) {
  add("a");
  EXPECT_EQ(refused_retirement("b").code, Errc::unknown_kid);
  EXPECT_EQ(keys.retire_compromised("b", now, rules, {}).error().code, Errc::unknown_kid);
}

TEST_F(KeyScheduleTest, RetiringTwiceIsRetiringOnce) {
  two_keys();
  retire("b");
  const auto when = keys.find("b")->retired;
  now += 1h;
  retire("b");
  EXPECT_EQ(keys.find("b")->retired, when);
}

TEST_F(KeyScheduleTest, OfTheRetiredOnesTheFirstAreForgotten) {
  add("a");
  for (std::size_t i = 0; i <= most_retired_keys; ++i) {
    now += 1s;
    add("b" + std::to_string(i));
    retire("b" + std::to_string(i));
  }
  EXPECT_EQ(keys.keys().size(), 1 + most_retired_keys);
  EXPECT_EQ(keys.find("b0"), nullptr);
  EXPECT_NE(keys.find("b1"), nullptr);
  EXPECT_EQ(signing(), "a");
}

TEST_F(KeyScheduleTest, AfterTheClockWentBackTheOnlyKeyIsKeptAllTheSame) {
  add("a");
  now -= 1h;
  EXPECT_EQ(signing(), "a");
  EXPECT_EQ(state("a"), KeyState::active);
  EXPECT_EQ(refused_retirement("a").code, Errc::still_signing);
}

TEST_F(KeyScheduleTest, AfterTheClockWentBackAKeyWaitsForItsInstantAgain) {
  two_keys();
  rotate();
  now -= 1h;
  EXPECT_EQ(signing(), "a");
  EXPECT_EQ(refused_rotation().code, Errc::not_yet_published);
  EXPECT_EQ(refused_rotation().until, now + 1h);
}

// Compromised.

TEST_F(KeyScheduleTest, WhereTheActiveKeyIsCompromisedTheNextSignsAtOnce) {
  add("a");
  add("b");
  keys = keys.retire_compromised("a", now + 1s, rules, makes("c")).value();
  now += 1s;
  EXPECT_EQ(state("a"), KeyState::retired);
  EXPECT_EQ(signing(), "b");
  EXPECT_EQ(keys.find("c"), nullptr);
}

TEST_F(KeyScheduleTest, WhereThereIsNoNextKeyANewOneSignsAtOnce) {
  add("a");
  now += 1s;
  keys = keys.retire_compromised("a", now, rules, makes("c")).value();
  EXPECT_EQ(signing(), "c");
}

TEST_F(KeyScheduleTest, WithoutNextKeyAndMakerACompromisedKeyCannotGo) {
  add("a");
  EXPECT_EQ(keys.retire_compromised("a", now, rules, {}).error().code, Errc::nothing_to_sign_with);
}

TEST_F(KeyScheduleTest, AKeyUnderWayIsBroughtForward) {
  add("a");
  rotate("b");
  now += 1h;
  keys = keys.retire_compromised("a", now, rules, {}).value();
  EXPECT_EQ(signing(), "b");
  EXPECT_EQ(keys.find("b")->active, now);
}

TEST_F(KeyScheduleTest, TheKeyBeforeACompromisedOneDoesNotComeBack) {
  two_keys();
  rotate();
  now += 1s;
  keys = keys.retire_compromised("b", now, rules, makes("c")).value();
  EXPECT_EQ(signing(), "c");
  EXPECT_EQ(state("a"), KeyState::retiring);
}

TEST_F(KeyScheduleTest, WhereTheClockIsBehindTheSuccessorOfACompromisedKeySignsAllTheSame) {
  two_keys();
  rotate();
  now += 1h;
  keys = keys.retire_compromised("b", now, rules, makes("c")).value();
  now -= 1s;
  EXPECT_EQ(signing(), "c");
  EXPECT_EQ(state("c"), KeyState::active);
  EXPECT_EQ(state("a"), KeyState::retiring);
}

TEST_F(KeyScheduleTest, AlsoNotWhereItIsCompromisedInTheSecondItBegan) {
  two_keys();
  rotate();
  keys = keys.retire_compromised("b", now, rules, makes("c")).value();
  EXPECT_EQ(signing(), "c");
  EXPECT_EQ(state("a"), KeyState::retiring);
  EXPECT_EQ(keys.retiring_since(*keys.find("a")), now);
}

TEST_F(KeyScheduleTest, ACompromisedKeyThatDoesNotSignGoesAlone) {
  two_keys();
  keys = keys.retire_compromised("b", now, rules, makes("c")).value();
  EXPECT_EQ(state("b"), KeyState::retired);
  EXPECT_EQ(signing(), "a");
  EXPECT_EQ(keys.keys().size(), 2U);
}

// What is published.

TEST_F(KeyScheduleTest, EveryKeyThatVerifiesIsPublishedWithoutItsPrivatePart) {
  two_keys();
  keys = keys.add_verifying(new_key("theirs"), Algorithm::Ed25519, now).value();
  const Json published = jose::public_jwk_set(living_keys(keys));
  ASSERT_EQ(published.find("keys")->as_array().size(), 3U);
  for (const auto& key : published.find("keys")->as_array()) EXPECT_FALSE(key.find("d"));
}

TEST_F(KeyScheduleTest, RetiredKeysAndSecretsAreNotPublished) {
  two_keys();
  retire("b");
  keys = keys.add(new_key("s", Algorithm::HS256), Algorithm::HS256, now, rules).value();
  const Json published = jose::public_jwk_set(living_keys(keys));
  ASSERT_EQ(published.find("keys")->as_array().size(), 1U);
  EXPECT_EQ(*published.find("keys")->as_array().front().find("kid"), Json("a"));
}

TEST_F(KeyScheduleTest, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(std::error_code(Errc::still_signing).message(), "the key signs; rotate first");
}

}  // namespace
}  // namespace restjwt::auth
