// What the later profiles do otherwise: whom a token names, and what stands in it.

#include <gtest/gtest.h>

#include <restjwt/jose/unverified.hpp>

#include "support/keys.hpp"
#include "support/site.hpp"

namespace restjwt::auth {
namespace {

using test::settings_of;
using test::Site;
using namespace std::chrono_literals;

jose::UnverifiedToken seen(std::string_view token) { return jose::peek(token).value(); }

std::vector<std::string> names(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.as_object()) names.push_back(name);
  return names;
}

Json claims_of(Site& site, std::string_view username, Json user_id) {
  auto claims = Json::object({{"username", username}, {"exp", site.seconds(60s)}});
  if (!user_id.is_null()) claims.set("user_id", std::move(user_id));
  return claims;
}

TEST(Profile1110, WritesItsClaimsInItsOrder) {
  auto settings = settings_of(Profile::v1_11_0);
  settings.username_field = "login";
  settings.audience = {"me"};
  settings.issuer = "us";
  Site site(settings);
  EXPECT_EQ(names(seen(site.token()).claims),
            (std::vector<std::string>{"user_id", "username", "exp", "email", "login", "orig_iat",
                                      "aud", "iss"}));
}

TEST(Profile1110, LeavesEmailOutWhereTheTableHasNone) {
  Site site(settings_of(Profile::v1_11_0));
  site.admin.email = std::nullopt;
  EXPECT_EQ(seen(site.token()).claims.find("email"), nullptr);
}

TEST(ProfileDrfJwt, WritesItsClaimsInItsOrder) {
  Site site(settings_of(Profile::drf_jwt));
  site.admin.profile_id = 12;
  const auto claims = seen(site.token()).claims;
  EXPECT_EQ(names(claims), (std::vector<std::string>{"username", "iat", "exp", "jti", "user_id",
                                                     "user_profile_id", "orig_iat"}));
  EXPECT_EQ(*claims.find("user_profile_id"), Json(12));
}

TEST(ProfileDrfJwt, MayLeaveUserIdAndJtiOut) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.payload_include_user_id = false;
  settings.token_id = TokenId::off;
  Site site(settings);
  EXPECT_EQ(names(seen(site.token()).claims),
            (std::vector<std::string>{"username", "iat", "exp", "orig_iat"}));
  EXPECT_TRUE(site.service.authenticate(site.token()));
}

TEST(ProfileDrfJwt, CarriesTheFirstIdOverAlsoWhereItMakesNone) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.token_id = TokenId::off;
  Site site(settings);
  auto claims = claims_of(site, "admin", 1);
  claims.set("orig_iat", site.seconds());
  claims.set("jti", "first");
  const auto fresh = seen(site.service.refresh(Site::sign(claims)).value().token).claims;
  EXPECT_EQ(*fresh.find("orig_jti"), Json("first"));
  EXPECT_EQ(fresh.find("jti"), nullptr);
}

TEST(ProfileDrfJwt, EveryTokenHasAnIdOfItsOwnAndRememberTheFirst) {
  Site site(settings_of(Profile::drf_jwt));
  const auto first = site.token();
  const auto second = site.service.refresh(first).value().token;
  const auto third = site.service.refresh(second).value().token;
  const auto id = *seen(first).claims.find("jti");
  EXPECT_EQ(*seen(second).claims.find("orig_jti"), id);
  EXPECT_EQ(*seen(third).claims.find("orig_jti"), id);
  EXPECT_NE(*seen(second).claims.find("jti"), id);
}

TEST(ProfileDrfJwt, ARequiredIdIsAskedForByVerifyAndRefreshOnly) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.token_id = TokenId::require;
  Site site(settings);
  auto claims = claims_of(site, "admin", 1);
  claims.set("orig_iat", site.seconds());
  const auto without = Site::sign(claims);
  EXPECT_TRUE(site.service.authenticate(without));
  EXPECT_EQ(site.service.verify(without).error(), jose::TokenErrc::missing_claim);
  EXPECT_EQ(site.service.refresh(without).error(), jose::TokenErrc::missing_claim);
  EXPECT_TRUE(site.service.verify(site.token()));
}

TEST(ProfileDrfJwt, OrigIatOfZeroIsAWindowThatIsOver) {
  Site site(settings_of(Profile::drf_jwt));
  auto claims = claims_of(site, "admin", 1);
  EXPECT_EQ(site.service.refresh(Site::sign(claims)).error(), AuthErrc::orig_iat_missing);
  claims.set("orig_iat", 0);
  EXPECT_EQ(site.service.refresh(Site::sign(claims)).error(), AuthErrc::refresh_expired);
}

TEST(Audience, OneIsTextUnlessTheSettingWasAList) {
  auto settings = settings_of(Profile::v1_11_0);
  settings.audience = {"me"};
  EXPECT_EQ(*seen(Site(settings).token()).claims.find("aud"), Json("me"));
  settings.audience_is_list = true;
  EXPECT_EQ(*seen(Site(settings).token()).claims.find("aud"), Json::array({"me"}));
}

TEST(Audience, OfSomebodyElseIsRefusedFrom1110On) {
  for (const auto profile : {Profile::v1_11_0, Profile::drf_jwt}) {
    Site site(settings_of(profile));
    auto claims = claims_of(site, "admin", 1);
    EXPECT_TRUE(site.service.authenticate(Site::sign(claims)));
    claims.set("aud", "others");
    EXPECT_EQ(site.service.authenticate(Site::sign(claims)).error(),
              jose::TokenErrc::wrong_audience);
  }
}

class Identity : public testing::TestWithParam<Profile> {
 protected:
  Site site{settings_of(GetParam())};
  Result<UserPtr> ask(std::string_view username, Json user_id) {
    return site.service.authenticate(Site::sign(claims_of(site, username, std::move(user_id))));
  }
};
INSTANTIATE_TEST_SUITE_P(LaterProfiles, Identity,
                         testing::Values(Profile::v1_11_0, Profile::drf_jwt));

TEST_P(Identity, NameAndIdHaveToAgree) {
  const auto other = site.add("other", "abc123");
  EXPECT_EQ((*ask("admin", 1))->username, "admin");
  EXPECT_EQ(ask("admin", other.id.to_json()).error(), AuthErrc::user_not_found);
  EXPECT_EQ(ask("admin", 99).error(), AuthErrc::user_not_found);
  EXPECT_EQ(ask("admin", Json::array()).error(), AuthErrc::user_not_found);
  EXPECT_EQ(ask("nobody", 1).error(), AuthErrc::user_not_found);
}

TEST_P(Identity, ANameAloneIsEnough) {
  EXPECT_EQ((*ask("admin", nullptr))->id, UserId(1));
  EXPECT_EQ(ask("Admin", nullptr).error(), AuthErrc::user_not_found);
}

TEST_P(Identity, WithoutANameNobodyIsMeant) {
  for (const auto& name : {Json(), Json(""), Json(0), Json::array()}) {
    auto claims = claims_of(site, "", 1);
    claims.set("username", name);
    EXPECT_EQ(site.service.authenticate(Site::sign(claims)).error(), AuthErrc::invalid_payload);
  }
}

TEST_P(Identity, AnInactiveUserIsToldApart) {
  site.add("gone", "abc123", false);
  EXPECT_EQ(ask("gone", nullptr).error(), AuthErrc::user_inactive);
}

TEST_P(Identity, NamesFromMemoryOnlyWhomItKnows) {
  const auto token = Site::sign(claims_of(site, "admin", nullptr));
  EXPECT_EQ(site.service.authenticate(token, Reach::memory).error(), AuthErrc::needs_store);
  EXPECT_TRUE(site.service.authenticate(token, Reach::store));
  EXPECT_TRUE(site.service.authenticate(token, Reach::memory));
}

// JWT_GET_USER_SECRET_KEY

std::string own_secret(const UserId& id) {
  return "the-secret-of-" + std::to_string(id.number()) + "-with-more-than-32-bytes";
}

std::string sign_as(const UserId& id, const Json& claims) {
  return jose::encode(
      claims,
      jose::SigningKey::from_secret(Secret(own_secret(id)), jose::Algorithm::HS256).value());
}

class OwnSecret : public testing::TestWithParam<Profile> {
 protected:
  Site site{settings_of(GetParam()),
            {.user_secret_key = [](const User& user) { return Secret(own_secret(user.id)); }}};
};
INSTANTIATE_TEST_SUITE_P(AllProfiles, OwnSecret,
                         testing::Values(Profile::v1_0_1, Profile::v1_11_0, Profile::drf_jwt));

TEST_P(OwnSecret, SignsAndVerifiesInPlaceOfTheOther) {
  EXPECT_TRUE(site.service.authenticate(site.token()));
  EXPECT_TRUE(site.service.refresh(site.token()));
  EXPECT_EQ(site.service.authenticate(Site::sign(seen(site.token()).claims)).error(),
            jose::TokenErrc::signature_mismatch);
}

// CVE-less but measured: who knew the secret of user 7 signed in as admin (BEHAVIOUR.md §9 row 11).
TEST_P(OwnSecret, OfOneUserMakesNoTokenForAnother) {
  const auto other = site.add("other", "abc123");
  auto claims = seen(site.token()).claims;
  EXPECT_EQ(site.service.authenticate(sign_as(other.id, claims)).error(),
            jose::TokenErrc::signature_mismatch);
  claims.set("user_id", other.id.to_json());
  const auto taken = site.service.authenticate(sign_as(other.id, claims));
  if (GetParam() == Profile::v1_0_1) {
    EXPECT_EQ((*taken)->username, "other");  // the id decides, of claims and of the key
  } else {
    EXPECT_EQ(taken.error(), jose::TokenErrc::signature_mismatch);
  }
}

TEST_P(OwnSecret, DoesNotTellWhoExists) {
  auto claims = seen(site.token()).claims;
  claims.set("user_id", 99);
  claims.set("username", "nobody");
  EXPECT_EQ(site.service.authenticate(sign_as(1, claims)).error(),
            jose::TokenErrc::signature_mismatch);
}

// An unknown user is looked for in the store: a known one has to cost as much.
TEST_P(OwnSecret, AForgedTokenNeverComesBackFromMemory) {
  EXPECT_TRUE(site.service.authenticate(site.token()));
  const auto forged = Site::sign(seen(site.token()).claims);
  EXPECT_EQ(site.service.authenticate(forged, Reach::memory).error(), AuthErrc::needs_store);
}

TEST_P(OwnSecret, IsAskedFromMemoryOnlyForWhomItKnows) {
  const auto token = site.token();
  EXPECT_EQ(site.service.authenticate(token, Reach::memory).error(), AuthErrc::needs_store);
  EXPECT_TRUE(site.service.authenticate(token, Reach::store));
  EXPECT_TRUE(site.service.authenticate(token, Reach::memory));
}

TEST(OwnSecretThatCannotBeUsed, RefusesTokensAndFailsLogins) {
  Site site(settings_of(Profile::v1_11_0),
            {.user_secret_key = [](const User&) { return Secret("short"); }});
  EXPECT_THROW(site.token(), StoreError);
  EXPECT_EQ(site.service.authenticate(Site::sign(claims_of(site, "admin", 1))).error(),
            jose::TokenErrc::signature_mismatch);
}

// Known and unknown users have to be told the same, whatever the token's header says.
TEST_P(OwnSecret, TellsTheSameOfAnUnsignedTokenWhoeverItNames) {
  const auto unsigned_token = [&](std::string_view header, const Json& claims) {
    return jose::base64url_encode(header) + "." + jose::base64url_encode(to_text(claims)) + ".AAAA";
  };
  const auto known = seen(site.token()).claims;
  auto unknown = known;
  unknown.set("user_id", 99);
  unknown.set("username", "nobody");
  for (const auto* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"HS256"})",
                             R"({"alg":"HS256","crit":["x"]})", R"({"alg":"HS256","kid":1})"})
    EXPECT_EQ(site.service.authenticate(unsigned_token(header, known)).error(),
              site.service.authenticate(unsigned_token(header, unknown)).error())
        << header;
}

TEST(OwnSecretOfSomeLength, ServesTheAlgorithmsItIsLongEnoughFor) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.algorithms = {jose::Algorithm::HS256, jose::Algorithm::HS512};
  Site site(settings, {.user_secret_key = [](const User& user) {
              return Secret(own_secret(user.id));  // shorter than 64 bytes
            }});
  EXPECT_TRUE(site.service.authenticate(site.token()));
}

TEST(OwnSecretBesideAKeyPair, NeedsThePrivateKeyThatSigns) {
  Settings settings{.secret_key = {}, .algorithms = {jose::Algorithm::RS256}};
  const Handlers handlers{.user_secret_key = [](const User&) { return Secret("x"); }};
  EXPECT_THROW(Site(settings, handlers), std::invalid_argument);
}

TEST(OwnSecretWithoutJwtSecretKey, IsEnough) {
  auto settings = settings_of(Profile::v1_11_0);
  settings.secret_key = {};
  Site site(settings,
            {.user_secret_key = [](const User& user) { return Secret(own_secret(user.id)); }});
  EXPECT_TRUE(site.service.authenticate(site.token()));
}

// Several keys

TEST(SeveralKeys, TheFirstSignsAndAllVerify) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.secret_key = {};
  settings.secret_key.add("new", Secret("the-new-secret-of-more-than-32-bytes-x"));
  settings.secret_key.add("old", Secret(test::secret_text));
  Site site(settings);
  EXPECT_EQ(*seen(site.token()).header.find("kid"), Json("new"));
  const auto claims = claims_of(site, "admin", 1);
  EXPECT_TRUE(site.service.authenticate(Site::sign(claims)));  // no kid: all are tried
  const auto old_key =
      jose::SigningKey::from_secret(Secret(test::secret_text), jose::Algorithm::HS256).value();
  EXPECT_TRUE(site.service.authenticate(jose::encode(claims, old_key.with_kid("old"))));
  EXPECT_EQ(site.service.authenticate(jose::encode(claims, old_key.with_kid("new"))).error(),
            jose::TokenErrc::signature_mismatch);
  EXPECT_EQ(site.service.authenticate(jose::encode(claims, old_key.with_kid("x"))).error(),
            jose::TokenErrc::unknown_key);
}

TEST(SeveralKeys, AKidMayBeInsistedOn) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.insist_on_kid = true;
  Site list(settings);
  EXPECT_TRUE(list.service.authenticate(list.token()));  // no key has a name
  settings.secret_key = {};
  settings.secret_key.add("k", Secret(test::secret_text));
  Site table(settings);
  EXPECT_TRUE(table.service.authenticate(table.token()));
  EXPECT_EQ(table.service.authenticate(Site::sign(claims_of(table, "admin", 1))).error(),
            jose::TokenErrc::unknown_key);
}

TEST(SeveralAlgorithms, TheFirstSignsAndOnlyTheseAreTaken) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.secret_key = Secret(std::string(64, 's'));
  settings.algorithms = {jose::Algorithm::HS512, jose::Algorithm::HS256};
  Site site(settings);
  EXPECT_EQ(*seen(site.token()).header.find("alg"), Json("HS512"));
  const auto signed_with = [&](jose::Algorithm algorithm) {
    return jose::encode(
        claims_of(site, "admin", 1),
        jose::SigningKey::from_secret(Secret(std::string(64, 's')), algorithm).value());
  };
  EXPECT_TRUE(site.service.authenticate(signed_with(jose::Algorithm::HS256)));
  EXPECT_EQ(site.service.authenticate(signed_with(jose::Algorithm::HS384)).error(),
            jose::TokenErrc::algorithm_not_allowed);
}

TEST(KeyPair, WhileItIsChangedThereMayBeKeysOfTwoKinds) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.algorithms = {jose::Algorithm::ES256, jose::Algorithm::RS256};
  settings.private_key.add("new", Secret(test::key_file("ec.pem")));
  settings.public_key.add("new", Secret(test::key_file("ec.pub")));
  settings.public_key.add("old", Secret(test::key_file("rsa.pub")));
  Site site(settings);
  EXPECT_TRUE(site.service.authenticate(site.token()));
  const auto old_key =
      jose::SigningKey::from_pem(Secret(test::key_file("rsa.pem")), jose::Algorithm::RS256)
          .value()
          .with_kid("old");
  EXPECT_TRUE(site.service.authenticate(jose::encode(claims_of(site, "admin", 1), old_key)));
}

TEST(KeyPair, IsRefusedWithoutANameThatIsInsistedOn) {
  auto settings = settings_of(Profile::drf_jwt);
  settings.algorithms = {jose::Algorithm::ES256};
  settings.private_key = Secret(test::key_file("ec.pem"));
  settings.public_key.add("k", Secret(test::key_file("ec.pub")));
  EXPECT_TRUE(Site(settings).token().starts_with("eyJ"));
  settings.insist_on_kid = true;
  EXPECT_THROW(Site{settings}, std::invalid_argument);
}

TEST(KeyPair, ThePublicKeysNeedNotBeGiven) {
  auto settings = settings_of(Profile::v1_11_0);
  settings.algorithms = {jose::Algorithm::ES256};
  settings.private_key = Secret(test::key_file("ec.pem"));
  Site site(settings);
  EXPECT_TRUE(site.service.authenticate(site.token()));
  EXPECT_EQ(site.service.authenticate(Site::sign(claims_of(site, "admin", 1))).error(),
            jose::TokenErrc::algorithm_not_allowed);
}

// Impersonation

TEST(Impersonate, GivesTheTokenALoginWouldGive) {
  Site site(settings_of(Profile::drf_jwt));
  const auto other = site.add("other", "abc123");
  const auto grant = site.service.impersonate(other.id);
  ASSERT_TRUE(grant);
  EXPECT_EQ((*site.service.authenticate(grant->token))->username, "other");
}

TEST(Impersonate, NeedsAnActiveUser) {
  Site site(settings_of(Profile::drf_jwt));
  EXPECT_EQ(site.service.impersonate(99).error(), AuthErrc::user_not_found);
  EXPECT_EQ(site.service.impersonate(site.add("gone", "x", false).id).error(),
            AuthErrc::user_inactive);
}

}  // namespace
}  // namespace restjwt::auth
