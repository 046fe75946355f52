#include "server/config_check.hpp"

#include <sys/stat.h>

#include <algorithm>

#include <restjwt/http/key_routes.hpp>

#include "server/config_values.hpp"

namespace restjwt::server {
namespace {

using namespace std::string_view_literals;

class Checks {
 public:
  explicit Checks(Gathered& gathered) : gathered_(gathered) {}

  void check();
  void warn();

 private:
  void check_claims();
  void check_kept_keys();
  void check_statements();
  void check_pairs(auth::OtherKeys others);
  void check_built_in(std::string_view setting, const std::string& name, std::string_view built_in,
                      std::string_view column);
  void check_identity(std::string_view setting, const std::string& name, std::string_view column);
  void warn_of_readers(std::string_view table, std::string_view setting);

  Gathered& gathered_;
};

std::string readable_by_all(const std::string& holder, const std::string& what) {
  return holder + " holds " + what + " and can be read by everybody: chmod 600 " + holder;
}

/// What a key of [JWT_AUTH] holds, for people.
const char* content_of(std::string_view setting) {
  if (setting == "JWT_PRIVATE_KEY") return "the private key";
  if (setting == "SIGNING_KEY") return "the key that signs";
  return setting == "JWT_PRIVATE_KEY_PASSPHRASE" ? "the passphrase of the private key"
                                                 : "the secret";
}

void Checks::check_identity(std::string_view setting, const std::string& name,
                            std::string_view column) {
  const auto refuse = [&](std::string message) {
    gathered_.problem(gathered_.where_set("JWT_AUTH." + std::string(setting)), std::string(setting),
                      std::move(message));
  };
  const std::string what = "users are found by their " + std::string(column) + ", which the claim ";
  const std::string fix =
      "; write into [claims]: " + name + R"( = { column = ")" + std::string(column) + "\" }";
  const auto claim = std::ranges::find(gathered_.config.claims, name, &ClaimSource::name);
  if (claim == gathered_.config.claims.end()) return refuse("[claims] has no claim " + name + fix);
  if (claim->kind == ClaimSource::Kind::constant)
    return refuse("the claim " + name + " is the same for all users" + fix);
  if (claim->kind == ClaimSource::Kind::column && claim->text != column)
    return refuse(what + name + " is not" + fix);
}

void Checks::check_built_in(std::string_view setting, const std::string& name,
                            std::string_view built_in, std::string_view column) {
  if (name != built_in)
    gathered_.problem(gathered_.where_set("JWT_AUTH." + std::string(setting)), std::string(setting),
                      "without [claims] the claim that holds the user's " + std::string(column) +
                          " is " + std::string(built_in));
}

void Checks::check_claims() {
  constexpr auto id_setting = "JWT_PAYLOAD_GET_USER_ID_HANDLER"sv;
  constexpr auto name_setting = "JWT_PAYLOAD_GET_USERNAME_HANDLER"sv;
  const bool by_name = gathered_.config.auth.profile != auth::Profile::v1_0_1;
  if (gathered_.config.claims.empty()) {
    check_built_in(id_setting, gathered_.config.user_id_claim, "user_id", "id");
    return check_built_in(name_setting, gathered_.config.username_claim, "username", "name");
  }
  const auto has = [&](std::string_view name) {
    return std::ranges::find(gathered_.config.claims, name, &ClaimSource::name) !=
           gathered_.config.claims.end();
  };
  // Where the name decides, an id has to agree, if there is one.
  if (by_name) check_identity(name_setting, gathered_.config.username_claim, "username");
  if (!by_name || has(gathered_.config.user_id_claim) ||
      gathered_.config.user_id_claim != "user_id")
    check_identity(id_setting, gathered_.config.user_id_claim, "id");
  else
    gathered_.config.warnings.push_back(
        "[claims] has no claim user_id = { column = \"id\" }: whoever gets the name of a deleted "
        "user gets his tokens too");
  if (by_name && has("aud") && gathered_.config.auth.audience.empty())
    gathered_.problem(
        gathered_.where_set("claims.aud"), "aud",
        "tokens with an audience are refused unless JWT_AUDIENCE is set, which also puts it "
        "into them");
}

void Checks::check_kept_keys() {
  const auto& keys = gathered_.config.keys;
  const auto refuse = [&](const char* key, std::string message) {
    gathered_.problem(gathered_.where_set("keys." + std::string(key)), key, std::move(message));
  };
  if (!keys.directory.empty() && !keys.file.empty())
    refuse("file", "directory and file exclude each other; remove one");
  if (keys.file.empty() && !keys.passphrase_file.empty())
    refuse("passphrase_file", "is of file, which is not set; a directory is not encrypted");
  if (!keys.file.empty() && keys.passphrase.empty() && keys.passphrase_file.empty() &&
      gathered_.need_secret)
    refuse("file", keys.file.string() +
                       " is encrypted: set passphrase_file, or RESTJWT_KEYS_PASSPHRASE in the "
                       "environment");
  // Whoever fetched the keys just before a new one was published has it long before it signs.
  if (keys.cache_max_age > keys.publication_period / 2)
    refuse("cache_max_age", "is over half of publication_period (" +
                                duration_text(keys.publication_period) +
                                "): a key could sign before everybody has seen it");
}

/// What only SQLite is asked: a statement that somebody wrote, guarded so that it reads no
/// password.
void Checks::check_statements() {
  const auto& config = gathered_.config;
  if (config.database_url.empty()) return;
  const auto refuse = [&](const std::string& path, const std::string& key, const char* instead) {
    gathered_.problem(gathered_.where_set(path), key,
                      std::string("{ sql = … } is for SQLite only; in PostgreSQL ") + instead);
  };
  for (const auto& claim : config.claims)
    if (claim.kind == ClaimSource::Kind::sql)
      refuse("claims." + claim.name, claim.name,
             R"(take a column of the user, as in { column = "email" })");
  if (!config.users.secret_key_sql.empty())
    refuse("JWT_AUTH.JWT_GET_USER_SECRET_KEY", "JWT_GET_USER_SECRET_KEY",
           R"(put the secret into a column of the users' table: { column = "jwt_secret" })");
  if (!config.users.profile_id_sql.empty())
    refuse("users.user_profile_id", "user_profile_id",
           "leave it out; tokens then have no claim user_profile_id");
}

void Checks::check_pairs(auth::OtherKeys others) {
  const auto& config = gathered_.config;
  const std::string type_claim = config.pairs ? config.pairs->token_type_claim : "token_type";
  if (std::ranges::find(config.claims, type_claim, &ClaimSource::name) != config.claims.end())
    gathered_.problem(gathered_.where_set("claims." + type_claim), type_claim,
                      "is what tells the tokens of a pair from single ones, which are refused with "
                      "it; name the claim otherwise");
  if (!config.pairs) return;
  if (config.pairs->update_last_login && config.writes == Writes::nothing)
    gathered_.problem(gathered_.where_set("SIMPLE_JWT.UPDATE_LAST_LOGIN"), "UPDATE_LAST_LOGIN",
                      "would write into the table of users, where [users] write = \"nothing\"");
  for (auto& [setting, reason] : auth::check(*config.pairs, config.auth, others)) {
    const auto path = "SIMPLE_JWT." + setting;
    if (gathered_.refused.contains(path)) continue;
    if ((setting == "SIGNING_KEY" || setting == "VERIFYING_KEY") && !gathered_.need_secret)
      continue;
    gathered_.problem(gathered_.where_set(path), setting, std::move(reason));
  }
}

void Checks::check() {
  const Address address{gathered_.config.http.host, gathered_.config.http.port};
  if (!address.is_loopback() && !gathered_.config.behind_proxy)
    gathered_.problem(
        gathered_.where_set("listen"), "listen",
        "passwords and tokens would travel in clear text; listen on 127.0.0.1, or put a TLS proxy "
        "in front and set behind_proxy = true");
  // Behind a proxy that is not named everybody has its address.
  gathered_.config.throttle.by_address =
      !gathered_.config.behind_proxy || !gathered_.config.http.trusted_proxies.empty();
  check_claims();
  check_kept_keys();
  check_statements();
  if (!gathered_.set_at.contains("users.username"))
    gathered_.config.users.username = gathered_.config.auth.username_field;
  const auth::OtherKeys others{.users_own = gathered_.config.has_user_secrets(),
                               .take_turns = gathered_.config.keys.are_kept()};
  check_pairs(others);
  for (auto& [setting, reason] : auth::check(gathered_.config.auth, others)) {
    const auto path = "JWT_AUTH." + setting;
    if (gathered_.refused.contains(path)) continue;
    const bool secret = setting == "JWT_SECRET_KEY";
    const bool key = secret || setting == "JWT_PRIVATE_KEY" || setting == "JWT_PUBLIC_KEY";
    if (key && !gathered_.need_secret) continue;
    if (secret && gathered_.config.auth.secret_key.empty())
      reason = "there is no secret; set JWT_SECRET_KEY_FILE in [JWT_AUTH] or in the environment";
    gathered_.problem(gathered_.where_set(path), setting, std::move(reason));
  }
}

void Checks::warn() {
  auto add = [&](bool applies, std::string text) {
    if (applies) gathered_.config.warnings.push_back(std::move(text));
  };
  const auto& auth = gathered_.config.auth;
  add(auth.allow_insecure && !auth.verify,
      "JWT_VERIFY = false: no signature is checked, anybody can be anybody");
  add(auth.allow_insecure && !auth.verify_expiration,
      "JWT_VERIFY_EXPIRATION = false: tokens never expire");
  const bool long_leeway = auth.leeway > auth::longest_safe_leeway;
  add(auth.allow_insecure && long_leeway,
      "JWT_LEEWAY is longer than an hour: expired tokens live on for that long");
  add(auth.allow_insecure && auth.verify && auth.verify_expiration && !long_leeway,
      "allow_insecure = true allows nothing at present; remove it");
  add(auth.allow_short_secret,
      "allow_short_secret = true: a short secret can be found by trying (RFC 8725 section 3.5)");
  const auto& throttle = gathered_.config.throttle;
  add(throttle.enabled && !throttle.by_address,
      "behind_proxy = true, and trusted_proxies is not set: every client seems to come from the "
      "proxy, so that failed logins are counted per account only; name the proxy there");
  for (const auto setting :
       {"JWT_SECRET_KEY"sv, "JWT_PRIVATE_KEY"sv, "JWT_PRIVATE_KEY_PASSPHRASE"sv})
    warn_of_readers("JWT_AUTH", setting);
  warn_of_readers("SIMPLE_JWT", "SIGNING_KEY");
  add(gathered_.config.database_holds_password && gathered_.file_is_public,
      readable_by_all(gathered_.file_name, "the password of the database"));
  const auto& passphrase = gathered_.config.keys.passphrase_file;
  const auto& keys = gathered_.config.keys;
  add(!passphrase.empty() && is_public(passphrase),
      readable_by_all(passphrase.string(), "the passphrase of " + keys.file.string()));
  add(!keys.passphrase.empty() && keys.file.empty(),
      "RESTJWT_KEYS_PASSPHRASE is of file in [keys], which is not set; a directory is not "
      "encrypted");
  const auto& cors = gathered_.config.cors;
  add(cors.allow_credentials && cors.allowed_origins.empty(),
      "CORS_ALLOW_CREDENTIALS = true allows nothing without CORS_ALLOWED_ORIGINS");
  const auto& pairs = gathered_.config.pairs;
  const bool sets_cookies =
      !auth.cookies.auth.empty() ||
      (pairs && !(pairs->auth_cookie.empty() && pairs->auth_cookie_refresh.empty()));
  add(!cors.allowed_origins.empty() && !cors.allow_credentials && sets_cookies,
      "pages of CORS_ALLOWED_ORIGINS cannot log in, as that sets a cookie, which they may not do "
      "without CORS_ALLOW_CREDENTIALS = true");
  add(!keys.jwks_uri.empty() && !(auth.issuer && http::is_discoverable(*auth.issuer)),
      "jwks_uri is told by the metadata of JWT_ISSUER, which there are only where that is an https "
      "URL");
}

void Checks::warn_of_readers(std::string_view table, std::string_view setting) {
  const auto warn = [&](const std::string& holder) {
    gathered_.config.warnings.push_back(readable_by_all(holder, content_of(setting)));
  };
  if (const auto files = gathered_.key_files.find(setting); files != gathered_.key_files.end()) {
    for (const auto& file : files->second)
      if (is_public(file)) warn(file.string());
    return;
  }
  const auto source = gathered_.set_at.find(std::string(table) + "." + std::string(setting));
  if (gathered_.file_is_public && source != gathered_.set_at.end() &&
      source->second.starts_with(gathered_.file_name + ":"))
    warn(gathered_.file_name);
}

}  // namespace

bool is_public(const std::filesystem::path& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

void check_config(Gathered& gathered) {
  Checks checks(gathered);
  checks.check();
  checks.warn();
}

}  // namespace restjwt::server
