// The use cases: obtain, verify, refresh, authenticate.

#include <gtest/gtest.h>

#include <stdexcept>

#include <restjwt/jose/unverified.hpp>

#include "support/site.hpp"

namespace restjwt::auth {
namespace {

using test::Site;
using namespace std::chrono_literals;

Json claims_of(std::string_view token) { return jose::peek(token).value().claims; }

Json without(Json claims, std::string_view name) {
  claims.erase(name);
  return claims;
}

Json with(Json claims, std::string_view name, Json value) {
  claims.set(name, std::move(value));
  return claims;
}

TEST(Obtain, GivesTheOriginalsHeaderAndClaimsAndNothingMore) {
  Site site;
  const auto grant = site.service.obtain("admin", Secret("abc123"));
  ASSERT_TRUE(grant);
  const auto seen = jose::peek(grant->token).value();
  EXPECT_EQ(seen.header, Json::object({{"typ", "JWT"}, {"alg", "HS256"}}));
  EXPECT_EQ(seen.claims, site.claims());
}

TEST(Obtain, LeavesOrigIatOutWhereRefreshIsNotAllowed) {
  auto settings = test::test_settings();
  settings.allow_refresh = false;
  Site site(std::move(settings));
  const auto grant = site.service.obtain("admin", Secret("abc123"));
  ASSERT_TRUE(grant);
  EXPECT_EQ(claims_of(grant->token).find("orig_iat"), nullptr);
}

TEST(Obtain, RefusesAWrongPassword) {
  Site site;
  EXPECT_EQ(site.service.obtain("admin", Secret("ABC123")).error(), AuthErrc::bad_credentials);
}

TEST(Obtain, RefusesAnUnknownUser) {
  Site site;
  EXPECT_EQ(site.service.obtain("nobody", Secret("abc123")).error(), AuthErrc::bad_credentials);
}

TEST(Obtain, TellsADisabledUserOnlyWithTheRightPassword) {
  Site site;
  site.add("gone", "abc123", false);
  EXPECT_EQ(site.service.obtain("gone", Secret("abc123")).error(), AuthErrc::user_disabled);
  EXPECT_EQ(site.service.obtain("gone", Secret("wrong")).error(), AuthErrc::bad_credentials);
}

TEST(Obtain, RefusesAnUnusablePassword) {
  Site site;
  site.users->set_password(site.admin.id, make_unusable_password(system_random()));
  EXPECT_EQ(site.service.obtain("admin", Secret("abc123")).error(), AuthErrc::bad_credentials);
  EXPECT_EQ(site.service.obtain("admin", Secret("!")).error(), AuthErrc::bad_credentials);
}

TEST(Obtain, RefusesAPasswordOverTheLimitAndTakesOneAtIt) {
  auto settings = test::test_settings();
  settings.max_password_length = 100;
  Site site(std::move(settings));
  const std::string at_limit(100, 'x');
  const std::string over(101, 'x');
  site.add("long", at_limit);
  site.add("longer", over);
  EXPECT_TRUE(site.service.obtain("long", Secret(at_limit)));
  EXPECT_EQ(site.service.obtain("longer", Secret(over)).error(), AuthErrc::bad_credentials);
}

TEST(Obtain, RefusesNulInNameAndPassword) {
  Site site;
  using namespace std::string_view_literals;
  EXPECT_EQ(site.service.obtain("admin\0"sv, Secret("abc123")).error(), AuthErrc::bad_credentials);
  EXPECT_EQ(site.service.obtain("admin", Secret("abc123\0"sv)).error(), AuthErrc::bad_credentials);
}

TEST(Obtain, UpgradesAWeakerHash) {
  Site site;
  site.users->set_password(
      site.admin.id,
      make_password(Secret("abc123"),
                    {.kind = PasswordHasher::Kind::pbkdf2_sha256, .pbkdf2_iterations = 3},
                    system_random()));
  ASSERT_TRUE(site.service.obtain("admin", Secret("abc123")));
  EXPECT_EQ(password_cost(site.users->find_by_id(site.admin.id)->password), "pbkdf2_sha256$10");
}

TEST(Obtain, LeavesAStrongerHashAlone) {
  Site site;
  const auto stronger = make_password(
      Secret("abc123"), {.kind = PasswordHasher::Kind::pbkdf2_sha256, .pbkdf2_iterations = 11},
      system_random());
  site.users->set_password(site.admin.id, stronger);
  ASSERT_TRUE(site.service.obtain("admin", Secret("abc123")));
  EXPECT_EQ(site.users->find_by_id(site.admin.id)->password, stronger);
}

TEST(Obtain, LeavesEveryHashAloneWhereTheTableIsNotOurs) {
  auto settings = test::test_settings();
  settings.upgrade_passwords = false;
  Site site(std::move(settings));
  const auto weak = make_password(
      Secret("abc123"), {.kind = PasswordHasher::Kind::pbkdf2_sha256, .pbkdf2_iterations = 3},
      system_random());
  site.users->set_password(site.admin.id, weak);
  ASSERT_TRUE(site.service.obtain("admin", Secret("abc123")));
  EXPECT_EQ(site.users->find_by_id(site.admin.id)->password, weak);
}

TEST(Obtain, AnOldCheapHashIsToppedUpAndNeverTakenForTheRightPassword) {
  Site site;
  site.add("other", "x");  // two of the usual cost
  site.users->set_password(site.admin.id, "md5$salt$00000000000000000000000000000000");
  EXPECT_EQ(site.service.obtain("admin", Secret("abc123")).error(), AuthErrc::bad_credentials);
}

TEST(Obtain, CutsAFractionOfTheDeltaAfterAdding) {
  auto settings = test::test_settings();
  settings.expiration_delta = 24h + 999'999us;
  Site site(std::move(settings));
  EXPECT_EQ(*claims_of(site.token()).find("exp"), Json(site.seconds(24h)));
}

TEST(Authenticate, FindsTheUserOfAGoodToken) {
  Site site;
  const auto user = site.service.authenticate(site.token());
  ASSERT_TRUE(user);
  EXPECT_EQ((*user)->username, "admin");
}

TEST(Authenticate, TokenIsGoodInTheSecondOfItsExpiry) {
  Site site;
  const auto token = site.token();
  site.now += 300s;
  EXPECT_TRUE(site.service.authenticate(token));
  site.now += 1s;
  EXPECT_EQ(site.service.authenticate(token).error(), jose::TokenErrc::expired);
}

TEST(Authenticate, UserIdDecidesAndNotTheName) {
  Site site;
  const auto token = Site::sign(with(site.claims(), "username", "somebody else"));
  ASSERT_TRUE(site.service.authenticate(token));
  EXPECT_EQ((*site.service.authenticate(token))->username, "admin");
}

class FalsyUserId : public testing::TestWithParam<const char*> {};

TEST_P(FalsyUserId, IsNoPayload) {
  Site site;
  const auto id = parse_json(GetParam()).value();
  EXPECT_EQ(site.service.authenticate(Site::sign(with(site.claims(), "user_id", id))).error(),
            AuthErrc::invalid_payload);
}

INSTANTIATE_TEST_SUITE_P(Values, FalsyUserId,
                         testing::Values("null", "0", "0.0", "\"\"", "false", "[]", "{}"));

TEST(Authenticate, MissingUserIdIsNoPayload) {
  Site site;
  EXPECT_EQ(site.service.authenticate(Site::sign(without(site.claims(), "user_id"))).error(),
            AuthErrc::invalid_payload);
}

class StrangeUserId : public testing::TestWithParam<const char*> {};

TEST_P(StrangeUserId, NamesNobody) {
  Site site;
  const auto id = parse_json(GetParam()).value();
  EXPECT_EQ(site.service.authenticate(Site::sign(with(site.claims(), "user_id", id))).error(),
            AuthErrc::user_not_found);
}

INSTANTIATE_TEST_SUITE_P(Values, StrangeUserId,
                         testing::Values("\"abc\"", "[1]", "{\"a\":1}", "1e30", "-1", "100000000"));

TEST(Authenticate, RefusesAnInactiveUser) {
  Site site;
  const auto token = site.token();
  site.users->set_active(site.admin.id, false);
  EXPECT_EQ(site.service.authenticate(token).error(), AuthErrc::user_inactive);
}

TEST(Authenticate, NeedsTheStoreForAUserItHasNotSeen) {
  Site site;
  const auto token = site.token();
  EXPECT_EQ(site.service.authenticate(token, Reach::memory).error(), AuthErrc::needs_store);
  ASSERT_TRUE(site.service.authenticate(token, Reach::store));
  EXPECT_TRUE(site.service.authenticate(token, Reach::memory));
}

TEST(Authenticate, BelievesMemoryUntilItIsToldToForget) {
  Site site;
  const auto token = site.token();
  ASSERT_TRUE(site.service.authenticate(token));
  site.users->set_active(site.admin.id, false);
  EXPECT_TRUE(site.service.authenticate(token));
  site.service.directory().forget_all();
  EXPECT_EQ(site.service.authenticate(token).error(), AuthErrc::user_inactive);
}

TEST(Authenticate, TakesTheTokenOfALoginAlthoughMemoryHeldAnOlderUser) {
  Site site;
  site.users->set_active(site.admin.id, false);
  EXPECT_EQ(site.service.authenticate(site.token()).error(), AuthErrc::user_inactive);
  site.users->set_active(site.admin.id, true);  // and nobody tells the directory
  const auto grant = site.service.obtain("admin", Secret("abc123"));
  ASSERT_TRUE(grant);
  EXPECT_TRUE(site.service.authenticate(grant->token));
}

TEST(Authenticate, RefusesATokenOverTheLengthLimit) {
  auto settings = test::test_settings();
  Site roomy(settings);
  const auto token = roomy.token();
  settings.max_token_length = token.size() - 1;
  Site site(std::move(settings));
  EXPECT_EQ(site.service.authenticate(token).error(), jose::TokenErrc::too_long);
  EXPECT_THROW(site.token(), StoreError) << "nobody would take it";
}

TEST(Verify, AnswersTheVeryToken) {
  Site site;
  const auto token = site.token();
  const auto grant = site.service.verify(token);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->token, token);
}

TEST(Verify, RefusesAForgedToken) {
  Site site;
  auto token = site.token();
  token.back() = token.back() == 'A' ? 'E' : 'A';
  EXPECT_FALSE(site.service.verify(token));
}

TEST(Refresh, KeepsOrigIatThroughTheWholeChain) {
  Site site;
  const auto began = site.seconds();
  auto token = site.token();
  for (int i = 0; i < 5; ++i) {
    site.now += 200s;
    const auto grant = site.service.refresh(token);
    ASSERT_TRUE(grant);
    token = grant->token;
    EXPECT_EQ(*claims_of(token).find("orig_iat"), Json(began));
    EXPECT_EQ(*claims_of(token).find("exp"), Json(site.seconds(300s)));
  }
}

TEST(Refresh, CarriesNoOtherClaimOver) {
  Site site;
  const auto grant = site.service.refresh(Site::sign(with(site.claims(), "role", "root")));
  ASSERT_TRUE(grant);
  EXPECT_EQ(claims_of(grant->token), site.claims());
}

TEST(Refresh, WorksAtTheEndOfTheWindowAndNotAfter) {
  auto settings = test::test_settings();
  settings.refresh_expiration_delta = 60s + 900ms;  // the fraction is dropped
  Site site(std::move(settings));
  const auto token = site.token();
  site.now += 60s;
  EXPECT_TRUE(site.service.refresh(token));
  site.now += 1s;
  EXPECT_EQ(site.service.refresh(token).error(), AuthErrc::refresh_expired);
}

TEST(Refresh, RefusesAWindowFromTheFuture) {
  auto settings = test::test_settings();
  settings.leeway = 10s;
  Site site(std::move(settings));
  const auto at = [&](std::chrono::seconds ahead) {
    return Site::sign(with(site.claims(), "orig_iat", site.seconds(ahead)));
  };
  EXPECT_TRUE(site.service.refresh(at(10s)));
  EXPECT_EQ(site.service.refresh(at(11s)).error(), AuthErrc::refresh_expired);
}

TEST(Refresh, NeedsOrigIat) {
  Site site;
  EXPECT_EQ(site.service.refresh(Site::sign(without(site.claims(), "orig_iat"))).error(),
            AuthErrc::orig_iat_missing);
}

TEST(Refresh, OrigIatOfAWrongTypeIsAnInvalidClaim) {
  Site site;
  for (const char* text : {"\"x\"", "\"5\"", "[1]", "{\"a\":1}"})
    EXPECT_EQ(
        site.service.refresh(Site::sign(with(site.claims(), "orig_iat", parse_json(text).value())))
            .error(),
        jose::TokenErrc::invalid_claim)
        << text;
}

TEST(Refresh, UserDisabledMeanwhileIsRefused) {
  Site site;
  const auto token = site.token();
  site.users->set_active(site.admin.id, false);
  EXPECT_EQ(site.service.refresh(token).error(), AuthErrc::user_inactive);
}

TEST(Refresh, APayloadThatBlocksIsNeverAskedFromMemory) {
  int asked = 0;
  Handlers handlers{.payload =
                        [&](const User& user, const Issuing& issuing) {
                          ++asked;
                          return default_payload(user, issuing);
                        },
                    .payload_blocks = true};
  Site site(test::test_settings(), std::move(handlers));
  const auto token = site.token();
  ASSERT_TRUE(site.service.authenticate(token));  // the user is in memory now
  asked = 0;
  EXPECT_EQ(site.service.refresh(token, Reach::memory).error(), AuthErrc::needs_store);
  EXPECT_EQ(asked, 0);
  EXPECT_TRUE(site.service.refresh(token, Reach::store));
  EXPECT_EQ(asked, 1);
}

TEST(Handlers, CustomPayloadStillRefreshes) {
  Handlers handlers{
      .payload =
          [](const User& user, const Issuing& issuing) {
            return Json::object(
                {{"sub", user.username},
                 {"uid", user.id.to_json()},
                 {"exp", std::int64_t{(issuing.now + 60s).time_since_epoch().count()}}});
          },
      .user_id = [](const Json& claims) { return *claims.find("uid"); }};
  Site site(test::test_settings(), std::move(handlers));
  const auto grant = site.service.refresh(site.token());
  ASSERT_TRUE(grant);
  EXPECT_NE(claims_of(grant->token).find("orig_iat"), nullptr);
  EXPECT_NE(claims_of(grant->token).find("sub"), nullptr);
}

TEST(Handlers, EncodeAndDecodeReplaceTheTokenFormat) {
  Handlers handlers{.encode = [](const Json& claims) { return "v0:" + to_text(claims); },
                    .decode = [](std::string_view token, TimePoint) -> Result<Json> {
                      if (!token.starts_with("v0:")) return jose::TokenErrc::malformed;
                      return parse_json(token.substr(3)).value();
                    }};
  auto settings = test::test_settings();
  settings.secret_key = {};  // nothing of ours needs one now
  Site site(std::move(settings), std::move(handlers));
  const auto grant = site.service.obtain("admin", Secret("abc123"));
  ASSERT_TRUE(grant);
  EXPECT_TRUE(grant->token.starts_with("v0:{"));
  EXPECT_TRUE(site.service.authenticate(grant->token));
  EXPECT_EQ(site.service.authenticate("nonsense").error(), jose::TokenErrc::malformed);
}

TEST(Handlers, DecodedClaimsMustBeAnObject) {
  Handlers handlers{.decode = [](std::string_view, TimePoint) -> Result<Json> { return Json(1); }};
  Site site(test::test_settings(), std::move(handlers));
  EXPECT_EQ(site.service.authenticate("x").error(), jose::TokenErrc::malformed);
}

TEST(VerifyFalse, TakesAForgedAndExpiredTokenButNotOfNobody) {
  auto settings = test::test_settings();
  settings.verify = false;
  settings.allow_insecure = true;
  Site site(std::move(settings));
  auto token = Site::sign(with(site.claims(), "exp", 1));
  token.resize(token.rfind('.') + 1);
  EXPECT_TRUE(site.service.authenticate(token));
  EXPECT_EQ(site.service.authenticate("abc").error(), jose::TokenErrc::malformed);
  EXPECT_EQ(site.service.authenticate(Site::sign(with(site.claims(), "user_id", 77))).error(),
            AuthErrc::user_not_found);
}

TEST(VerifyExpirationFalse, TakesAnExpiredTokenAndNoForgedOne) {
  auto settings = test::test_settings();
  settings.verify_expiration = false;
  settings.allow_insecure = true;
  Site site(std::move(settings));
  auto token = Site::sign(with(site.claims(), "exp", 1));
  EXPECT_TRUE(site.service.authenticate(token));
  token.resize(token.rfind('.') + 1);
  EXPECT_FALSE(site.service.authenticate(token));
}

TEST(Service, RefusesSettingsThatCannotBe) {
  auto users = storage::open_memory();
  EXPECT_THROW(Service({.settings = {}, .users = *users}), std::invalid_argument);
}

}  // namespace
}  // namespace restjwt::auth
