// Access and refresh tokens: claims, doors, rotation, limits.

#include <restjwt/auth/pairs.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <restjwt/auth/service.hpp>
#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/unverified.hpp>
#include <restjwt/storage/memory.hpp>

#include "support/site.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr TimePoint start{std::chrono::seconds{1'795'000'000}};

Json claims_of(const std::string& token) { return jose::peek(token).value().claims; }

std::vector<std::string> names_in(const Json& claims) {
  std::vector<std::string> names;
  for (const auto& [name, value] : claims.as_object()) names.push_back(name);
  return names;
}

class PairsTest : public testing::Test {
 protected:
  Service& service(PairSettings pairs = {}) {
    service_ =
        std::make_unique<Service>(Parts{.settings = settings_,
                                        .users = *users_,
                                        .sessions = SessionParts{.store = *sessions_,
                                                                 .revocations = *revocations_,
                                                                 .audit = *audit_,
                                                                 .others_refresh = others_refresh_},
                                        .pairs = std::move(pairs),
                                        .clock = [this] { return now_; }});
    service_->sessions()->tidy();
    service_->sessions()->catch_up();
    return *service_;
  }
  Pairs pairs() { return *service_->pairs(); }
  TokenPair log_in() { return pairs().obtain("ada", password_).value(); }
  std::error_code refusal(const std::string& token) {
    const auto pair = pairs().refresh(token);
    return pair ? std::error_code() : pair.error();
  }
  std::error_code door(const std::string& token) {
    const auto user = pairs().authenticate(token);
    return user ? std::error_code() : user.error();
  }
  static PairSettings rotating() {
    PairSettings pairs;
    pairs.rotate_refresh_tokens = true;
    return pairs;
  }

  TimePoint now_ = start;
  bool others_refresh_ = false;
  const Secret password_{"correct horse"};
  Settings settings_ = [] {
    Settings settings;
    settings.secret_key = Secret("a-secret-that-is-long-enough-for-HS256");
    settings.allow_refresh = true;
    settings.password_hasher = test::cheap_hasher();
    return settings;
  }();
  storage::MemoryDatabase database_{[this] { return now_; }};
  std::unique_ptr<UserStore> users_ = database_.users();
  std::unique_ptr<SessionStore> sessions_ = database_.sessions();
  std::unique_ptr<RevocationLog> revocations_ = database_.revocations();
  std::unique_ptr<AuditLog> audit_ = database_.audit();
  const UserId ada_ =
      users_
          ->add({.username = "ada",
                 .password = make_password(password_, settings_.password_hasher, system_random())})
          ->id;
  std::unique_ptr<Service> service_;
};

TEST_F(PairsTest, TokensHaveTheClaimsOfSimplejwtAndWhichLoginTheyComeFrom) {
  service();
  const auto pair = log_in();
  const Json refresh = claims_of(pair.refresh), access = claims_of(pair.access);
  const std::vector<std::string> names{"token_type", "exp",      "iat",     "jti",
                                       "user_id",    "orig_iat", "orig_jti"};
  EXPECT_EQ(names_in(refresh), names);
  EXPECT_EQ(names_in(access), names);
  EXPECT_EQ(*refresh.find("token_type"), Json("refresh"));
  EXPECT_EQ(*access.find("token_type"), Json("access"));
  const auto seconds = start.time_since_epoch().count();
  EXPECT_EQ(*access.find("exp"), Json(seconds + 300));
  EXPECT_EQ(*refresh.find("exp"), Json(seconds + 86'400));
  EXPECT_EQ(*access.find("user_id"), Json(std::int64_t{1}));
  EXPECT_EQ(refresh.find("jti")->as_string().size(), 32U);
  EXPECT_NE(*access.find("jti"), *refresh.find("jti"));
  EXPECT_EQ(*access.find("orig_jti"), *refresh.find("jti"));
}

TEST_F(PairsTest, ATokenIsGoodOnlyAtItsOwnDoor) {
  for (const auto profile : {Profile::v1_0_1, Profile::v1_11_0, Profile::drf_jwt}) {
    settings_.profile = profile;
    service();
    const auto pair = log_in();
    EXPECT_FALSE(door(pair.access));
    EXPECT_EQ(door(pair.refresh), AuthErrc::wrong_token_type);
    EXPECT_EQ(refusal(pair.access), AuthErrc::wrong_token_type);
    EXPECT_EQ(pairs().blacklist(pair.access), AuthErrc::wrong_token_type);
    EXPECT_EQ(pairs().refresh_sliding(pair.refresh).error(), AuthErrc::wrong_token_type);
    for (const auto& token : {pair.access, pair.refresh}) {
      EXPECT_TRUE(pairs().verify(token));
      EXPECT_FALSE(service_->authenticate(token));
      EXPECT_FALSE(service_->verify(token));
      EXPECT_FALSE(service_->refresh(token));
    }
    const auto single = service_->obtain("ada", password_).value().token;
    EXPECT_TRUE(service_->authenticate(single));
    EXPECT_TRUE(door(single));
    EXPECT_TRUE(refusal(single));
    EXPECT_FALSE(pairs().verify(single));
  }
}

// In the profile 1.0.1 the user_id alone decides, so nothing else would stop it.
TEST_F(PairsTest, ATokenWithATypeIsNoSingleTokenWhereThereAreNoPairs) {
  service();
  const auto pair = log_in();
  Service without({.settings = settings_, .users = *users_, .clock = [this] { return now_; }});
  EXPECT_EQ(without.authenticate(pair.refresh).error(), AuthErrc::wrong_token_type);
  EXPECT_EQ(without.authenticate(pair.access).error(), AuthErrc::wrong_token_type);
}

TEST_F(PairsTest, APayloadWithATypeIsNotSigned) {
  Service wrong(
      {.settings = settings_,
       .users = *users_,
       .handlers = {.payload = [](const User&, const Issuing& issuing) {
         return Json::object({{"user_id", 1}, {"exp", issuing.exp()}, {"token_type", ""}});
       }}});
  EXPECT_THROW((void)wrong.obtain("ada", password_), std::logic_error);
}

TEST_F(PairsTest, WithoutRotationTheRefreshTokenGoesOn) {
  service();
  const auto pair = log_in();
  for (int i = 0; i < 3; ++i) {
    now_ += 10min;
    const auto again = pairs().refresh(pair.refresh).value();
    EXPECT_EQ(again.refresh, "");
    EXPECT_FALSE(door(again.access));
  }
  // simplejwt copies iat from the refresh token.
  EXPECT_EQ(*claims_of(pairs().refresh(pair.refresh)->access).find("iat"),
            Json(start.time_since_epoch().count()));
}

TEST_F(PairsTest, ARotatedTokenWorksOnceAndARetryGivesTheVerySamePair) {
  service(rotating());
  const auto first = log_in();
  now_ += 1min;
  const auto second = pairs().refresh(first.refresh).value();
  EXPECT_NE(second.refresh, first.refresh);
  now_ += 10s;
  const auto retry = pairs().refresh(first.refresh).value();
  EXPECT_EQ(retry.refresh, second.refresh);
  EXPECT_EQ(retry.access, second.access);
  const auto third = pairs().refresh(second.refresh).value();
  EXPECT_FALSE(door(third.access));
  EXPECT_EQ(*claims_of(third.refresh).find("orig_jti"), *claims_of(first.refresh).find("jti"));
}

TEST_F(PairsTest, ReuseEndsTheSessionWithItsAccessTokens) {
  service(rotating());
  const auto other = log_in();
  const auto first = log_in();
  const auto second = pairs().refresh(first.refresh, {"192.0.2.1", "phone"}).value();
  now_ += 11s;
  EXPECT_EQ(pairs().refresh(first.refresh, {"203.0.113.9", "thief"}).error(),
            AuthErrc::token_reused);
  for (const auto& token : {first.access, second.access})
    EXPECT_EQ(door(token), AuthErrc::token_revoked);
  for (const auto& token : {first.refresh, second.refresh})
    EXPECT_EQ(refusal(token), AuthErrc::token_revoked);
  EXPECT_FALSE(door(other.access));
  const auto lines = audit_->read_audit(0, 100);
  std::vector<std::string> told;
  for (const auto& line : lines)
    if (line.text.find("refresh_token_reused") != line.text.npos) told.push_back(line.text);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told[0], HasSubstr(R"("user":"ada")"));
  EXPECT_THAT(told[0], HasSubstr("203.0.113.9"));
  EXPECT_THAT(told[0], HasSubstr("192.0.2.1"));
}

TEST_F(PairsTest, TheOriginalsRefreshNeverEndsAToken) {
  service(rotating());
  const auto token = service_->obtain("ada", password_).value().token;
  for (int i = 0; i < 3; ++i) {
    now_ += 1min;
    EXPECT_TRUE(service_->refresh(token));
  }
}

TEST_F(PairsTest, BlacklistingEndsTheSessionOnce) {
  service();
  const auto pair = log_in();
  EXPECT_FALSE(pairs().blacklist(pair.refresh));
  EXPECT_EQ(door(pair.access), AuthErrc::token_revoked);
  EXPECT_EQ(refusal(pair.refresh), AuthErrc::token_revoked);
  EXPECT_EQ(pairs().verify(pair.refresh).error(), AuthErrc::token_revoked);
  EXPECT_EQ(pairs().blacklist(pair.refresh), AuthErrc::token_revoked);
}

// A revocation is forgotten when the access tokens have expired; the refresh token lives on.
TEST_F(PairsTest, WhatWasEndedStaysEndedForAsLongAsARefreshTokenLives) {
  service();
  std::vector<TokenPair> pair;
  for (int i = 0; i < 4; ++i) pair.push_back(log_in());
  EXPECT_FALSE(pairs().blacklist(pair[0].refresh));
  EXPECT_EQ(service_->sessions()->logout(pair[1].access, Logout::this_one, {}).value(), 1U);
  const auto forget = [&] {
    now_ += 23h;
    service_->sessions()->tidy();
    EXPECT_EQ(service_->sessions()->report().entries, 0U);
  };
  forget();
  for (int i : {0, 1}) {
    EXPECT_EQ(refusal(pair[i].refresh), AuthErrc::token_revoked) << i;
    EXPECT_EQ(pairs().verify(pair[i].refresh).error(), AuthErrc::token_revoked) << i;
  }
  EXPECT_FALSE(refusal(pair[2].refresh));
  const auto late = log_in();
  users_->set_password(ada_, "!");
  service_->sessions()->catch_up();
  service_->directory().forget_all();
  EXPECT_EQ(refusal(late.refresh), AuthErrc::token_revoked);
  forget();
  EXPECT_EQ(refusal(late.refresh), AuthErrc::token_revoked);
}

TEST_F(PairsTest, EachLimitIsToldByItsName) {
  auto settings = rotating();
  settings.refresh_token_lifetime = 1h;
  settings.absolute_lifetime = 100min;
  service(settings);
  const auto idle = log_in();
  auto pair = log_in();
  now_ += 50min;
  pair = pairs().refresh(pair.refresh).value();
  EXPECT_EQ(*claims_of(pair.refresh).find("exp"),
            Json((start + 100min).time_since_epoch().count()));
  now_ = start + 1h;
  EXPECT_EQ(refusal(idle.refresh), AuthErrc::idle_limit);
  now_ = start + 99min + 59s;
  pair = pairs().refresh(pair.refresh).value();
  now_ = start + 100min;
  EXPECT_EQ(refusal(pair.refresh), AuthErrc::absolute_limit);
  EXPECT_EQ(pairs().blacklist(pair.refresh), AuthErrc::absolute_limit);
}

TEST_F(PairsTest, NobodyRefreshesWhoIsGoneOrNotActive) {
  service();
  const auto pair = log_in();
  users_->set_active(ada_, false);
  service_->directory().forget_all();
  EXPECT_EQ(refusal(pair.refresh), AuthErrc::user_inactive);
  EXPECT_EQ(door(pair.access), AuthErrc::user_inactive);
  EXPECT_EQ(pairs().verify(pair.access).error(), AuthErrc::user_inactive);
  users_->remove(ada_);
  service_->directory().forget_all();
  EXPECT_EQ(refusal(pair.refresh), AuthErrc::user_not_found);
  EXPECT_EQ(pairs().verify(pair.refresh).error(), AuthErrc::user_not_found);
}

TEST_F(PairsTest, SlidingTokensSlideUntilTheirLimit) {
  PairSettings settings;
  settings.auth_token_classes = {PairSettings::TokenClass::sliding};
  settings.sliding_token_refresh_lifetime = 6min;
  service(settings);
  EXPECT_TRUE(pairs().slides());
  const auto first = pairs().obtain_sliding("ada", password_).value().token;
  EXPECT_FALSE(door(first));
  now_ += 4min;
  const auto second = pairs().refresh_sliding(first).value().token;
  now_ += 1min + 59s;
  EXPECT_EQ(pairs().refresh_sliding(first).error(), jose::TokenErrc::expired);
  EXPECT_TRUE(pairs().refresh_sliding(second));
  now_ += 1s;
  EXPECT_EQ(pairs().refresh_sliding(second).error(), AuthErrc::absolute_limit);
  EXPECT_FALSE(door(second));
  EXPECT_EQ(service_->sessions()->logout(second, Logout::this_one, {}).value(), 1U);
  EXPECT_EQ(door(second), AuthErrc::token_revoked);
}

TEST_F(PairsTest, AnAccessTokenOfAnotherProgramIsTaken) {
  others_refresh_ = true;
  service(rotating());
  auto claims = claims_of(log_in().refresh);
  Json theirs = Json::object();
  for (const auto& [name, value] : claims.as_object())
    if (name != "orig_iat" && name != "orig_jti") theirs.set(name, value);
  theirs.set("jti", "0123456789abcdef0123456789abcdef");
  const auto key = jose::SigningKey::from_secret(settings_.secret_key.entries().front().text,
                                                 jose::Algorithm::HS256)
                       .value();
  const auto pair = pairs().refresh(jose::encode(theirs, key)).value();
  EXPECT_EQ(*claims_of(pair.access).find("orig_jti"), *theirs.find("jti"));
  EXPECT_FALSE(refusal(pair.refresh));
}

// A login right after the user's sessions were ended begins a second later than it is.
TEST_F(PairsTest, NoTokenIsYoungerThanItsChild) {
  others_refresh_ = true;
  service(rotating());
  service_->sessions()->end_all(*users_->find_by_id(ada_), {});
  const auto first = log_in();
  EXPECT_EQ(*claims_of(first.refresh).find("iat"), Json((start + 1s).time_since_epoch().count()));
  const auto second = pairs().refresh(first.refresh).value();
  EXPECT_EQ(*claims_of(second.refresh).find("iat"), Json((start + 1s).time_since_epoch().count()));
  EXPECT_FALSE(refusal(second.refresh));
  EXPECT_EQ(refusal(first.refresh), AuthErrc::token_reused);
}

TEST_F(PairsTest, LoginsMayBeNotedWithTheUser) {
  service();
  log_in();
  EXPECT_EQ(users_->find_by_id(ada_)->last_login, "");
  PairSettings settings;
  settings.update_last_login = true;
  service(settings);
  log_in();
  EXPECT_THAT(users_->find_by_id(ada_)->last_login, HasSubstr("2026-11-18 "));
}

TEST_F(PairsTest, AKeyOfTheirOwnIsNobodyElses) {
  PairSettings settings;
  settings.signing_key = Secret("another-secret-that-is-long-enough-for-HS256");
  service();
  const auto shared = log_in();
  service(settings);
  const auto own = log_in();
  EXPECT_FALSE(door(own.access));
  EXPECT_EQ(door(shared.access), jose::TokenErrc::signature_mismatch);
}

TEST_F(PairsTest, RotationNeedsSessions) {
  try {
    Service wrong({.settings = settings_, .users = *users_, .pairs = rotating()});
    FAIL() << "it was made";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("ROTATE_REFRESH_TOKENS"));
  }
}

}  // namespace
}  // namespace restjwt::auth
