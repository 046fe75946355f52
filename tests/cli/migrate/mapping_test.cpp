#include "cli/migrate/mapping.hpp"

#include <gmock/gmock.h>

#include "cli/migrate/sample_site.hpp"
#include "server/config_keys.hpp"

namespace restjwt::cli::migrate {
namespace {

using auth::Profile;
using test::site_with;
using testing::HasSubstr;
using testing::IsEmpty;

Mapping mapped(const char* jwt_auth, const char* version = "1.11.0",
               const char* package = "djangorestframework-jwt") {
  return map_site(site_with(jwt_auth, version, package));
}

const Finding* find(const std::vector<Finding>& findings, std::string_view subject) {
  for (const auto& finding : findings)
    if (finding.subject == subject) return &finding;
  return nullptr;
}

std::string fate(const Mapping& mapping, std::string_view subject) {
  for (const auto* list : {&mapping.settings, &mapping.site})
    if (const auto* finding = find(*list, subject)) return std::string(name(finding->fate));
  return "absent";
}

std::string text(const Mapping& mapping, std::string_view subject) {
  for (const auto* list : {&mapping.settings, &mapping.site})
    if (const auto* finding = find(*list, subject)) return finding->text;
  return "absent";
}

/// The value in restjwt.toml, as TOML; empty where there is none.
std::string line(const Mapping& mapping, std::string_view key) {
  for (const auto& entry : mapping.config)
    if (entry.key == key) return (entry.is_todo ? "TO DO " : "") + toml_value(entry.value);
  return "";
}

TEST(Release, ChoosesTheProfile) {
  const auto profile = [](const char* version, const char* package) {
    return release_of(site_with("{}", version, package)).profile;
  };
  EXPECT_EQ(profile("0.1.5", "djangorestframework-jwt"), Profile::v1_0_1);
  EXPECT_EQ(profile("1.0.2", "djangorestframework-jwt"), Profile::v1_0_1);
  EXPECT_EQ(profile("1.1.0", "djangorestframework-jwt"), Profile::v1_11_0);
  EXPECT_EQ(profile("1.11.0", "djangorestframework-jwt"), Profile::v1_11_0);
  EXPECT_EQ(profile("1.12.0", "djangorestframework-jwt"), Profile::drf_jwt);
  EXPECT_EQ(profile("1.17.3", "drf-jwt"), Profile::drf_jwt);
}

TEST(Release, IsNumbersNotText) {
  EXPECT_LT(version_of("1.9.0"), version_of("1.10.0"));
  EXPECT_EQ(version_of("1.11"), (Version{1, 11, 0}));
  EXPECT_EQ(version_of("1.14.0rc1"), (Version{1, 14, 0}));
  EXPECT_EQ(version_of("unknown"), Version{});
}

TEST(Release, SaysHowAnOldReleaseDiffersFromItsProfile) {
  EXPECT_THAT(differences(release_of(site_with("{}", "1.11.0"))), IsEmpty());
  EXPECT_THAT(differences(release_of(site_with("{}", "1.3.2"))),
              testing::Contains(HasSubstr("not pinned before 1.4.0")));
  EXPECT_THAT(differences(release_of(site_with("{}", "1.4.0"))),
              testing::Not(testing::Contains(HasSubstr("not pinned"))));
  EXPECT_THAT(differences(release_of(site_with("{}", "1.17.2", "drf-jwt"))),
              testing::Contains(HasSubstr("answered 200")));
}

TEST(Mapping, APlainSiteIsComplete) {
  const auto mapping = mapped("{}");
  EXPECT_TRUE(mapping.is_complete());
  EXPECT_EQ(line(mapping, "profile"), R"("1.11.0")");
  EXPECT_EQ(line(mapping, "database"), R"("sqlite:///srv/db")");
  EXPECT_EQ(line(mapping, "JWT_SECRET_KEY_FILE"), R"("jwt_secret_key")");
}

// What Django does around the views changes every answer, and is none of the package's settings.
TEST(Mapping, WhatDjangoDoesAroundTheViewsIsNotMapped) {
  auto dump = test::plain_dump();
  dump.set("LANGUAGE_CODE", "de");
  dump.set("MIDDLEWARE", Json::array({"django.middleware.locale.LocaleMiddleware",
                                      "corsheaders.middleware.CorsMiddleware",
                                      "django.middleware.common.CommonMiddleware"}));
  dump.set("REST_FRAMEWORK",
           Json::object({{"DEFAULT_RENDERER_CLASSES", Json::array({"shop.CamelCaseRenderer"})},
                         {"DEFAULT_PARSER_CLASSES",
                          Json::array({"rest_framework.parsers.JSONParser",
                                       "rest_framework.parsers.FormParser",
                                       "rest_framework.parsers.MultiPartParser"})}}));
  const auto mapping = map_site(test::site_of(dump));
  EXPECT_EQ(fate(mapping, "LANGUAGE_CODE"), "NOT MAPPED");
  EXPECT_EQ(fate(mapping, "django.middleware.locale.LocaleMiddleware"), "NOT MAPPED");
  EXPECT_EQ(fate(mapping, "corsheaders.middleware.CorsMiddleware"), "NOT MAPPED");
  EXPECT_EQ(fate(mapping, "django.middleware.common.CommonMiddleware"), "absent");
  EXPECT_EQ(fate(mapping, "DEFAULT_RENDERER_CLASSES"), "NOT MAPPED");
  EXPECT_EQ(fate(mapping, "DEFAULT_PARSER_CLASSES"), "absent");
  EXPECT_FALSE(mapping.is_complete());
}

TEST(Mapping, ImpersonationIsMappedOnlyWhereATokenLetsIn) {
  auto dump = test::plain_dump();
  dump.set("package", Json::object({{"name", "drf-jwt"}, {"version", "1.17.3"}}));
  dump.set(
      "views",
      Json::array({Json::object(
          {{"view", "impersonate"}, {"path", "/api-token-impersonate/"}, {"class", nullptr}})}));
  const auto with_first = [&](const char* name) {
    dump.set("REST_FRAMEWORK",
             Json::object({{"DEFAULT_AUTHENTICATION_CLASSES", Json::array({name})}}));
    return fate(map_site(test::site_of(dump)), "/api-token-impersonate/");
  };
  EXPECT_EQ(with_first("rest_framework_jwt.authentication.JSONWebTokenAuthentication"), "mapped");
  EXPECT_EQ(with_first("rest_framework.authentication.SessionAuthentication"), "NOT MAPPED");
}

TEST(Mapping, WritesOnlyKeysThatTheConfigurationKnows) {
  const auto mapping = mapped(R"({
    "JWT_ALGORITHM": "HS384", "JWT_INSIST_ON_KID": true, "JWT_TOKEN_ID": "require", "JWT_VERIFY": false,
    "JWT_VERIFY_EXPIRATION": false, "JWT_LEEWAY": 1, "JWT_EXPIRATION_DELTA": {"timedelta": 1.5},
    "JWT_AUDIENCE": ["a"], "JWT_ISSUER": "b", "JWT_ALLOW_REFRESH": false,
    "JWT_REFRESH_EXPIRATION_DELTA": {"timedelta": 1}, "JWT_AUTH_HEADER_PREFIX": "X",
    "JWT_AUTH_COOKIE": "c", "JWT_AUTH_COOKIE_DOMAIN": "d", "JWT_AUTH_COOKIE_PATH": "/e",
    "JWT_AUTH_COOKIE_SECURE": false, "JWT_AUTH_COOKIE_SAMESITE": "Strict",
    "JWT_IMPERSONATION_COOKIE": "f", "JWT_PAYLOAD_INCLUDE_USER_ID": false,
    "JWT_SECRET_KEY": {"secret": "JWT_AUTH.JWT_SECRET_KEY", "length": 5}})",
                              "1.17.3", "drf-jwt");
  EXPECT_TRUE(mapping.is_complete());
  EXPECT_GE(mapping.config.size(), 22u);
  for (const auto& entry : mapping.config)
    EXPECT_TRUE(server::find_config_key(entry.table, entry.key)) << entry.table << "." << entry.key;
}

TEST(Mapping, WritesOnlyWhatDiffersFromTheProfile) {
  const auto mapping = mapped(R"({"JWT_EXPIRATION_DELTA": {"timedelta": 300.0},
                                  "JWT_REFRESH_EXPIRATION_DELTA": {"timedelta": 3600.0}})");
  EXPECT_EQ(fate(mapping, "JWT_EXPIRATION_DELTA"), "default");
  EXPECT_EQ(line(mapping, "JWT_EXPIRATION_DELTA"), "");
  EXPECT_EQ(fate(mapping, "JWT_REFRESH_EXPIRATION_DELTA"), "mapped");
  EXPECT_EQ(line(mapping, "JWT_REFRESH_EXPIRATION_DELTA"), R"("1h")");
}

TEST(Mapping, ADefaultOfTheReleaseThatIsNotTheProfilesIsWritten) {
  auto site = site_with("{}", "1.13.0", "drf-jwt");
  site.defaults =
      Json::object({{"JWT_ALLOW_REFRESH", false}, {"JWT_AUTH_HEADER_PREFIX", "Bearer"}});
  const auto mapping = map_site(site);
  EXPECT_EQ(line(mapping, "JWT_ALLOW_REFRESH"), "false");
  EXPECT_EQ(line(mapping, "JWT_AUTH_HEADER_PREFIX"), "");
}

TEST(Mapping, AForkBeforeTokenIdsMakesNone) {
  EXPECT_EQ(line(mapped("{}", "1.16.0", "drf-jwt"), "JWT_TOKEN_ID"), R"("off")");
  EXPECT_EQ(line(mapped("{}", "1.17.0", "drf-jwt"), "JWT_TOKEN_ID"), "");
}

TEST(Mapping, WhatTheReleaseDoesNotReadIsLeftOut) {
  const auto old = mapped(R"({"JWT_AUDIENCE": "shop"})", "1.0.1");
  EXPECT_EQ(fate(old, "JWT_AUDIENCE"), "unused");
  EXPECT_EQ(line(old, "JWT_AUDIENCE"), "");
  EXPECT_EQ(line(mapped(R"({"JWT_AUDIENCE": "shop"})", "1.3.0"), "JWT_AUDIENCE"), R"("shop")");
}

TEST(Mapping, AnUnknownNameIsNamedWithTheNearest) {
  const auto mapping = mapped(R"({"JWT_ALGORITM": {"unknown": "str"}})");
  EXPECT_EQ(fate(mapping, "JWT_ALGORITM"), "unused");
  EXPECT_THAT(text(mapping, "JWT_ALGORITM"), HasSubstr("JWT_ALGORITHM"));
  EXPECT_TRUE(mapping.is_complete());
}

TEST(Mapping, AnInsecureSettingNamesItsSwitch) {
  const auto mapping = mapped(R"({"JWT_VERIFY": false})");
  EXPECT_EQ(line(mapping, "JWT_VERIFY"), "false");
  EXPECT_EQ(line(mapping, "allow_insecure"), "true");
  EXPECT_EQ(line(mapped(R"({"JWT_VERIFY": true})"), "allow_insecure"), "");
}

TEST(Mapping, ALeewayOfMoreThanAnHourNamesItsSwitch) {
  EXPECT_EQ(line(mapped(R"({"JWT_LEEWAY": 3601})"), "allow_insecure"), "true");
  EXPECT_EQ(line(mapped(R"({"JWT_LEEWAY": 3600})"), "allow_insecure"), "");
}

TEST(Mapping, AShortSecretNamesItsSwitch) {
  auto dump = test::plain_dump();
  dump.set("SECRET_KEY", Json::object({{"secret", "settings.SECRET_KEY"}, {"length", 31}}));
  EXPECT_EQ(line(map_site(test::site_of(dump)), "allow_short_secret"), "true");
  dump.set("SECRET_KEY", Json::object({{"secret", "settings.SECRET_KEY"}, {"length", 32}}));
  EXPECT_EQ(line(map_site(test::site_of(dump)), "allow_short_secret"), "");
  dump.set("JWT_AUTH", Json::object({{"JWT_ALGORITHM", "HS512"}}));
  EXPECT_EQ(line(map_site(test::site_of(dump)), "allow_short_secret"), "true");
}

TEST(Mapping, NoneIsNoAlgorithm) {
  const auto mapping = mapped(R"({"JWT_ALGORITHM": "none"})", "1.17.3", "drf-jwt");
  EXPECT_EQ(fate(mapping, "JWT_ALGORITHM"), "NOT MAPPED");
  EXPECT_EQ(line(mapping, "JWT_ALGORITHM"), R"(TO DO "HS256")");
  EXPECT_EQ(mapping.key_files.size(), 0u);
}

TEST(Mapping, ATypeDjangoFailsOnIsNotMapped) {
  EXPECT_EQ(fate(mapped(R"({"JWT_LEEWAY": {"object": "x.Y"}})"), "JWT_LEEWAY"), "NOT MAPPED");
  EXPECT_EQ(fate(mapped(R"({"JWT_AUTH_HEADER_PREFIX": "two words"})"), "JWT_AUTH_HEADER_PREFIX"),
            "NOT MAPPED");
  EXPECT_EQ(fate(mapped(R"({"JWT_VERIFY": "yes"})"), "JWT_VERIFY"), "NOT MAPPED");
}

TEST(Mapping, KeysKeepTheirShape) {
  const auto list = mapped(R"({"JWT_SECRET_KEY": [{"secret": "settings.SECRET_KEY", "length": 50},
                               {"secret": "JWT_AUTH.JWT_SECRET_KEY[1]", "length": 50}]})",
                           "1.17.3", "drf-jwt");
  EXPECT_EQ(line(list, "JWT_SECRET_KEY_FILE"), R"(["jwt_secret_key_1", "jwt_secret_key_2"])");
  const auto table =
      mapped(R"({"JWT_SECRET_KEY": {"new": {"secret": "JWT_AUTH.JWT_SECRET_KEY[0]", "length": 50},
                                "o ld": {"secret": "JWT_AUTH.JWT_SECRET_KEY[1]", "length": 50}}})",
             "1.17.3", "drf-jwt");
  EXPECT_EQ(line(table, "JWT_SECRET_KEY_FILE"),
            R"({ new = "jwt_secret_key_1", "o ld" = "jwt_secret_key_2" })");
}

constexpr const char* rsa_in_secret =
    R"({"JWT_ALGORITHM": "RS256",
        "JWT_SECRET_KEY": {"secret": "JWT_AUTH.JWT_SECRET_KEY", "length": 1700, "kind": "pem"}})";

TEST(Mapping, AKeyPairInTheSecretGoesWhereTheProfileReadsIt) {
  EXPECT_EQ(line(mapped(rsa_in_secret, "1.0.1"), "JWT_SECRET_KEY_FILE"),
            R"("jwt_private_key.pem")");
  EXPECT_EQ(line(mapped(rsa_in_secret, "1.8.0"), "JWT_PRIVATE_KEY_FILE"),
            R"("jwt_private_key.pem")");
  EXPECT_EQ(line(mapped(rsa_in_secret, "1.8.0"), "JWT_SECRET_KEY_FILE"), "");
}

TEST(Mapping, AForkWithoutAPrivateKeyCannotSign) {
  EXPECT_EQ(fate(mapped(R"({"JWT_ALGORITHM": "RS256"})", "1.17.3", "drf-jwt"), "JWT_PRIVATE_KEY"),
            "NOT MAPPED");
}

TEST(Mapping, KeysThatTheAlgorithmDoesNotUseAreLeftOut) {
  constexpr const char* both =
      R"({"JWT_PUBLIC_KEY": {"secret": "JWT_AUTH.JWT_PUBLIC_KEY", "length": 400, "kind": "pem"}})";
  EXPECT_EQ(fate(mapped(both, "1.17.3", "drf-jwt"), "JWT_PUBLIC_KEY"), "unused");
  EXPECT_EQ(line(mapped(both, "1.17.3", "drf-jwt"), "JWT_PUBLIC_KEY_FILE"), "");
  EXPECT_EQ(fate(mapped(both), "JWT_PUBLIC_KEY"), "NOT MAPPED");
}

class Handlers : public testing::TestWithParam<const char*> {};

TEST_P(Handlers, OfTheSitesOwnIsNamedAndNotMapped) {
  auto dump = test::plain_dump();
  dump.set("JWT_AUTH", Json::object({{GetParam(), Json::object({{"function", "shop.jwt.own"}})}}));
  const auto mapping = map_site(test::site_of(dump));
  EXPECT_EQ(fate(mapping, GetParam()), "NOT MAPPED");
  EXPECT_THAT(text(mapping, GetParam()), testing::StartsWith("shop.jwt.own: "));
  EXPECT_FALSE(mapping.is_complete());
}

TEST_P(Handlers, OfThePackageIsTheDefault) {
  auto dump = test::plain_dump();
  dump.set(
      "JWT_AUTH",
      Json::object({{GetParam(), Json::object({{"function", "rest_framework_jwt.utils.x"}})}}));
  EXPECT_EQ(fate(map_site(test::site_of(dump)), GetParam()), "default");
}

INSTANTIATE_TEST_SUITE_P(Each, Handlers,
                         testing::Values("JWT_ENCODE_HANDLER", "JWT_DECODE_HANDLER",
                                         "JWT_PAYLOAD_HANDLER", "JWT_PAYLOAD_GET_USERNAME_HANDLER",
                                         "JWT_RESPONSE_PAYLOAD_HANDLER",
                                         "JWT_GET_USER_SECRET_KEY"));

TEST(Mapping, AHandlerThatTheReleaseDoesNotCallIsUnused) {
  constexpr const char* own = R"({"JWT_PAYLOAD_GET_USER_ID_HANDLER": {"function": "a.b"}})";
  EXPECT_EQ(fate(mapped(own, "1.7.0"), "JWT_PAYLOAD_GET_USER_ID_HANDLER"), "unused");
  EXPECT_EQ(fate(mapped(own, "1.6.0"), "JWT_PAYLOAD_GET_USER_ID_HANDLER"), "NOT MAPPED");
}

TEST(Mapping, LeavesALineToFinishForAHandler) {
  const auto mapping = mapped(R"({"JWT_RESPONSE_PAYLOAD_HANDLER": {"function": "a.b"}})");
  EXPECT_THAT(line(mapping, "JWT_RESPONSE_PAYLOAD_HANDLER"), testing::StartsWith("TO DO { token"));
}

/// The plain site with one member of "user" otherwise.
Mapping with_user(const char* member, Json value) {
  auto dump = test::plain_dump();
  auto user = *dump.find("user");
  user.set(member, std::move(value));
  dump.set("user", user);
  return map_site(test::site_of(dump));
}

TEST(Mapping, ACustomTableStandsUnderUsers) {
  const auto mapping = with_user("table", "shop_person");
  EXPECT_EQ(line(mapping, "table"), R"("shop_person")");
  EXPECT_TRUE(mapping.is_complete());
}

TEST(Mapping, WhatTheStoreCannotReadIsNotMapped) {
  EXPECT_FALSE(with_user("pk", Json::object({{"column", "id"}, {"kind", "other"}})).is_complete());
  EXPECT_FALSE(with_user("other_tables", Json::array({"auth_user"})).is_complete());
  EXPECT_FALSE(
      with_user("get_by_natural_key", "shop.models.People.get_by_natural_key").is_complete());
  EXPECT_FALSE(with_user("check_password", "shop.models.Person.check_password").is_complete());
  EXPECT_TRUE(with_user("pk", Json::object({{"column", "id"}, {"kind", "uuid"}})).is_complete());
}

TEST(Mapping, AColumnThatMustBeFilledLeavesNewUsersToDjango) {
  const auto mapping = with_user("required", Json::array({Json::object({{"column", "company"}})}));
  EXPECT_THAT(text(mapping, "new users"), HasSubstr("company"));
  EXPECT_TRUE(mapping.is_complete());
}

TEST(Mapping, AProfileIsReadInTheForkOnly) {
  auto dump = test::plain_dump();
  auto user = *dump.find("user");
  user.set("profile", Json::object({{"table", "a\"b"}, {"pk", "id"}, {"user", "user_id"}}));
  dump.set("user", user);
  EXPECT_EQ(line(map_site(test::site_of(dump)), "user_profile_id"), "");
  dump.set("package", Json::object({{"name", "drf-jwt"}, {"version", "1.17.3"}}));
  EXPECT_THAT(line(map_site(test::site_of(dump)), "user_profile_id"),
              HasSubstr(R"(FROM \"a\"\"b\" WHERE \"user_id\" = ?)"));
}

/// The plain site with one member of the dump otherwise.
Mapping with(const char* member, Json value) {
  auto dump = test::plain_dump();
  dump.set(member, std::move(value));
  return map_site(test::site_of(dump));
}

TEST(Mapping, AnotherBackendIsNotMapped) {
  EXPECT_FALSE(with("AUTHENTICATION_BACKENDS", Json::array({"ldap.Backend"})).is_complete());
  EXPECT_TRUE(with("AUTHENTICATION_BACKENDS",
                   Json::array({"django.contrib.auth.backends.AllowAllUsersModelBackend"}))
                  .is_complete());
}

TEST(Mapping, AnotherDatabaseIsNotMapped) {
  EXPECT_FALSE(
      with("database", Json::object({{"engine", "django.db.backends.mysql"}})).is_complete());
}

TEST(Mapping, PostgresIsMappedWithoutItsPassword) {
  const auto mapping =
      with("database", Json::object({{"engine", "django.db.backends.postgresql"},
                                     {"url", "postgresql://ann@db.example:5432/site"}}));
  EXPECT_TRUE(mapping.is_complete());
  EXPECT_EQ(line(mapping, "database"), R"("postgresql://ann@db.example:5432/site")");
  EXPECT_THAT(text(mapping, "database"), HasSubstr("PGPASSFILE"));
}

TEST(Mapping, NewPasswordsGetAHashThatDjangoReads) {
  const auto hasher = [](const char* algorithm, bool usable) {
    return Json::object({{"class", "x"}, {"algorithm", algorithm}, {"usable", usable}});
  };
  const auto both = [&](bool usable) {
    return with("PASSWORD_HASHERS",
                Json::array({hasher("argon2", usable), hasher("pbkdf2_sha256", true)}));
  };
  EXPECT_EQ(line(both(true), "PASSWORD_HASHER"), R"("argon2")");
  EXPECT_EQ(line(both(false), "PASSWORD_HASHER"), "");
  EXPECT_FALSE(with("PASSWORD_HASHERS", Json::array({hasher("bcrypt", true)})).is_complete());
}

TEST(Mapping, AnotherPathIsForTheProxy) {
  const auto mapping =
      with("views", Json::array({Json::object({{"view", "obtain"}, {"path", "/login/$"}})}));
  EXPECT_THAT(text(mapping, "/login/"), HasSubstr("let the proxy rewrite"));
  EXPECT_TRUE(mapping.is_complete());
}

TEST(Mapping, AViewOfTheSitesOwnIsNotMapped) {
  EXPECT_FALSE(with("views", Json::array({Json::object({{"view", "obtain"},
                                                        {"path", "/api-token-auth/"},
                                                        {"class", "shop.views.Login"}})}))
                   .is_complete());
}

TEST(Mapping, WhatIsOnTheBlacklistIsNotMapped) {
  EXPECT_THAT(text(with("blacklist", true), "blacklist"), HasSubstr("restjwt users logout NAME"));
  EXPECT_FALSE(with("blacklist", true).is_complete());
}

}  // namespace
}  // namespace restjwt::cli::migrate
