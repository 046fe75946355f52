// The configuration: what is taken, what is refused, and how that is said.

#include "server/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "server/config_keys.hpp"

#include "support/keys.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr std::string_view secret = "an-unpublished-secret-of-40-characters--";
const std::string jwt_auth = "[JWT_AUTH]\nJWT_SECRET_KEY = \"" + std::string(secret) + "\"\n";

class ConfigTest : public ::testing::Test {
 protected:
  Result<Config, std::vector<ConfigProblem>> parse(std::string_view toml) {
    ConfigSources sources{.environment = [this](const std::string& name) {
      const auto found = environment.find(name);
      return found == environment.end() ? std::nullopt : std::optional(found->second);
    }};
    sources.listen = listen;
    sources.database = database;
    return parse_config(toml, folder.path(), sources, need_secret);
  }

  Config good(std::string_view toml) {
    auto config = parse(toml);
    if (config) return *std::move(config);
    for (const auto& problem : config.error()) ADD_FAILURE() << problem.text();
    return {};
  }

  /// All problems, one a line; empty when there is none.
  std::string refusal(std::string_view toml) {
    const auto config = parse(toml);
    std::string text;
    if (!config)
      for (const auto& problem : config.error()) text += problem.text() + "\n";
    return text;
  }

  std::string write(std::string_view name, std::string_view content, mode_t mode = 0600) {
    const auto file = folder.path() / name;
    std::ofstream(file) << content;
    ::chmod(file.c_str(), mode);
    return file.string();
  }

  test::TemporaryFolder folder;
  std::map<std::string, std::string> environment;
  std::optional<std::string> listen, database;
  bool need_secret = true;
};

TEST_F(ConfigTest, TheIssuesExampleIsTaken) {
  write("secret.key", std::string(secret) + "\n");
  const auto config = good(R"(
listen   = "127.0.0.1:8000"
database = "sqlite:restjwt.db"
profile  = "1.0.1"

[JWT_AUTH]
JWT_SECRET_KEY_FILE  = "secret.key"
JWT_ALLOW_REFRESH    = true
JWT_EXPIRATION_DELTA = "5m"

[demo]
protected_url = true
)");
  EXPECT_EQ(config.http.host, "127.0.0.1");
  EXPECT_EQ(config.http.port, 8000);
  EXPECT_EQ(config.database_file, folder.path() / "restjwt.db");
  EXPECT_EQ(config.auth.secret_key.entries().at(0).text.reveal(), secret);
  EXPECT_TRUE(config.auth.allow_refresh);
  EXPECT_EQ(config.auth.expiration_delta, 5min);
  EXPECT_TRUE(config.demo_protected_url);
  EXPECT_THAT(config.warnings, IsEmpty());
}

TEST_F(ConfigTest, DefaultsAreTheOriginals) {
  const auto config = good(jwt_auth);
  EXPECT_EQ(config.auth.algorithms, std::vector{jose::Algorithm::HS256});
  EXPECT_TRUE(config.auth.verify);
  EXPECT_TRUE(config.auth.verify_expiration);
  EXPECT_EQ(config.auth.leeway, 0s);
  EXPECT_EQ(config.auth.expiration_delta, 300s);
  EXPECT_FALSE(config.auth.allow_refresh);
  EXPECT_EQ(config.auth.refresh_expiration_delta, std::chrono::days{7});
  EXPECT_EQ(config.auth.auth_header_prefix, "JWT");
  EXPECT_EQ(config.user_id_claim, "user_id");
  EXPECT_FALSE(config.demo_protected_url);
}

// Each setting, written as something other than its default, and as `config show` then shows it.
struct Setting {
  const char* path;
  const char* written;
  const char* shown;
};
constexpr Setting settings[] = {
    {"listen", R"("[::1]:81")", R"("[::1]:81")"},
    {"database", R"("sqlite:a.db")", R"("sqlite:a.db")"},
    {"stale_user_seconds", "5", "5"},
    {"max_revocations", "5000", "5000"},
    {"verified_token_cache", "100", "100"},
    {"profile", R"("drf-jwt")", R"("drf-jwt")"},
    {"impersonation", "false", "false"},
    {"behind_proxy", "true", "true"},
    {"trusted_proxies", R"(["127.0.0.1", "10.0.0.0/8", "2001:DB8::/32", "::1"])",
     R"(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32", "::1"])"},
    {"PASSWORD_HASHER", R"("pbkdf2_sha256")", R"("pbkdf2_sha256")"},
    {"fully_specified_algorithms", "true", "true"},
    {"allow_short_secret", "true", "true"},
    {"allow_insecure", "true", "true"},
    {"JWT_AUTH.JWT_ALGORITHM", R"("HS384")", R"("HS384")"},
    {"JWT_AUTH.JWT_VERIFY", "true", "true"},
    {"JWT_AUTH.JWT_VERIFY_EXPIRATION", "true", "true"},
    {"JWT_AUTH.JWT_LEEWAY", "62", R"("62s")"},
    {"JWT_AUTH.JWT_EXPIRATION_DELTA", R"("90m")", R"("90m")"},
    {"JWT_AUTH.JWT_ALLOW_REFRESH", "true", "true"},
    {"JWT_AUTH.JWT_REFRESH_EXPIRATION_DELTA", "1.5", R"("1500ms")"},
    {"JWT_AUTH.JWT_AUTH_HEADER_PREFIX", R"("Bearer")", R"("Bearer")"},
    {"JWT_AUTH.JWT_INSIST_ON_KID", "true", "true"},
    {"JWT_AUTH.JWT_GET_USER_SECRET_KEY", R"({ column = "jwt_secret" })",
     R"({ column = "jwt_secret" })"},
    {"JWT_AUTH.JWT_AUDIENCE", R"(["a", "b"])", R"(["a", "b"])"},
    {"JWT_AUTH.JWT_ISSUER", R"("us")", R"("us")"},
    {"JWT_AUTH.JWT_TOKEN_ID", R"("require")", R"("require")"},
    {"JWT_AUTH.JWT_PAYLOAD_INCLUDE_USER_ID", "false", "false"},
    {"JWT_AUTH.JWT_PAYLOAD_GET_USER_ID_HANDLER", R"("user_id")", R"("user_id")"},
    {"JWT_AUTH.JWT_PAYLOAD_GET_USERNAME_HANDLER", R"("username")", R"("username")"},
    {"JWT_AUTH.JWT_RESPONSE_PAYLOAD_HANDLER", R"({ access = "{token}" })",
     R"({"access":"{token}"})"},
    {"JWT_AUTH.JWT_AUTH_COOKIE", R"("jwt")", R"("jwt")"},
    {"JWT_AUTH.JWT_AUTH_COOKIE_DOMAIN", R"("example.com")", R"("example.com")"},
    {"JWT_AUTH.JWT_AUTH_COOKIE_PATH", R"("/api")", R"("/api")"},
    {"JWT_AUTH.JWT_AUTH_COOKIE_SECURE", "false", "false"},
    {"JWT_AUTH.JWT_AUTH_COOKIE_SAMESITE", R"("Strict")", R"("Strict")"},
    {"JWT_AUTH.JWT_IMPERSONATION_COOKIE", R"("imp")", R"("imp")"},
    {"JWT_AUTH.JWT_DELETE_STALE_BLACKLISTED_TOKENS", "true", "true"},
    {"SIMPLE_JWT.ACCESS_TOKEN_LIFETIME", R"("1m")", R"("1m")"},
    {"SIMPLE_JWT.REFRESH_TOKEN_LIFETIME", R"("2d")", R"("2d")"},
    {"SIMPLE_JWT.REFRESH_TOKEN_ABSOLUTE_LIFETIME", R"("3d")", R"("3d")"},
    {"SIMPLE_JWT.ROTATE_REFRESH_TOKENS", "true", "true"},
    {"SIMPLE_JWT.REFRESH_REUSE_INTERVAL", "3", R"("3s")"},
    {"SIMPLE_JWT.BLACKLIST_AFTER_ROTATION", "true", "true"},
    {"SIMPLE_JWT.UPDATE_LAST_LOGIN", "true", "true"},
    {"SIMPLE_JWT.ALGORITHM", R"("HS384")", R"("HS384")"},
    {"SIMPLE_JWT.AUDIENCE", R"("mobile")", R"("mobile")"},
    {"SIMPLE_JWT.ISSUER", R"("us")", R"("us")"},
    {"SIMPLE_JWT.LEEWAY", "5", R"("5s")"},
    {"SIMPLE_JWT.AUTH_HEADER_TYPES", R"(["Bearer", "Token"])", R"(["Bearer", "Token"])"},
    {"SIMPLE_JWT.AUTH_HEADER_NAME", R"("HTTP_X_ACCESS_TOKEN")", R"("X-Access-Token")"},
    {"SIMPLE_JWT.AUTH_COOKIE", R"("acc")", R"("acc")"},
    {"SIMPLE_JWT.AUTH_COOKIE_REFRESH", R"("ref")", R"("ref")"},
    {"SIMPLE_JWT.AUTH_COOKIE_REFRESH_PATH", R"("/a/")", R"("/a/")"},
    {"SIMPLE_JWT.USER_ID_FIELD", R"("username")", R"("username")"},
    {"SIMPLE_JWT.USER_ID_CLAIM", R"("uid")", R"("uid")"},
    {"SIMPLE_JWT.TOKEN_TYPE_CLAIM", R"("typ")", R"("typ")"},
    {"SIMPLE_JWT.JTI_CLAIM", R"("id")", R"("id")"},
    {"SIMPLE_JWT.AUTH_TOKEN_CLASSES",
     R"(["rest_framework_simplejwt.tokens.AccessToken", "SlidingToken"])",
     R"(["AccessToken", "SlidingToken"])"},
    {"SIMPLE_JWT.SLIDING_TOKEN_LIFETIME", R"("4m")", R"("4m")"},
    {"SIMPLE_JWT.SLIDING_TOKEN_REFRESH_LIFETIME", R"("4d")", R"("4d")"},
    {"SIMPLE_JWT.SLIDING_TOKEN_REFRESH_EXP_CLAIM", R"("rexp")", R"("rexp")"},
    {"keys.directory", R"("my-keys")", R"("./my-keys")"},
    {"keys.file", R"("keys.jwe")", R"("./keys.jwe")"},
    {"keys.passphrase_file", "\"keys.pass\"\nfile = \"keys.jwe\"", R"("./keys.pass")"},
    {"keys.publication_period", R"("2d")", R"("2d")"},
    {"keys.cache_max_age", R"("1h")", R"("1h")"},
    {"keys.jwks_uri", R"("https://id.example/keys.json")", R"("https://id.example/keys.json")"},
    {"cors.CORS_ALLOWED_ORIGINS", R"(["https://a.example", "http://localhost:3000"])",
     R"(["https://a.example", "http://localhost:3000"])"},
    {"cors.CORS_ALLOW_CREDENTIALS", "true", "true"},
    {"users.table", R"("people")", R"("people")"},
    {"users.USERNAME_FIELD", R"("email")", R"("email")"},
    {"users.id", R"("pk")", R"("pk")"},
    {"users.username", R"("login")", R"("login")"},
    {"users.password", R"("hash")", R"("hash")"},
    {"users.is_active", R"("enabled")", R"("enabled")"},
    {"users.email", R"("")", R"("")"},
    {"users.first_name", R"("given")", R"("given")"},
    {"users.last_name", R"("family")", R"("family")"},
    {"users.is_staff", R"("staff")", R"("staff")"},
    {"users.is_superuser", R"("root")", R"("root")"},
    {"users.date_joined", R"("created")", R"("created")"},
    {"users.last_login", R"("seen")", R"("seen")"},
    {"users.user_profile_id", R"({ sql = "SELECT 1" })", R"({ sql = "SELECT 1" })"},
    {"users.write", R"("upgrades")", R"("upgrades")"},
    {"throttle.enabled", "false", "false"},
    {"throttle.rate", R"("5/minutes")", R"("5/m")"},
    {"throttle.max_retries", "3", "3"},
    {"throttle.find_time", R"("1h")", R"("1h")"},
    {"throttle.ban_time", "600", R"("10m")"},
    {"limits.max_request_line", R"("4KiB")", R"("4KiB")"},
    {"limits.max_header_line", "1000", R"("1000B")"},
    {"limits.max_header_size", "2048", R"("2KiB")"},
    {"limits.max_header_count", "7", "7"},
    {"limits.max_body_size", R"("1MiB")", R"("1MiB")"},
    {"limits.max_json_depth", "3", "3"},
    {"limits.max_fields", "5", "5"},
    {"limits.max_token_length", R"("2KiB")", R"("2KiB")"},
    {"limits.max_password_length", "100", R"("100B")"},
    {"limits.header_timeout", R"("1s")", R"("1s")"},
    {"limits.body_timeout", R"("2s")", R"("2s")"},
    {"limits.idle_timeout", R"("3s")", R"("3s")"},
    {"limits.write_timeout", R"("4s")", R"("4s")"},
    {"limits.shutdown_timeout", R"("1m")", R"("1m")"},
    {"limits.max_connections", "9", "9"},
    {"limits.max_requests_per_connection", "8", "8"},
    {"server.io_threads", "3", "3"},
    {"server.workers", "5", "5"},
    {"server.worker_queue", "6", "6"},
    {"server.hashing_threads", "2", "2"},
    {"server.hashing_queue", "1", "1"},
    {"log.level", R"("error")", R"("error")"},
    {"log.access", "false", "false"},
    {"demo.protected_url", "true", "true"},
};

std::string line_of(const ConfigKey& key, std::string_view value) {
  const std::string table = key.table.empty() ? "" : "[" + std::string(key.table) + "]\n";
  return table + std::string(key.name) + " = " + std::string(value) + "\n";
}

TEST_F(ConfigTest, EverySettingIsReadAndShown) {
  environment["JWT_SECRET_KEY"] = std::string(secret) + "-and-some-more";
  environment["RESTJWT_KEYS_PASSPHRASE"] = "a passphrase";
  for (const auto& key : config_keys()) {
    const bool secret_key =
        key.name.find("_KEY") != key.name.npos && key.name != "JWT_GET_USER_SECRET_KEY";
    const bool code = refusal(line_of(key, "\"x\"")).find("a function") != std::string::npos;
    if (secret_key || code) continue;
    const auto setting = std::ranges::find(settings, key.path(), &Setting::path);
    ASSERT_NE(setting, std::end(settings)) << key.path() << " is not tested";
    const auto origins = good(line_of(key, setting->written)).origins;
    const auto origin = std::ranges::find(origins, key.path(), &Origin::key);
    ASSERT_NE(origin, origins.end()) << key.path();
    auto value = origin->value;
    if (const auto at = value.find(folder.path().string()); at != value.npos)
      value.replace(at, folder.path().string().size(), ".");
    EXPECT_EQ(value, setting->shown) << key.path();
    EXPECT_EQ(origin->source, key.table.empty() ? "restjwt.toml:1" : "restjwt.toml:2");
  }
}

TEST_F(ConfigTest, EverySettingRefusesAWrongType) {
  for (const auto& key : config_keys())
    for (const auto* value : {"[1]", "{ a = 1 }", "1979-05-27", "nan"})
      EXPECT_THAT(refusal(line_of(key, value)), HasSubstr(": " + std::string(key.name) + ": "))
          << key.path() << " = " << value;
}

TEST_F(ConfigTest, ATableIsNoValueAndAValueNoTable) {
  EXPECT_THAT(refusal("[listen]\n" + jwt_auth),
              HasSubstr("restjwt.toml:1: listen: expected a value, not a table"));
  EXPECT_THAT(refusal("JWT_AUTH = 1\n"),
              HasSubstr("restjwt.toml:1: JWT_AUTH: expected a table: [JWT_AUTH]"));
}

struct Duration {
  const char* written;
  std::chrono::microseconds meant;
};
class DurationForm : public ConfigTest, public ::testing::WithParamInterface<Duration> {};

TEST_P(DurationForm, IsTaken) {
  const auto config = good(jwt_auth + "JWT_EXPIRATION_DELTA = " + GetParam().written + "\n");
  EXPECT_EQ(config.auth.expiration_delta, GetParam().meant);
}
INSTANTIATE_TEST_SUITE_P(All, DurationForm,
                         ::testing::Values(Duration{"300", 300s}, Duration{"1.5", 1500ms},
                                           Duration{"\"60\"", 60s}, Duration{"\"90s\"", 90s},
                                           Duration{"\"5m\"", 5min}, Duration{"\"1h\"", 1h},
                                           Duration{"\"7d\"", std::chrono::days{7}},
                                           Duration{"\"500ms\"", 500ms}, Duration{"0", 0s},
                                           Duration{"-5", -5s}));

class NoDuration : public ConfigTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(NoDuration, IsRefused) {
  EXPECT_THAT(refusal(jwt_auth + "JWT_EXPIRATION_DELTA = " + GetParam() + "\n"),
              HasSubstr("restjwt.toml:3: JWT_EXPIRATION_DELTA: expected"));
}
INSTANTIATE_TEST_SUITE_P(All, NoDuration,
                         ::testing::Values("\"\"", "\"5 minutes\"", "\"m\"", "\"5x\"", "true",
                                           "[5]", "inf", "nan", "\"5m3\"", "\"99999999999999d\"",
                                           "1e300", "9223372036854775807"));

TEST_F(ConfigTest, AnUnknownKeyIsAnsweredWithTheNearest) {
  EXPECT_THAT(refusal(jwt_auth + "JWT_ALGORITM = \"HS256\"\n"),
              HasSubstr("restjwt.toml:3: JWT_ALGORITM: unknown key in [JWT_AUTH]; did you mean "
                        "JWT_ALGORITHM?"));
  EXPECT_THAT(refusal("lisen = \"127.0.0.1:1\"\n" + jwt_auth), HasSubstr("did you mean listen?"));
}

TEST_F(ConfigTest, AKeyInTheWrongTableIsSentHome) {
  EXPECT_THAT(refusal("JWT_ALGORITHM = \"HS256\"\n" + jwt_auth),
              HasSubstr("restjwt.toml:1: JWT_ALGORITHM: belongs into [JWT_AUTH]"));
  EXPECT_THAT(refusal(jwt_auth + "listen = \"127.0.0.1:1\"\n"),
              HasSubstr("listen: belongs before the first [table]"));
}

TEST_F(ConfigTest, AnUnknownTableIsAnsweredWithTheNearest) {
  EXPECT_THAT(refusal(jwt_auth + "[limit]\nmax_body_size = 1\n"),
              HasSubstr("did you mean [limits]?"));
}

TEST_F(ConfigTest, EverythingThatIsWrongIsSaidAtOnce) {
  const auto text =
      refusal("profile = \"2\"\n" + jwt_auth +
              "JWT_ALGORITHM = \"HS1\"\nJWT_ALLOW_REFRESH = 1\n[log]\nlevel = \"x\"\n");
  for (const auto* part :
       {"restjwt.toml:1: profile: expected \"1.0.1\"", "restjwt.toml:4: JWT_ALGORITHM: expected",
        "restjwt.toml:5: JWT_ALLOW_REFRESH: expected true or false",
        "restjwt.toml:7: level: expected"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST_F(ConfigTest, BrokenTomlIsNamedByItsLine) {
  EXPECT_THAT(refusal("listen = \"127.0.0.1:1\"\n[JWT_AUTH\n"), HasSubstr("restjwt.toml:2: "));
  EXPECT_THAT(refusal("listen = 1\nlisten = 2\n"), HasSubstr("restjwt.toml:2: "));
}

TEST_F(ConfigTest, AFileThatCannotBeUnderstoodIsTheOnlyProblem) {
  EXPECT_THAT(refusal("listen"), Not(HasSubstr("there is no secret")));
  EXPECT_THAT(refusal("lisen = 1"), HasSubstr("there is no secret"));
}

TEST_F(ConfigTest, BrokenTomlNearASecretIsNotRepeated) {
  const auto text = refusal("[JWT_AUTH]\nJWT_SECRET_KEY = 123456789012345678901234567890\n");
  EXPECT_THAT(text, HasSubstr("restjwt.toml:2: not valid TOML"));
  EXPECT_THAT(text, Not(HasSubstr("1234")));
}

TEST_F(ConfigTest, ANumberThatMayBeASecretIsNotRepeatedEither) {
  EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRT_KEY = 123456789012345678901234567890\n"),
              AllOf(HasSubstr("restjwt.toml:2: not valid TOML"), Not(HasSubstr("1234"))));
}

TEST_F(ConfigTest, AProfileBringsItsDefaultsWhereverItStands) {
  const auto config = good("profile = \"drf-jwt\"\n" + jwt_auth);
  EXPECT_EQ(config.auth.auth_header_prefix, "Bearer");
  EXPECT_TRUE(config.auth.allow_refresh);
  EXPECT_EQ(config.auth.token_id, auth::TokenId::include);
  EXPECT_EQ(good("profile = \"1.11.0\"\n" + jwt_auth).auth.auth_header_prefix, "JWT");
  const auto changed = good("allow_short_secret = true\nprofile = \"drf-jwt\"\n" + jwt_auth +
                            "JWT_AUTH_HEADER_PREFIX = \"JWT\"\n");
  EXPECT_EQ(changed.auth.auth_header_prefix, "JWT");
  EXPECT_TRUE(changed.auth.allow_short_secret);
}

// Keys in a list or a table.

std::vector<std::string> kids_of(const auth::Keys& keys) {
  std::vector<std::string> kids;
  for (const auto& entry : keys.entries()) kids.push_back(entry.kid);
  return kids;
}

TEST_F(ConfigTest, KeysMayBeAListOrATableInTheOrderTheyAreWritten) {
  const std::string other = "yet-another-secret-of-32-bytes-or-so";
  const auto list =
      good("[JWT_AUTH]\nJWT_SECRET_KEY = [\"" + other + "\", \"" + std::string(secret) + "\"]\n");
  EXPECT_EQ(kids_of(list.auth.secret_key), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(list.auth.secret_key.entries().front().text.reveal(), other);
  const auto table = good("[JWT_AUTH.JWT_SECRET_KEY]\nz = \"" + other + "\"\na = \"" +
                          std::string(secret) + "\"\n");
  EXPECT_EQ(kids_of(table.auth.secret_key), (std::vector<std::string>{"z", "a"}));
  EXPECT_EQ(table.auth.secret_key.entries().front().text.reveal(), other);
}

TEST_F(ConfigTest, AKeyOfSeveralThatCannotBeUsedIsNamed) {
  EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRET_KEY = { k1 = \"" + std::string(secret) +
                      "\", k2 = \"short\" }\n"),
              AllOf(HasSubstr("key k2: "), Not(HasSubstr("\"short\""))));
  EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRET_KEY = { " + std::string(257, 'k') + " = \"" +
                      std::string(secret) + "\" }\n"),
              HasSubstr("a kid has from 1 to 256 bytes"));
  for (const auto* value : {"[]", "{}", "[\"\"]", "{ \"\" = \"x\" }", "[1]"})
    EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRET_KEY = " + std::string(value) + "\n"),
                HasSubstr("JWT_SECRET_KEY: "))
        << value;
}

TEST_F(ConfigTest, AKeyPairReplacesTheSecretForItsAlgorithm) {
  write("private.pem", test::key_file("rsa.pem"));
  write("public.pem", test::key_file("rsa.pub"));
  const auto config = good(
      "profile = \"1.11.0\"\n[JWT_AUTH]\nJWT_ALGORITHM = \"RS256\"\n"
      "JWT_PRIVATE_KEY_FILE = \"private.pem\"\nJWT_PUBLIC_KEY_FILE = [\"public.pem\"]\n");
  EXPECT_EQ(config.auth.public_key.entries().size(), 1u);
  write("other.pem", test::key_file("rsa2.pub"));
  EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_ALGORITHM = \"RS256\"\n"
                      "JWT_PRIVATE_KEY_FILE = \"private.pem\"\nJWT_PUBLIC_KEY_FILE = "
                      "\"other.pem\"\n"),
              HasSubstr("no key that verifies what JWT_PRIVATE_KEY signs"));
}

TEST_F(ConfigTest, AKeyThatNothingUsesIsRefused) {
  write("private.pem", test::key_file("rsa.pem"));
  EXPECT_THAT(refusal(jwt_auth + "JWT_PRIVATE_KEY_FILE = \"private.pem\"\n"),
              HasSubstr("JWT_PRIVATE_KEY: is not used"));
}

TEST_F(ConfigTest, AlgorithmsMayBeAList) {
  EXPECT_EQ(
      good("allow_short_secret = true\n" + jwt_auth + "JWT_ALGORITHM = [\"HS512\", \"HS256\"]\n")
          .auth.algorithms,
      (std::vector{jose::Algorithm::HS512, jose::Algorithm::HS256}));
  EXPECT_THAT(refusal(jwt_auth + "JWT_ALGORITHM = []\n"), HasSubstr("JWT_ALGORITHM: expected"));
}

TEST_F(ConfigTest, AUsersOwnSecretReplacesJwtSecretKey) {
  const std::string own = "[JWT_AUTH]\nJWT_GET_USER_SECRET_KEY = ";
  EXPECT_EQ(good(own + "{ column = \"jwt_secret\" }\n").users.secret_key_column, "jwt_secret");
  EXPECT_EQ(good(own + "{ sql = \"SELECT 1\" }\n").users.secret_key_sql, "SELECT 1");
  EXPECT_THAT(refusal(own + "\"app.secrets.of\"\n"), HasSubstr("expected { column ="));
}

TEST_F(ConfigTest, AResponseHasATokenAndKnownPlaceholders) {
  const std::string response = jwt_auth + "JWT_RESPONSE_PAYLOAD_HANDLER = ";
  EXPECT_THAT(refusal(response + "{ user = \"{user.id}\" }\n"), HasSubstr("nobody would get one"));
  EXPECT_THAT(refusal(response + "{ t = \"{token}\", u = \"{user.password}\" }\n"),
              HasSubstr("{user.password} is no placeholder"));
  EXPECT_THAT(refusal(response + "{ t = \"Bearer {token}\" }\n"), HasSubstr("is no placeholder"));
}

TEST_F(ConfigTest, CookiesThatCannotBeAreRefused) {
  for (const auto* line :
       {"JWT_AUTH_COOKIE = \"a b\"", "JWT_AUTH_COOKIE = \"a;b\"", "JWT_AUTH_COOKIE_PATH = \"api\"",
        "JWT_AUTH_COOKIE_PATH = \"/;a\"", "JWT_AUTH_COOKIE_DOMAIN = \"a\\r\\nb\"",
        "JWT_AUTH_COOKIE_SAMESITE = \"lax\""}) {
    const std::string name(line, std::string_view(line).find(' '));
    EXPECT_THAT(refusal(jwt_auth + line + "\n"), HasSubstr(name + ": ")) << line;
  }
  EXPECT_THAT(refusal(jwt_auth + "JWT_AUTH_COOKIE_SAMESITE = \"None\"\n"
                                 "JWT_AUTH_COOKIE_SECURE = false\n"),
              HasSubstr("only with JWT_AUTH_COOKIE_SECURE = true"));
  EXPECT_THAT(refusal(jwt_auth + "JWT_AUTH_COOKIE = \"a\"\nJWT_IMPERSONATION_COOKIE = \"a\"\n"),
              HasSubstr("is the name of JWT_AUTH_COOKIE too"));
}

TEST_F(ConfigTest, WhatTheNameOfACookiePromisesMustBeSo) {
  const std::string host = jwt_auth + "JWT_AUTH_COOKIE = \"__Host-jwt\"\n";
  const std::string secure = jwt_auth + "JWT_IMPERSONATION_COOKIE = \"__secure-imp\"\n";
  EXPECT_EQ(refusal(host), "");
  EXPECT_EQ(
      refusal(secure + "JWT_AUTH_COOKIE_DOMAIN = \"a.example\"\nJWT_AUTH_COOKIE_PATH = \"/api\"\n"),
      "");
  const std::string demands = ": JWT_AUTH_COOKIE: a name that begins with __Host- demands ";
  EXPECT_THAT(refusal(host + "JWT_AUTH_COOKIE_SECURE = false\n"),
              HasSubstr(demands + "JWT_AUTH_COOKIE_SECURE = true"));
  EXPECT_THAT(refusal(host + "JWT_AUTH_COOKIE_PATH = \"/api\"\n"),
              HasSubstr(demands + "JWT_AUTH_COOKIE_PATH = \"/\""));
  EXPECT_THAT(refusal(host + "JWT_AUTH_COOKIE_DOMAIN = \"a.example\"\n"),
              HasSubstr(demands + "that JWT_AUTH_COOKIE_DOMAIN is not set"));
  EXPECT_THAT(refusal(secure + "JWT_AUTH_COOKIE_SECURE = false\n"),
              HasSubstr("JWT_IMPERSONATION_COOKIE: a name that begins with __Secure- demands "
                        "JWT_AUTH_COOKIE_SECURE = true"));
  EXPECT_THAT(refusal(jwt_auth + "JWT_AUTH_COOKIE = \"csrftoken\"\n"),
              HasSubstr("JWT_AUTH_COOKIE: is the cookie that scripts"));
}

TEST_F(ConfigTest, CookiesOfAPairAreCheckedToo) {
  const std::string pairs = jwt_auth + "JWT_AUTH_COOKIE = \"jwt\"\n[SIMPLE_JWT]\n";
  EXPECT_EQ(refusal(pairs + "AUTH_COOKIE = \"__Host-a\"\nAUTH_COOKIE_REFRESH = \"__Secure-r\"\n"),
            "");
  EXPECT_EQ(
      refusal(pairs + "AUTH_COOKIE_REFRESH = \"__Host-r\"\nAUTH_COOKIE_REFRESH_PATH = \"/\"\n"),
      "");
  for (const auto& [line, said] : std::initializer_list<std::pair<const char*, const char*>>{
           {"AUTH_COOKIE_REFRESH = \"__Host-r\"",
            "AUTH_COOKIE_REFRESH: a name that begins with __Host- demands AUTH_COOKIE_REFRESH_PATH "
            "= \"/\""},
           {"AUTH_COOKIE = \"a b\"", "AUTH_COOKIE: is no name"},
           {"AUTH_COOKIE_REFRESH_PATH = \"a\"", "AUTH_COOKIE_REFRESH_PATH: is no path"},
           {"AUTH_COOKIE = \"jwt\"", "AUTH_COOKIE: \"jwt\" is another token's cookie"},
           {"AUTH_COOKIE = \"a\"\nAUTH_COOKIE_REFRESH = \"a\"",
            "AUTH_COOKIE_REFRESH: \"a\" is another"},
           {"AUTH_COOKIE_REFRESH = \"a\"\nAUTH_TOKEN_CLASSES = [\"SlidingToken\"]",
            "AUTH_COOKIE_REFRESH: is not used"}})
    EXPECT_THAT(refusal(pairs + line + "\n"), HasSubstr(said)) << line;
}

TEST_F(ConfigTest, OriginsAreNamedOneByOne) {
  const std::string origins = jwt_auth + "[cors]\nCORS_ALLOWED_ORIGINS = ";
  EXPECT_EQ(good(origins + "[]\n").cors.allowed_origins.size(), 0u);
  EXPECT_EQ(good(origins + "[\"https://a.example\"]\n").cors.allowed_origins,
            std::vector<std::string>{"https://a.example"});
  EXPECT_THAT(refusal(origins + "[\"https://a.example\", \"*\"]\n"),
              HasSubstr("CORS_ALLOWED_ORIGINS: \"*\": \"*\" would let every page"));
  EXPECT_THAT(refusal(origins + "[\"null\"]\n"), HasSubstr("sandbox"));
  EXPECT_THAT(refusal(origins + "[\"https://a.example/\"]\n"),
              HasSubstr("browsers send this origin as \"https://a.example\""));
  for (const auto* wrong : {"\"https://a.example\"", "true", "[1]", "{}", "[\"a.example\"]"})
    EXPECT_THAT(refusal(origins + wrong + "\n"), HasSubstr("CORS_ALLOWED_ORIGINS: ")) << wrong;
}

TEST_F(ConfigTest, OriginsThatCanDoLessThanTheyLookAreWarnedOf) {
  const std::string one = "[cors]\nCORS_ALLOWED_ORIGINS = [\"https://a.example\"]\n";
  const std::string cookie = jwt_auth + "JWT_AUTH_COOKIE = \"jwt\"\n";
  EXPECT_THAT(good(jwt_auth + one).warnings, IsEmpty());
  EXPECT_THAT(good(cookie + one + "CORS_ALLOW_CREDENTIALS = true\n").warnings, IsEmpty());
  EXPECT_THAT(good(cookie + one).warnings, ElementsAre(HasSubstr("cannot log in")));
  EXPECT_THAT(good(jwt_auth + "[cors]\nCORS_ALLOW_CREDENTIALS = true\n").warnings,
              ElementsAre(HasSubstr("allows nothing")));
}

TEST_F(ConfigTest, TheUsernameFieldIsTheColumnUnlessOneIsNamed) {
  EXPECT_EQ(good(jwt_auth + "[users]\nUSERNAME_FIELD = \"email\"\n").users.username, "email");
  const auto both = good(jwt_auth + "[users]\nusername = \"mail\"\nUSERNAME_FIELD = \"email\"\n");
  EXPECT_EQ(both.users.username, "mail");
  EXPECT_EQ(both.auth.username_field, "email");
}

TEST_F(ConfigTest, HandlersAreCodeAndSayWhatTheServerHasInstead) {
  EXPECT_THAT(refusal(jwt_auth + "JWT_PAYLOAD_HANDLER = \"x.y\"\n"), HasSubstr("[claims]"));
  EXPECT_THAT(refusal(jwt_auth + "JWT_ENCODE_HANDLER = \"x.y\"\n"), HasSubstr("library"));
  EXPECT_THAT(refusal(jwt_auth + "JWT_DECODE_HANDLER = \"x.y\"\n"), HasSubstr("library"));
}

// Algorithms and secrets.

TEST_F(ConfigTest, AlgorithmsThatCannotBeAreRefused) {
  for (const auto* name : {"none", "NONE", "hs256", "es256k", "eddsa", "Ed25519ph", ""})
    EXPECT_THAT(refusal(jwt_auth + "JWT_ALGORITHM = \"" + name + "\"\n"),
                HasSubstr("JWT_ALGORITHM"))
        << name;
}

TEST_F(ConfigTest, TheNewerAlgorithmsAreTakenByAllTheirNames) {
  for (const auto& [written, meant] :
       std::map<std::string, jose::Algorithm>{{"ES256K", jose::Algorithm::ES256K},
                                              {"EdDSA", jose::Algorithm::Ed25519},
                                              {"Ed25519", jose::Algorithm::Ed25519},
                                              {"Ed448", jose::Algorithm::Ed448}}) {
    need_secret = false;
    const auto config = good("[JWT_AUTH]\nJWT_ALGORITHM = \"" + written + "\"\n");
    EXPECT_THAT(config.auth.algorithms, ElementsAre(meant)) << written;
  }
}

TEST_F(ConfigTest, AnEncryptedPrivateKeyNeedsItsPassphrase) {
  write("key.pem", test::key_file("ec_encrypted.pem"));
  const std::string text =
      "[JWT_AUTH]\nJWT_ALGORITHM = \"ES256\"\nJWT_PRIVATE_KEY_FILE = \"key.pem\"\n";
  EXPECT_THAT(refusal(text), HasSubstr("JWT_PRIVATE_KEY_PASSPHRASE_FILE"));
  environment["JWT_PRIVATE_KEY_PASSPHRASE"] = "correct horse";
  EXPECT_EQ(refusal(text), "");
  for (const auto& origin : good(text).origins)
    EXPECT_THAT(origin.value, Not(HasSubstr("correct horse")));
  environment["JWT_PRIVATE_KEY_PASSPHRASE"] = "wrong-word";
  EXPECT_THAT(refusal(text), HasSubstr("JWT_PRIVATE_KEY: "));
  EXPECT_THAT(refusal(text), Not(HasSubstr("wrong-word")));
}

TEST_F(ConfigTest, ThePassphraseMayStandInAFile) {
  write("key.pem", test::key_file("ec_encrypted.pem"));
  write("pass", "correct horse\n");
  const std::string text =
      "[JWT_AUTH]\nJWT_ALGORITHM = \"ES256\"\nJWT_PRIVATE_KEY_FILE = \"key.pem\"\n"
      "JWT_PRIVATE_KEY_PASSPHRASE_FILE = \"pass\"\n";
  EXPECT_EQ(refusal(text), "");
  EXPECT_THAT(refusal(text + "JWT_PRIVATE_KEY_PASSPHRASE = \"x\"\n"),
              HasSubstr("exclude each other"));
}

TEST_F(ConfigTest, APublicKeyMayBeACertificate) {
  write("key.pem", test::key_file("ec.pem"));
  write("cert.pem", test::key_file("ec_certificate.pem"));
  EXPECT_EQ(refusal("[JWT_AUTH]\nJWT_ALGORITHM = \"ES256\"\nJWT_PRIVATE_KEY_FILE = \"key.pem\"\n"
                    "JWT_PUBLIC_KEY_FILE = \"cert.pem\"\n"),
            "");
}

// Pairs.

TEST_F(ConfigTest, PairsAreThereWhereTheirTableIs) {
  EXPECT_FALSE(good(jwt_auth).pairs);
  const auto pairs = good(jwt_auth + "[SIMPLE_JWT]\n").pairs;
  ASSERT_TRUE(pairs);
  EXPECT_EQ(pairs->access_token_lifetime, 5min);
  EXPECT_EQ(pairs->refresh_token_lifetime, 24h);
  EXPECT_FALSE(pairs->rotate_refresh_tokens);
  EXPECT_EQ(pairs->reuse_interval, 10s);
  EXPECT_THAT(pairs->auth_header_types, ElementsAre("Bearer"));
}

TEST_F(ConfigTest, SettingsOfPairsAreCheckedByTheirNames) {
  for (const auto& [line, said] : std::map<std::string, std::string>{
           {"ACCESS_TOKEN_LIFETIME = 0", "ACCESS_TOKEN_LIFETIME: is shorter than a second"},
           {"REFRESH_REUSE_INTERVAL = \"2m\"", "REFRESH_REUSE_INTERVAL: expected from 0s to 1m"},
           {"REFRESH_REUSE_INTERVAL = 0.5", "REFRESH_REUSE_INTERVAL: expected whole seconds"},
           {"ALGORITHM = \"none\"", "ALGORITHM: unsigned tokens"},
           {"ALGORITHM = \"ES256\"", "SIGNING_KEY: there is none"},
           {"SIGNING_KEY = \"short\"", "SIGNING_KEY: "},
           {"VERIFYING_KEY = \"x\"", "VERIFYING_KEY: is not used without SIGNING_KEY"},
           {"AUTH_HEADER_TYPES = \"a b\"", "AUTH_HEADER_TYPES: expected authentication schemes"},
           {"AUTH_TOKEN_CLASSES = \"RefreshToken\"", "AUTH_TOKEN_CLASSES: expected"},
           {"JTI_CLAIM = \"exp\"", "JTI_CLAIM: \"exp\" is another claim's name"},
           {"USER_ID_FIELD = \"email\"", "USER_ID_FIELD: expected \"id\" or \"username\""},
           {"TOKEN_USER_CLASS = \"x\"", "TOKEN_USER_CLASS: a function or class in Python"},
           {"LEEWAY = \"2h\"", "LEEWAY: more than an hour"},
           {"ACCESS_TOKEN_LIFETYME = 5", "did you mean ACCESS_TOKEN_LIFETIME?"}})
    EXPECT_THAT(refusal(jwt_auth + "[SIMPLE_JWT]\n" + line + "\n"), HasSubstr(said)) << line;
}

TEST_F(ConfigTest, NoLoginIsNotedWhereNothingIsWritten) {
  const std::string noted = jwt_auth + "[SIMPLE_JWT]\nUPDATE_LAST_LOGIN = true\n[users]\n";
  EXPECT_THAT(refusal(noted + "write = \"nothing\"\n"),
              HasSubstr("UPDATE_LAST_LOGIN: would write"));
  EXPECT_EQ(refusal(noted), "");
}

TEST_F(ConfigTest, PairsMayHaveAKeyOfTheirOwnThatIsNeverShown) {
  write("pair.key", "another-secret-that-is-32-bytes-long\n");
  const std::string text = jwt_auth + "[SIMPLE_JWT]\nSIGNING_KEY_FILE = \"pair.key\"\n";
  const auto config = good(text);
  ASSERT_TRUE(config.pairs);
  EXPECT_EQ(config.pairs->signing_key.entries().at(0).text.reveal(),
            "another-secret-that-is-32-bytes-long");
  for (const auto& origin : config.origins)
    EXPECT_THAT(origin.value, Not(HasSubstr("another-secret")));
  EXPECT_THAT(refusal(text + "SIGNING_KEY = \"x\"\n"), HasSubstr("exclude each other"));
  // A name so common would be somebody else's variable.
  environment["SIGNING_KEY"] = "short";
  EXPECT_EQ(refusal(text), "");
}

TEST_F(ConfigTest, NoClaimOfASingleTokenIsCalledAsTheTypeOfAToken) {
  const std::string claims = "[claims]\nuser_id = { column = \"id\" }\ntoken_type = \"x\"\n";
  EXPECT_THAT(refusal(jwt_auth + claims), HasSubstr("token_type: is what tells"));
  EXPECT_EQ(refusal(jwt_auth + "[SIMPLE_JWT]\nTOKEN_TYPE_CLAIM = \"typ\"\n" + claims), "");
}

// Keys that take turns.

TEST_F(ConfigTest, KeysThatTakeTurnsNeedNoSecret) {
  EXPECT_EQ(refusal("[keys]\ndirectory = \"keys\"\n"), "");
  const auto config = good("[keys]\ndirectory = \"keys\"\n");
  EXPECT_EQ(config.keys.directory, folder.path() / "keys");
  EXPECT_EQ(config.keys.publication_period, 24h);
  EXPECT_EQ(config.keys.cache_max_age, 5min);
}

TEST_F(ConfigTest, TheyAreInADirectoryOrInAFile) {
  environment["RESTJWT_KEYS_PASSPHRASE"] = "a passphrase";
  EXPECT_THAT(refusal("[keys]\ndirectory = \"keys\"\nfile = \"keys.jwe\"\n"),
              HasSubstr("restjwt.toml:3: file: directory and file exclude each other"));
}

TEST_F(ConfigTest, AFileOfThemNeedsAPassphraseThatIsNeverShown) {
  const std::string text = "[keys]\nfile = \"keys.jwe\"\n";
  EXPECT_THAT(refusal(text), HasSubstr("RESTJWT_KEYS_PASSPHRASE"));
  environment["RESTJWT_KEYS_PASSPHRASE"] = "correct horse battery";
  for (const auto& origin : good(text).origins)
    EXPECT_THAT(origin.value, Not(HasSubstr("correct horse battery")));
  environment.clear();
  EXPECT_EQ(refusal(text + "passphrase_file = \"pass\"\n"), "");
}

TEST_F(ConfigTest, APassphraseThatNothingUsesIsRefused) {
  EXPECT_THAT(refusal("[keys]\ndirectory = \"keys\"\npassphrase_file = \"pass\"\n"),
              HasSubstr("passphrase_file: is of file"));
}

TEST_F(ConfigTest, APassphraseInTheEnvironmentThatNothingUsesIsWarnedOf) {
  environment["RESTJWT_KEYS_PASSPHRASE"] = "a passphrase";
  EXPECT_THAT(good("[keys]\ndirectory = \"keys\"\n").warnings,
              ElementsAre(HasSubstr("RESTJWT_KEYS_PASSPHRASE is of file")));
  EXPECT_THAT(good("[keys]\nfile = \"keys.jwe\"\n").warnings, IsEmpty());
}

TEST_F(ConfigTest, AnAddressOfKeysThatNoMetadataTellIsWarnedOf) {
  const std::string text =
      "[keys]\ndirectory = \"keys\"\njwks_uri = \"https://id.example/keys.json\"\n[JWT_AUTH]\n";
  EXPECT_THAT(good(text).warnings, ElementsAre(HasSubstr("jwks_uri")));
  EXPECT_THAT(good(text + "JWT_ISSUER = \"us\"\n").warnings, ElementsAre(HasSubstr("jwks_uri")));
  EXPECT_THAT(good(text + "JWT_ISSUER = \"https://id.example\"\n").warnings, IsEmpty());
}

TEST_F(ConfigTest, AWorldReadablePassphraseIsWarnedOf) {
  const auto file = write("pass", "a passphrase", 0644);
  EXPECT_THAT(
      good("[keys]\nfile = \"keys.jwe\"\npassphrase_file = \"pass\"\n").warnings,
      ElementsAre(file + " holds the passphrase of " + (folder.path() / "keys.jwe").string() +
                  " and can be read by everybody: chmod 600 " + file));
}

TEST_F(ConfigTest, ACacheMustForgetBeforeAKeySigns) {
  const std::string period = "[keys]\ndirectory = \"keys\"\npublication_period = \"10m\"\n";
  EXPECT_EQ(refusal(period), "");
  EXPECT_EQ(refusal(period + "cache_max_age = \"5m\"\n"), "");
  EXPECT_THAT(refusal(period + "cache_max_age = \"301s\"\n"),
              HasSubstr("cache_max_age: is over half of publication_period (10m)"));
}

TEST_F(ConfigTest, InstantsOfKeysAreWholeSeconds) {
  for (const auto* wrong : {"0", "1.5", "-1", "\"500ms\"", "\"400d\""})
    EXPECT_THAT(refusal("[keys]\npublication_period = " + std::string(wrong) + "\n"),
                HasSubstr("publication_period: expected"))
        << wrong;
}

TEST_F(ConfigTest, UsersSecretKeysExcludeKeysThatTakeTurns) {
  EXPECT_THAT(refusal("[keys]\ndirectory = \"keys\"\n[JWT_AUTH]\n"
                      "JWT_GET_USER_SECRET_KEY = { column = \"jwt_secret\" }\n"),
              HasSubstr("restjwt.toml:4: JWT_GET_USER_SECRET_KEY: excludes keys that take turns"));
}

TEST_F(ConfigTest, NoSecretIsRefusedWhereOneIsNeeded) {
  EXPECT_THAT(refusal(""), HasSubstr("JWT_SECRET_KEY: there is no secret"));
  need_secret = false;
  EXPECT_EQ(refusal(""), "");
}

TEST_F(ConfigTest, AShortSecretIsTakenByItsSwitchAndWarnedOf) {
  const std::string text = "[JWT_AUTH]\nJWT_SECRET_KEY = \"a-private-one\"\n";
  EXPECT_THAT(refusal(text), HasSubstr("JWT_SECRET_KEY"));
  EXPECT_THAT(refusal(text), Not(HasSubstr("a-private-one")));
  EXPECT_EQ(good("allow_short_secret = true\n" + text).warnings.size(), 1U);
}

TEST_F(ConfigTest, ASecretShorterThanItsHashIsShort) {
  EXPECT_EQ(refusal(jwt_auth + "JWT_ALGORITHM = \"HS256\"\n"), "");
  EXPECT_THAT(refusal(jwt_auth + "JWT_ALGORITHM = \"HS384\"\n"), HasSubstr("HS384 needs 48"));
  EXPECT_THAT(refusal(jwt_auth + "JWT_ALGORITHM = \"HS512\"\n"), HasSubstr("HS512 needs 64"));
}

TEST_F(ConfigTest, APublishedSecretIsRefusedAndNotRepeated) {
  const auto text =
      refusal("allow_short_secret = true\n[JWT_AUTH]\nJWT_SECRET_KEY = \"changeme\"\n");
  EXPECT_THAT(text, HasSubstr("publicly known"));
  EXPECT_THAT(text, Not(HasSubstr("changeme")));
}

TEST_F(ConfigTest, Rs256NeedsAPrivateKeyAndHs256NoKeyFile) {
  EXPECT_THAT(refusal(jwt_auth + "JWT_ALGORITHM = \"RS256\"\n"), HasSubstr("JWT_SECRET_KEY"));
  std::ifstream in("data/keys/rsa.pem");
  const std::string pem{std::istreambuf_iterator<char>(in), {}};
  write("key.pem", pem);
  const std::string from_file = "[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"key.pem\"\n";
  EXPECT_EQ(refusal(from_file + "JWT_ALGORITHM = \"RS256\"\n"), "");
  EXPECT_THAT(refusal(from_file), HasSubstr("JWT_SECRET_KEY"));
}

TEST_F(ConfigTest, ASecretFileLosesOneNewlineOnly) {
  for (const auto& [content, meant] : std::map<std::string, std::string>{
           {std::string(secret), std::string(secret)},
           {std::string(secret) + "\n", std::string(secret)},
           {std::string(secret) + "\r\n", std::string(secret)},
           {std::string(secret) + "\n\n", std::string(secret) + "\n"}}) {
    write("s", content);
    EXPECT_EQ(good("[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"s\"\n")
                  .auth.secret_key.entries()
                  .at(0)
                  .text.reveal(),
              meant);
  }
}

TEST_F(ConfigTest, ASecretFileOthersCanReadIsWarnedOfWithTheRemedy) {
  const std::string text = "[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"s\"\n";
  write("s", secret, 0644);
  EXPECT_THAT(good(text).warnings, ::testing::ElementsAre(HasSubstr("chmod 600")));
  write("s", secret, 0640);
  EXPECT_THAT(good(text).warnings, IsEmpty());
}

TEST_F(ConfigTest, ASecretFileOthersCanWriteIsRefusedWithTheRemedy) {
  for (const mode_t mode : {0620, 0602}) {
    write("s", secret, mode);
    EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"s\"\n"), HasSubstr("chmod 600"));
  }
}

TEST_F(ConfigTest, ASecretFileThatIsNoFileIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"pipe\"\n"),
              HasSubstr("is no regular file"));
}

TEST_F(ConfigTest, AMissingOrEmptySecretFileIsRefused) {
  EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"nowhere\"\n"), HasSubstr("nowhere"));
  write("s", "\n");
  EXPECT_THAT(refusal("[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"s\"\n"), HasSubstr("JWT_SECRET_KEY"));
}

TEST_F(ConfigTest, SecretAndSecretFileExcludeEachOther) {
  write("s", secret);
  EXPECT_THAT(refusal(jwt_auth + "JWT_SECRET_KEY_FILE = \"s\"\n"), HasSubstr("exclude each other"));
  EXPECT_THAT(refusal(jwt_auth + "JWT_SECRET_KEYS = \"s\"\n"),
              AllOf(HasSubstr("unknown key"), Not(HasSubstr("exclude each other"))));
}

// Where values come from.

TEST_F(ConfigTest, TheEnvironmentBeatsTheFile) {
  environment = {{"JWT_SECRET_KEY", "another-secret-of-sufficient-length-0123"},
                 {"JWT_ALLOW_REFRESH", "True"},
                 {"JWT_LEEWAY", "10"},
                 {"JWT_ALGORITHM", "HS256"}};
  const auto config = good(jwt_auth + "JWT_ALLOW_REFRESH = false\nJWT_LEEWAY = 1\n");
  EXPECT_EQ(config.auth.secret_key.entries().at(0).text.reveal(),
            "another-secret-of-sufficient-length-0123");
  EXPECT_TRUE(config.auth.allow_refresh);
  EXPECT_EQ(config.auth.leeway, 10s);
}

TEST_F(ConfigTest, ASecretMayComeFromAFileNamedInTheEnvironment) {
  environment["JWT_SECRET_KEY_FILE"] = write("s", "a-secret-from-a-file-0123456789-0123456789\n");
  EXPECT_EQ(good(jwt_auth).auth.secret_key.entries().at(0).text.reveal(),
            "a-secret-from-a-file-0123456789-0123456789");
}

TEST_F(ConfigTest, SecretAndSecretFileInTheEnvironmentExcludeEachOther) {
  environment = {{"JWT_SECRET_KEY", std::string(secret)}, {"JWT_SECRET_KEY_FILE", "s"}};
  EXPECT_THAT(refusal(""), HasSubstr("environment: JWT_SECRET_KEY: JWT_SECRET_KEY and "
                                     "JWT_SECRET_KEY_FILE exclude each other"));
}

TEST_F(ConfigTest, AnEmptyVariableIsNotSet) {
  environment = {{"JWT_SECRET_KEY", ""}, {"JWT_LEEWAY", ""}};
  EXPECT_EQ(refusal(jwt_auth), "");
}

TEST_F(ConfigTest, OnlyTheOriginalsNamesAreLookedForInTheEnvironment) {
  environment = {{"listen", "x"}, {"PASSWORD_HASHER", "x"}, {"allow_insecure", "true"}};
  EXPECT_EQ(refusal(jwt_auth), "");
}

TEST_F(ConfigTest, AWrongVariableIsNamedAsSuch) {
  environment["JWT_LEEWAY"] = "soon";
  EXPECT_THAT(refusal(jwt_auth), HasSubstr("environment: JWT_LEEWAY: expected"));
}

TEST_F(ConfigTest, TheCommandLineBeatsBoth) {
  listen = "127.0.0.1:9000";
  database = "sqlite:/somewhere/else.db";
  const auto config = good("listen = \"127.0.0.1:8000\"\ndatabase = \"sqlite:a.db\"\n" + jwt_auth);
  EXPECT_EQ(config.http.port, 9000);
  EXPECT_EQ(config.database_file, "/somewhere/else.db");
}

TEST_F(ConfigTest, EveryValueKnowsItsSourceAndSecretsAreMasked) {
  std::map<std::string, Origin> origins;
  for (const auto& origin : good(jwt_auth + "JWT_ALLOW_REFRESH = true\n").origins) {
    EXPECT_THAT(origin.value, Not(HasSubstr(std::string(secret))));
    origins[origin.key] = origin;
  }
  EXPECT_EQ(origins.at("JWT_AUTH.JWT_SECRET_KEY").value, "(set, 40 bytes)");
  EXPECT_EQ(origins.at("JWT_AUTH.JWT_ALLOW_REFRESH").source, "restjwt.toml:3");
  EXPECT_EQ(origins.at("JWT_AUTH.JWT_LEEWAY").source, "default");
}

// Unsafe combinations.

TEST_F(ConfigTest, UnverifiedTokensNeedAllowInsecureAndAreWarnedOf) {
  const std::string off = jwt_auth + "JWT_VERIFY = false\nJWT_VERIFY_EXPIRATION = false\n";
  EXPECT_THAT(refusal(off), HasSubstr("restjwt.toml:3: JWT_VERIFY: "));
  EXPECT_THAT(refusal(off), HasSubstr("restjwt.toml:4: JWT_VERIFY_EXPIRATION: "));
  EXPECT_EQ(good("allow_insecure = true\n" + off).warnings.size(), 2U);
}

TEST_F(ConfigTest, AnAddressOthersReachNeedsAProxy) {
  for (const auto* address : {"0.0.0.0:8000", "192.0.2.1:80", "[::]:80"}) {
    const std::string line = "listen = \"" + std::string(address) + "\"\n";
    EXPECT_THAT(refusal(line + jwt_auth), HasSubstr("behind_proxy")) << address;
    EXPECT_EQ(refusal(line + "behind_proxy = true\n" + jwt_auth), "") << address;
  }
  for (const auto* address : {"127.0.0.1:0", "127.9.9.9:1", "[::1]:80", "localhost:80"})
    EXPECT_EQ(refusal("listen = \"" + std::string(address) + "\"\n" + jwt_auth), "") << address;
}

TEST_F(ConfigTest, AddressesThatCannotBeAreRefused) {
  for (const auto* address : {"", "8000", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:x", "a b:1",
                              "::1:80", "127.0.0.1:-1"})
    EXPECT_THAT(refusal("listen = \"" + std::string(address) + "\"\n" + jwt_auth),
                HasSubstr("listen: expected"))
        << address;
}

TEST_F(ConfigTest, ADatabaseIsSqliteOrPostgres) {
  EXPECT_EQ(good("database = \"postgres://h/d\"\n" + jwt_auth).database_url.reveal(),
            "postgres://h/d");
  EXPECT_TRUE(good(jwt_auth).database_url.empty());
  for (const auto* url : {"mysql://h/d", "restjwt.db", "sqlite:", "postgresql:d", ""})
    EXPECT_THAT(refusal("database = \"" + std::string(url) + "\"\n" + jwt_auth),
                HasSubstr("restjwt.toml:1: database: "))
        << url;
}

TEST_F(ConfigTest, ThePasswordOfTheDatabaseIsMaskedAndStaysOffTheCommandLine) {
  const auto config = good("database = \"postgresql://u:s3cr3t@h/d\"\n" + jwt_auth);
  EXPECT_EQ(config.database, "postgresql://u:***@h/d");
  EXPECT_EQ(config.database_url.reveal(), "postgresql://u:s3cr3t@h/d");
  for (const auto& origin : config.origins) EXPECT_THAT(origin.value, Not(HasSubstr("s3cr3t")));

  database = "postgresql://u:s3cr3t@h/d";
  EXPECT_THAT(refusal(jwt_auth), AllOf(HasSubstr("command line: database: "),
                                       HasSubstr("PGPASSFILE"), Not(HasSubstr("s3cr3t"))));
  database = "postgresql://u@h/d?password=s3cr3t";
  EXPECT_THAT(refusal(jwt_auth), HasSubstr("PGPASSFILE"));
  database = "postgresql://u@h/d";
  EXPECT_EQ(good("database = \"sqlite:a.db\"\n" + jwt_auth).database_url.reveal(), *database);
  database = "sqlite:a.db";
  EXPECT_TRUE(good("database = \"postgresql://h/d\"\n" + jwt_auth).database_url.empty());
}

TEST_F(ConfigTest, AFileThatEverybodyCanReadShouldHoldNoPasswordOfTheDatabase) {
  const auto warnings_of = [&](const char* url) {
    const auto file = write("restjwt.toml",
                            "database = \"" + std::string(url) + "\"\n" +
                                "[JWT_AUTH]\nJWT_SECRET_KEY_FILE = \"secret\"\n",
                            0644);
    write("secret", secret);
    return load_config({.file = file}, true)->warnings;
  };
  EXPECT_THAT(warnings_of("postgresql://u:s3cr3t@h/d"),
              ElementsAre(HasSubstr("the password of the database and can be read by everybody")));
  EXPECT_THAT(warnings_of("postgresql://u@h/d"), IsEmpty());
}

TEST_F(ConfigTest, StatementsAreForSqliteOnly) {
  const std::string postgres = "database = \"postgresql://h/d\"\n";
  const std::string statements = jwt_auth +
                                 "JWT_GET_USER_SECRET_KEY = { sql = \"SELECT 1\" }\n"
                                 "[users]\nuser_profile_id = { sql = \"SELECT 1\" }\n"
                                 "[claims]\nuser_id = { column = \"id\" }\n"
                                 "team = { sql = \"SELECT 1 WHERE ?\" }\n";
  EXPECT_EQ(refusal(statements), "");
  const auto said = refusal(postgres + statements);
  for (const auto* line : {":4: JWT_GET_USER_SECRET_KEY: { sql = … } is for SQLite only",
                           ":6: user_profile_id: { sql = … } is for SQLite only",
                           ":9: team: { sql = … } is for SQLite only"})
    EXPECT_THAT(said, HasSubstr(line));
  EXPECT_EQ(refusal(postgres + jwt_auth +
                    "JWT_GET_USER_SECRET_KEY = { column = \"jwt_secret\" }\n"
                    "[claims]\nuser_id = { column = \"id\" }\n"),
            "");
}

// Claims.

TEST_F(ConfigTest, ClaimsAreConstantsColumnsAndStatements) {
  const auto config = good(jwt_auth + R"(JWT_PAYLOAD_GET_USER_ID_HANDLER = "uid"
[claims]
uid = { column = "id" }
iss = "me"
scope = { value = ["a", 1] }
team = { sql = "SELECT 1 WHERE ?" }
)");
  ASSERT_EQ(config.claims.size(), 4U);
  EXPECT_EQ(config.user_id_claim, "uid");
}

TEST_F(ConfigTest, AClaimThatCannotBeIsRefused) {
  for (const auto* line :
       {"exp = 5", "orig_iat = 5", "iat = 5", "nbf = \"x\"", "iat = { column = \"date_joined\" }",
        "x = { column = \"password\" }", "x = { column = \"nowhere\" }", "x = { sql = \"\" }",
        "x = { columns = \"id\" }", "x = { value = 1, column = \"id\" }", "x = [1]", "x = nan",
        "x = { value = inf }"})
    EXPECT_THAT(refusal(jwt_auth + "[claims]\nuser_id = { column = \"id\" }\n" + line + "\n"),
                HasSubstr("restjwt.toml:5: "))
        << line;
}

TEST_F(ConfigTest, ClaimsMustSayWhoItIs) {
  EXPECT_THAT(refusal(jwt_auth + "[claims]\nname = { column = \"username\" }\n"),
              HasSubstr("[claims] has no claim user_id"));
  EXPECT_THAT(refusal(jwt_auth + "[claims]\nuser_id = 1\n"), HasSubstr("same for all users"));
}

// Limits.

TEST_F(ConfigTest, InLaterProfilesTheNameIsAskedForAndAnIdHasToBeOne) {
  const std::string later = "profile = \"1.11.0\"\n" + jwt_auth;
  EXPECT_THAT(refusal(later + "[claims]\nuser_id = { column = \"id\" }\n"),
              HasSubstr("[claims] has no claim username"));
  EXPECT_THAT(refusal(later + "[claims]\nusername = { column = \"username\" }\n"
                              "user_id = { column = \"email\" }\n"),
              HasSubstr("JWT_PAYLOAD_GET_USER_ID_HANDLER: users are found by their id"));
  EXPECT_THAT(refusal(later + "JWT_PAYLOAD_GET_USER_ID_HANDLER = \"uid\"\n"),
              HasSubstr("without [claims] the claim that holds the user's id is user_id"));
  const auto nameless = good(later + "[claims]\nusername = { column = \"username\" }\n");
  EXPECT_THAT(nameless.warnings, ElementsAre(HasSubstr("gets his tokens too")));
}

TEST_F(ConfigTest, AnAudienceInClaimsNeedsTheSetting) {
  const std::string claims =
      "[claims]\nusername = { column = \"username\" }\nuser_id = { column "
      "= \"id\" }\naud = \"me\"\n";
  EXPECT_THAT(refusal("profile = \"drf-jwt\"\n" + jwt_auth + claims), HasSubstr("JWT_AUDIENCE"));
  EXPECT_EQ(refusal("profile = \"drf-jwt\"\n" + jwt_auth + "JWT_AUDIENCE = \"me\"\n" + claims), "");
}

TEST_F(ConfigTest, ALongLeewayIsWarnedOf) {
  const auto config = good("allow_insecure = true\n" + jwt_auth + "JWT_LEEWAY = \"10d\"\n");
  EXPECT_THAT(config.warnings, ElementsAre(HasSubstr("JWT_LEEWAY is longer than an hour")));
}

TEST_F(ConfigTest, LimitsAreRead) {
  const auto config = good(jwt_auth + R"([limits]
max_body_size = "1MiB"
max_header_count = 7
max_json_depth = 3
max_password_length = 100
idle_timeout = "5s"
)");
  EXPECT_EQ(config.http.limits.max_body_size, 1024U * 1024);
  EXPECT_EQ(config.http.limits.max_header_count, 7U);
  EXPECT_EQ(config.body.max_depth, 3U);
  EXPECT_EQ(config.auth.max_password_length, 100U);
  EXPECT_EQ(config.http.limits.idle_timeout, 5s);
}

TEST_F(ConfigTest, AbsurdLimitsAreRefused) {
  for (const auto* line : {"max_body_size = 0", "max_body_size = -1", "max_body_size = \"1TiB\"",
                           "max_body_size = 1.5", "max_json_depth = 100000", "max_connections = 0",
                           "idle_timeout = 0", "idle_timeout = \"2d\"", "max_token_length = \"x\""})
    EXPECT_THAT(refusal(jwt_auth + "[limits]\n" + line + "\n"), HasSubstr("restjwt.toml:4: "))
        << line;
  EXPECT_THAT(refusal(jwt_auth + "[server]\nworkers = 0\n"), HasSubstr("workers: expected"));
  EXPECT_THAT(refusal(jwt_auth + "[server]\nhashing_queue = 0\n"), HasSubstr("hashing_queue"));
}

// Documentation.

TEST(SettingsDocument, HasAnEntryForEverySetting) {
  std::ifstream in("../docs/settings.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(text.empty());
  for (const auto& key : config_keys())
    EXPECT_THAT(text, HasSubstr("| `" + std::string(key.name) + "` |")) << key.path();
  for (const auto* name :
       {"JWT_ENCODE_HANDLER", "JWT_DECODE_HANDLER", "JWT_PAYLOAD_HANDLER",
        "JWT_PAYLOAD_GET_USER_ID_HANDLER", "JWT_SECRET_KEY", "JWT_ALGORITHM", "JWT_VERIFY",
        "JWT_VERIFY_EXPIRATION", "JWT_LEEWAY", "JWT_EXPIRATION_DELTA", "JWT_ALLOW_REFRESH",
        "JWT_REFRESH_EXPIRATION_DELTA", "JWT_AUTH_HEADER_PREFIX"})
    EXPECT_THAT(text, HasSubstr("| `" + std::string(name) + "` |"));
}

TEST_F(ConfigTest, ARateIsWrittenAsDjangoRestFrameworkWritesIt) {
  const auto rate = [&](const std::string& text) {
    return good(jwt_auth + "[throttle]\nrate = \"" + text + "\"\n").throttle;
  };
  EXPECT_EQ(rate("20/min").period, 1min);
  EXPECT_EQ(rate("20/min").rate, 20u);
  EXPECT_EQ(rate("5/s").period, 1s);
  EXPECT_EQ(rate("5/sec").period, 1s);
  EXPECT_EQ(rate("100/h").period, 1h);
  EXPECT_EQ(rate("1000/day").period, 24h);
  for (const auto* wrong :
       {"20", "20/", "/m", "20/w", "x/m", "20/mx", "-1/m", "1.5/m", "0/m", "20/s "})
    EXPECT_THAT(refusal(jwt_auth + "[throttle]\nrate = \"" + wrong + "\"\n"),
                HasSubstr("failed logins"))
        << wrong;
}

TEST_F(ConfigTest, ATrustedProxyIsAnAddressOrANetworkAndNotEverybody) {
  const auto refused = [&](const std::string& list) {
    return refusal("trusted_proxies = " + list + "\n" + jwt_auth);
  };
  EXPECT_THAT(refused(R"("127.0.0.1")"), HasSubstr("expected a list"));
  EXPECT_THAT(refused("[1]"), HasSubstr("expected a list"));
  for (const auto* wrong :
       {"proxy.example", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "::1/129", ""})
    EXPECT_THAT(refused("[\"" + std::string(wrong) + "\"]"), HasSubstr("is neither")) << wrong;
  for (const auto* everybody : {"0.0.0.0/0", "::/0"})
    EXPECT_THAT(refused("[\"" + std::string(everybody) + "\"]"), HasSubstr("is everybody"));
}

TEST_F(ConfigTest, BehindAProxyThatIsNotNamedNoAddressCounts) {
  EXPECT_TRUE(good(jwt_auth).throttle.by_address);
  const auto unnamed = good("behind_proxy = true\n" + jwt_auth);
  EXPECT_FALSE(unnamed.throttle.by_address);
  EXPECT_THAT(unnamed.warnings, ElementsAre(HasSubstr("name the proxy")));
  const auto named = good("behind_proxy = true\ntrusted_proxies = [\"10.0.0.5\"]\n" + jwt_auth);
  EXPECT_TRUE(named.throttle.by_address);
  EXPECT_THAT(named.warnings, IsEmpty());
  EXPECT_THAT(good("behind_proxy = true\n" + jwt_auth + "[throttle]\nenabled = false\n").warnings,
              IsEmpty());
}

TEST_F(ConfigTest, AMisspeltThrottleIsAdvisedUpon) {
  EXPECT_THAT(refusal(jwt_auth + "[throttel]\n"), HasSubstr("did you mean [throttle]?"));
  EXPECT_THAT(refusal(jwt_auth + "[throttle]\nmax_retry = 3\n"),
              HasSubstr("did you mean max_retries?"));
}

}  // namespace
}  // namespace restjwt::server
