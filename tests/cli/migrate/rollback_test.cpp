#include "cli/migrate/rollback.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include <restjwt/storage/memory.hpp>

#include "cli/migrate/sample_site.hpp"

namespace restjwt::cli::migrate {
namespace {

using auth::Profile;
using test::site_with;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint t0{std::chrono::seconds{1'700'000'000}};

std::vector<std::string> failed(const std::vector<Check>& checks) {
  std::vector<std::string> names;
  for (const auto& check : checks)
    if (!check.passed) names.push_back(check.name);
  return names;
}

std::vector<std::string> failed_settings(const DjangoSite& site, const auth::Settings& settings) {
  return failed(check_settings(site, release_of(site), settings));
}

TEST(RollbackSettings, DefaultsOnBothSidesAreEqual) {
  EXPECT_THAT(failed_settings(site_with("{}"), auth::Settings::of(Profile::v1_11_0)), IsEmpty());
  EXPECT_THAT(
      failed_settings(site_with("{}", "1.17.3", "drf-jwt"), auth::Settings::of(Profile::drf_jwt)),
      IsEmpty());
}

TEST(RollbackSettings, ValuesOfTheSiteAreCompared) {
  const auto site =
      site_with(R"({"JWT_EXPIRATION_DELTA": {"timedelta": 3600.0}, "JWT_AUDIENCE": ["a", "b"],
                                  "JWT_ISSUER": "me", "JWT_ALGORITHM": ["HS512"]})");
  auto settings = auth::Settings::of(Profile::v1_11_0);
  settings.expiration_delta = std::chrono::hours{1};
  settings.audience = {"a", "b"};
  settings.issuer = "me";
  settings.algorithms = {jose::Algorithm::HS512};
  EXPECT_THAT(failed_settings(site, settings), IsEmpty());
  settings.issuer = "you";
  settings.audience = {"b", "a"};
  settings.algorithms = {jose::Algorithm::HS256};
  EXPECT_THAT(failed_settings(site, settings),
              ElementsAre("JWT_ALGORITHM", "JWT_AUDIENCE", "JWT_ISSUER"));
}

TEST(RollbackSettings, AnotherProfileAndAnotherFieldAreFound) {
  auto settings = auth::Settings::of(Profile::v1_0_1);
  settings.username_field = "email";
  EXPECT_THAT(failed_settings(site_with("{}"), settings), ElementsAre("profile", "USERNAME_FIELD"));
}

TEST(RollbackSettings, WhatTheReleaseDoesNotReadIsNotCompared) {
  EXPECT_THAT(failed_settings(site_with(R"({"JWT_ISSUER": "me"})", "1.0.1"),
                              auth::Settings::of(Profile::v1_0_1)),
              IsEmpty());
}

TEST(RollbackKeys, HaveTheLengthOfDjangos) {
  const auto site = site_with("{}");
  auto settings = auth::Settings::of(Profile::v1_11_0);
  settings.secret_key = Secret(std::string(50, 'x'));
  EXPECT_THAT(failed(check_keys(site, release_of(site), settings)), IsEmpty());
  settings.secret_key = Secret(std::string(49, 'x'));
  EXPECT_THAT(failed(check_keys(site, release_of(site), settings)), ElementsAre("JWT_SECRET_KEY"));
}

TEST(RollbackKeys, HaveTheKidsOfDjangosInTheirOrder) {
  const auto site = site_with(
      R"({"JWT_SECRET_KEY": {"new": {"secret": "JWT_AUTH.JWT_SECRET_KEY[0]", "length": 40},
                                  "old": {"secret": "JWT_AUTH.JWT_SECRET_KEY[1]", "length": 40}}})",
      "1.17.3", "drf-jwt");
  auto settings = auth::Settings::of(Profile::drf_jwt);
  settings.secret_key.add("new", Secret(std::string(40, 'x')));
  settings.secret_key.add("old", Secret(std::string(40, 'y')));
  EXPECT_THAT(failed(check_keys(site, release_of(site), settings)), IsEmpty());
  settings.secret_key = {};
  settings.secret_key.add("old", Secret(std::string(40, 'y')));
  settings.secret_key.add("new", Secret(std::string(40, 'x')));
  EXPECT_THAT(failed(check_keys(site, release_of(site), settings)), ElementsAre("JWT_SECRET_KEY"));
}

class RollbackToken : public testing::Test {
 protected:
  RollbackToken() {
    user.id = 7;
    user.username = "jp";
    token.header = Json::object({{"typ", "JWT"}, {"alg", "HS256"}});
    token.claims = Json::object({{"user_id", 7}, {"username", "jp"}, {"exp", exp}});
  }
  std::vector<std::string> failures(const DjangoSite& site) {
    const auto release = release_of(site);
    auto settings = auth::Settings::of(release.profile);
    settings.allow_refresh = allow_refresh;
    settings.token_id = auth::TokenId::off;
    return failed(check_token(site, release, settings, token, user, t0));
  }

  const Json exp = std::int64_t{t0.time_since_epoch().count() + 300};
  bool allow_refresh = false;
  auth::User user{};
  jose::UnverifiedToken token{};
};

TEST_F(RollbackToken, OfTheProfileIsGood) { EXPECT_THAT(failures(site_with("{}")), IsEmpty()); }

TEST_F(RollbackToken, NeedsAnAlgorithmThatDjangoAccepts) {
  token.header.set("alg", "HS512");
  EXPECT_THAT(failures(site_with("{}")), ElementsAre("header alg"));
  EXPECT_THAT(failures(site_with(R"({"JWT_ALGORITHM": ["HS256", "HS512"]})", "1.17.3", "drf-jwt")),
              IsEmpty());
}

TEST_F(RollbackToken, NeedsTheKidThatDjangoWrites) {
  const auto site = site_with(
      R"({"JWT_SECRET_KEY": {"a": {"secret": "JWT_AUTH.JWT_SECRET_KEY[0]", "length": 40}}})",
      "1.17.3", "drf-jwt");
  EXPECT_THAT(failures(site), ElementsAre("header kid"));
  token.header.set("kid", "a");
  EXPECT_THAT(failures(site), IsEmpty());
}

TEST_F(RollbackToken, NeedsTheClaimByWhichTheReleaseFindsTheUser) {
  token.claims.erase("username");
  EXPECT_THAT(failures(site_with("{}", "1.11.0")), ElementsAre("claim username"));
  EXPECT_THAT(failures(site_with("{}", "1.6.0")), IsEmpty());
  token.claims.set("username", "jp");
  token.claims.set("user_id", 8);
  EXPECT_THAT(failures(site_with("{}", "1.6.0")), ElementsAre("claim user_id"));
}

TEST_F(RollbackToken, NeedsAWholeExp) {
  token.claims.set("exp", 1.5);
  EXPECT_THAT(failures(site_with("{}")), ElementsAre("claim exp"));
}

TEST_F(RollbackToken, NeedsOrigIatWhereItMayBeRefreshed) {
  allow_refresh = true;
  EXPECT_THAT(failures(site_with("{}")), ElementsAre("claim orig_iat"));
  token.claims.set("orig_iat", std::int64_t{t0.time_since_epoch().count()});
  EXPECT_THAT(failures(site_with("{}")), IsEmpty());
}

TEST_F(RollbackToken, NeedsTheAudienceAndNoneWhereNoneIsSet) {
  EXPECT_THAT(failures(site_with(R"({"JWT_AUDIENCE": "shop"})")), ElementsAre("claim aud"));
  token.claims.set("aud", "shop");
  EXPECT_THAT(failures(site_with(R"({"JWT_AUDIENCE": "shop"})")), IsEmpty());
  EXPECT_THAT(failures(site_with("{}")), ElementsAre("claim aud"));
}

class RollbackUsers : public testing::Test {
 protected:
  void add(auth::User user) {
    if (user.date_joined.empty()) user.date_joined = "2026-01-02 03:04:05.000006";
    ASSERT_TRUE(users_->add(user));
  }
  std::vector<std::string> failures() { return failed(check_users(site_with("{}"), *users_)); }

 private:
  std::unique_ptr<auth::UserStore> users_ = storage::open_memory();
};

TEST_F(RollbackUsers, AsDjangoMakesThemAreGood) {
  add({.username = "jp",
       .last_login = "2026-01-02 03:04:05",
       .password =
           "pbkdf2_sha256$12000$pwV02pDSqJo2$PwwXieMbmDT5UH4ze+supzqZA1Yq+Njgd4nm9JAo/uY="});
  add({.username = "sso", .password = "!abc"});
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(RollbackUsers, NeedAHashThatTheSiteReads) {
  add({.username = "jp", .password = "sha1$$6367c48dd193d56ea7b0baad25b19455e529f5ee"});
  EXPECT_THAT(failures(), ElementsAre("passwords unsalted_sha1"));
}

TEST_F(RollbackUsers, NeedAHashAtAll) {
  add({.username = "jp", .password = "plain"});
  EXPECT_THAT(failures(), ElementsAre("password form"));
}

TEST_F(RollbackUsers, NeedANameThatFitsItsColumnInCharacters) {
  std::string name;
  for (int i = 0; i < 150; ++i) name += "ü";
  add({.username = name, .password = "!"});
  EXPECT_THAT(failures(), IsEmpty());
  add({.username = name + "ü", .password = "!"});
  EXPECT_THAT(failures(), ElementsAre("name length"));
}

TEST_F(RollbackUsers, NeedDatesInDjangosForm) {
  add({.username = "a", .date_joined = "2026-01-02T03:04:05Z", .password = "!"});
  EXPECT_THAT(failures(), ElementsAre("dates"));
}

TEST_F(RollbackUsers, NeedAPasswordThatFitsItsColumn) {
  add({.username = "a", .password = "!" + std::string(128, 'x')});
  EXPECT_THAT(failures(), ElementsAre("password length"));
}

}  // namespace
}  // namespace restjwt::cli::migrate
