// A Service whose keys take turns.

#include <restjwt/auth/service.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include <restjwt/jose/unverified.hpp>

#include "support/keys.hpp"
#include "support/scheduled_keys.hpp"
#include "support/site.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;
using jose::Algorithm;
using jose::TokenErrc;
using test::new_key;

Settings without_keys() {
  auto settings = test::test_settings();
  settings.secret_key = {};
  return settings;
}

Json header_of(std::string_view token) { return jose::peek(token, 16'384).value().header; }
Json kid_of(std::string_view token) {
  const auto header = header_of(token);
  return header.find("kid") ? *header.find("kid") : Json();
}

class ServiceKeys : public ::testing::Test, protected test::Rotation {
 protected:
  ServiceKeys() { add("a"); }

  Service& start(Settings settings = without_keys(), Handlers handlers = {}) {
    service_ = std::make_unique<Service>(Parts{.settings = std::move(settings),
                                               .users = *users_,
                                               .handlers = std::move(handlers),
                                               .keys = keys,
                                               .clock = [this] { return now; }});
    return *service_;
  }
  std::string token() { return service_->issue(*user_); }
  std::error_code refusal(std::string_view token) {
    const auto user = service_->authenticate(token);
    return user ? std::error_code() : user.error();
  }

  std::unique_ptr<UserStore> users_ = storage::open_memory();
  UserPtr user_ = std::make_shared<const User>(users_->add({.username = "admin"}).value());
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceKeys, TheActiveKeySignsAndIsNamedInTheHeader) {
  start();
  EXPECT_EQ(kid_of(token()), Json("a"));
  EXPECT_EQ(refusal(token()), std::error_code());
}

TEST_F(ServiceKeys, TheNextKeyBeginsByItselfAtItsInstant) {
  rotate("b");
  start();
  const auto before = token();
  now += 24h - 1s;
  EXPECT_EQ(kid_of(token()), Json("a"));
  const auto last = token();
  now += 1s;
  EXPECT_EQ(kid_of(token()), Json("b"));
  EXPECT_EQ(refusal(last), std::error_code());
  EXPECT_EQ(refusal(before), TokenErrc::expired);
}

TEST_F(ServiceKeys, ANextKeyVerifiesAlready) {
  rotate("b");
  auto& service = start();
  // Another node whose clock runs ahead.
  const auto ahead = jose::encode(
      Json::object(
          {{"user_id", 1}, {"username", "admin"}, {"exp", now.time_since_epoch().count() + 60}}),
      jose::SigningKey::from_jwk(*keys.find("b")->key).value());
  EXPECT_TRUE(service.authenticate(ahead));
}

TEST_F(ServiceKeys, NewKeysAreUsedFromTheNextCallOn) {
  auto& service = start();
  const auto old = token();
  add("b");
  now += 24h;
  rotate();
  service.use_keys(keys);
  EXPECT_EQ(kid_of(token()), Json("b"));
  now += 5min;
  retire("a");
  service.use_keys(keys);
  EXPECT_EQ(refusal(old), TokenErrc::unknown_key);
}

TEST_F(ServiceKeys, KeysThatCannotSignAreRefusedAndTheOldOnesStay) {
  auto& service = start();
  EXPECT_THROW(service.use_keys({}), std::invalid_argument);
  EXPECT_EQ(kid_of(token()), Json("a"));
}

TEST_F(ServiceKeys, WithoutAKeyThatSignsTheRemedyIsNamed) {
  keys = {};
  try {
    start();
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "no key signs now; make one with: restjwt keys generate");
  }
}

TEST_F(ServiceKeys, ACompromisedKeyEndsWhereTheClockIsBehind) {
  auto& service = start();
  const auto bad = token();
  keys = keys.retire_compromised("a", now + 5s, rules, [] { return new_key("b"); }).value();
  service.use_keys(keys);
  EXPECT_EQ(kid_of(token()), Json("b"));
  EXPECT_EQ(refusal(bad), TokenErrc::unknown_key);
}

TEST_F(ServiceKeys, AKeyThatIsRetiredIsUsedNoMoreAlsoWhereNoneIsLeftToSign) {
  add("b");
  auto& service = start();
  const auto bad = token();
  ScheduledKey retired{
      .kid = "a", .algorithm = Algorithm::Ed25519, .active = now, .retired = now + 1s};
  EXPECT_THROW(service.use_keys(KeySchedule({retired, *keys.find("b")})), std::invalid_argument);
  EXPECT_EQ(refusal(bad), TokenErrc::unknown_key);
  EXPECT_THROW(token(), StoreError);
}

TEST_F(ServiceKeys, WhereTheClockWentBackBehindTheFirstKeyItIssuesAndVerifies) {
  start();
  const auto good = token();
  now -= 1s;
  EXPECT_EQ(kid_of(token()), Json("a"));
  EXPECT_EQ(refusal(good), std::error_code());
}

TEST_F(ServiceKeys, TokensOfTheSettingsSecretVerifyOnAndAreSignedNoMore) {
  test::Site before;
  before.now = now;
  const auto old = before.token();
  auto& service = start(test::test_settings());
  EXPECT_EQ(kid_of(old), Json());
  EXPECT_TRUE(service.authenticate(old));
  EXPECT_EQ(kid_of(token()), Json("a"));
  EXPECT_EQ(*header_of(token()).find("alg"), Json("EdDSA"));
}

TEST_F(ServiceKeys, WithoutTheSettingsSecretTheyAreRefused) {
  test::Site before;
  before.now = now;
  start();
  EXPECT_EQ(refusal(before.token()), TokenErrc::algorithm_not_allowed);
}

TEST_F(ServiceKeys, ARefreshedTokenIsSignedByTheKeyOfNow) {
  test::Site before;
  before.now = now;
  const auto old = before.token();
  auto& service = start(test::test_settings());
  EXPECT_EQ(kid_of(service.refresh(old).value().token), Json("a"));
}

TEST_F(ServiceKeys, AKidOfAnotherKeyDoesNotVerify) {
  add("b");
  start();
  const auto forged = jose::encode(
      Json::object(
          {{"user_id", 1}, {"username", "admin"}, {"exp", now.time_since_epoch().count() + 60}}),
      jose::SigningKey::from_jwk(*keys.find("b")->key).value().with_kid("a"));
  EXPECT_EQ(refusal(forged), TokenErrc::signature_mismatch);
}

TEST_F(ServiceKeys, AnUnknownKidIsRefusedAlsoInTheFirstProfile) {
  start();
  const auto forged =
      jose::encode(Json::object({{"user_id", 1}, {"exp", now.time_since_epoch().count() + 60}}),
                   jose::SigningKey::from_jwk(*keys.find("a")->key).value().with_kid("z"));
  EXPECT_EQ(refusal(forged), TokenErrc::unknown_key);
}

TEST_F(ServiceKeys, InsistingOnAKidRefusesTokensFromBefore) {
  test::Site before;
  before.now = now;
  auto settings = test::test_settings();
  settings.insist_on_kid = true;
  start(settings);
  EXPECT_EQ(refusal(token()), std::error_code());
  EXPECT_NE(refusal(jose::encode(
                Json::object({{"user_id", 1}, {"exp", now.time_since_epoch().count() + 60}}),
                jose::SigningKey::from_jwk(*keys.find("a")->key).value().with_kid(""))),
            std::error_code());
}

TEST_F(ServiceKeys, UsersSecretKeysExcludeThem) {
  Handlers handlers{.user_secret_key = [](const User&) { return Secret("x"); }};
  EXPECT_THROW(start(without_keys(), handlers), std::invalid_argument);
  const auto problems = check(without_keys(), {.users_own = true, .take_turns = true});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.front().setting, "JWT_GET_USER_SECRET_KEY");
}

TEST_F(ServiceKeys, SettingsNeedNoKeysOfTheirOwn) {
  for (const auto algorithm : {Algorithm::HS256, Algorithm::RS256, Algorithm::Ed448}) {
    auto settings = without_keys();
    settings.algorithms = {algorithm};
    EXPECT_TRUE(check(settings, {.take_turns = true}).empty());
    EXPECT_FALSE(check(settings).empty());
  }
}

TEST_F(ServiceKeys, APublicKeyAloneVerifiesWhatWasSignedBefore) {
  auto settings = without_keys();
  settings.algorithms = {Algorithm::RS256};
  settings.public_key = Secret(test::key_file("rsa.pub"));
  auto& service = start(settings);
  const auto old = jose::encode(
      Json::object({{"user_id", 1}, {"exp", now.time_since_epoch().count() + 60}}),
      jose::SigningKey::from_pem(Secret(test::key_file("rsa.pem")), Algorithm::RS256).value());
  EXPECT_TRUE(service.authenticate(old));
  EXPECT_EQ(kid_of(token()), Json("a"));
}

TEST_F(ServiceKeys, FullySpecifiedNamesAreASwitch) {
  auto settings = without_keys();
  settings.fully_specified_algorithms = true;
  start(settings);
  EXPECT_EQ(*header_of(token()).find("alg"), Json("Ed25519"));
  EXPECT_EQ(refusal(token()), std::error_code());
}

TEST_F(ServiceKeys, UnverifiedTokensOfTheLaterProfileMayNameAnyAlgorithmInUse) {
  auto settings = without_keys();
  settings.profile = Profile::drf_jwt;
  settings.verify = false;
  settings.allow_insecure = true;
  start(settings);
  EXPECT_EQ(refusal(token()), std::error_code());
}

// What is published.

std::size_t published(const Service& service) {
  return parse_json(service.published_keys()->json).value().find("keys")->as_array().size();
}

TEST_F(ServiceKeys, PublishesThePublicPartOfAllKeysThatVerify) {
  auto settings = without_keys();
  settings.algorithms = {Algorithm::RS256, Algorithm::PS256};
  settings.public_key = Secret(test::key_file("rsa.pub"));
  add("b");
  auto& service = start(settings);
  EXPECT_EQ(published(service), 3U);
  EXPECT_EQ(service.published_keys()->json.find("\"d\""), std::string::npos);
}

TEST_F(ServiceKeys, PublishesAKeyOfTheSettingsWithItsAlgorithmAndKid) {
  Settings settings = test::test_settings();
  settings.secret_key = {};
  settings.algorithms = {Algorithm::ES256};
  settings.private_key.add("mine", Secret(test::key_file("ec.pem")));
  test::Site site(settings);
  const auto jwks = parse_json(site.service.published_keys()->json).value();
  ASSERT_EQ(jwks.find("keys")->as_array().size(), 1U);
  const Json& key = jwks.find("keys")->as_array().front();
  EXPECT_EQ(*key.find("kid"), Json("mine"));
  EXPECT_EQ(*key.find("alg"), Json("ES256"));
  EXPECT_FALSE(key.find("d"));
}

TEST_F(ServiceKeys, WithoutAPublicKeyTheSetIsEmpty) {
  EXPECT_EQ(test::Site().service.published_keys()->json, R"({"keys":[]})");
}

TEST_F(ServiceKeys, AnotherSetHasAnotherDigestAndTheSameTheSame) {
  auto& service = start();
  const auto first = service.published_keys();
  service.use_keys(keys);
  EXPECT_EQ(service.published_keys()->digest, first->digest);
  add("b");
  service.use_keys(keys);
  EXPECT_NE(service.published_keys()->digest, first->digest);
  EXPECT_EQ(first->digest.size(), 43U);
}

// Many threads.

TEST_F(ServiceKeys, KeysAreReplacedUnderRunningCalls) {
  add("b");
  auto& service = start();
  std::atomic<bool> done = false;
  std::atomic<int> refused = 0;
  const auto work = [&] {
    while (!done) {
      if (!service.authenticate(service.issue(*user_))) ++refused;
      if (service.published_keys()->json.empty()) ++refused;
    }
  };
  std::thread one(work), two(work);
  const KeySchedule other =
      keys.rotate(now, {.publication_period = 0s, .longest_life = 1s}, {}).value();
  for (int i = 0; i < 300; ++i) service.use_keys(i % 2 == 0 ? other : keys);
  done = true;
  one.join();
  two.join();
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace restjwt::auth
