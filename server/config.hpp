#pragma once
// What `restjwt serve` and the other commands are told: one TOML file, then environment variables,
// then the command line. Everything is checked before anything runs.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <restjwt/auth/pair_settings.hpp>
#include <restjwt/auth/settings.hpp>
#include <restjwt/auth/throttle.hpp>
#include <restjwt/http/cors.hpp>
#include <restjwt/http/parsers.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>
#include <restjwt/storage/user_table.hpp>

#include "server/http_server.hpp"
#include "server/log.hpp"

namespace restjwt::server {

/// One entry of [claims]: name = "text" | { value = … } | { column = "first_name" } | { sql =
/// "SELECT …" }.
struct ClaimSource {
  enum class Kind { constant, column, sql };
  std::string name{};
  Kind kind = Kind::constant;
  Json constant{};
  std::string text{};  ///< the column, or the statement
};

/// One effective value, for `config show`: where it came from, secrets already masked.
struct Origin {
  std::string key;
  std::string value;
  std::string source;  ///< "default", "restjwt.toml:7", "environment", "command line"
};

/// [users] write: what may be written into a database that restjwt did not make.
enum class Writes {
  nothing,
  commands,  ///< what `restjwt users …` was told to
  upgrades,  ///< and a weaker password hash is replaced at its owner's login
};

/// [keys]: keys that take turns, kept in a directory or in one encrypted file.
struct KeysConfig {
  std::filesystem::path directory{};
  std::filesystem::path file{};
  /// Of the file: in a file of its own, or in the environment as RESTJWT_KEYS_PASSPHRASE.
  std::filesystem::path passphrase_file{};
  Secret passphrase{};
  /// How long a key is published before it signs.
  std::chrono::seconds publication_period = std::chrono::hours{24};
  /// How long anybody may keep /.well-known/jwks.json.
  std::chrono::seconds cache_max_age = std::chrono::minutes{5};
  /// Where others find that document, in place of a path below JWT_ISSUER.
  std::string jwks_uri{};

  /// Whether there are such keys.
  bool are_kept() const { return !directory.empty() || !file.empty(); }
};

struct Config {
  /// Without the password that the URL may hold.
  std::string database = "sqlite:restjwt.db";
  std::filesystem::path database_file{};  ///< of SQLite, resolved
  Secret database_url{};                  ///< of PostgreSQL, as given; empty: SQLite
  bool database_holds_password = false;   ///< the URL does
  HttpOptions http{};
  /// How long users and revocations in memory are believed while the database does not answer.
  std::size_t stale_user_seconds = 30;
  /// While more are in force nobody can log in.
  std::size_t max_revocations = 10'000'000;
  /// How many tokens of asymmetric algorithms are remembered as verified; 0: none.
  std::size_t verified_token_cache = 0;
  http::BodyLimits body{};
  http::Cors cors{};
  Log::Options log{};
  auth::Settings auth{};
  /// [SIMPLE_JWT]; nothing: the table is not there, and neither are pairs.
  std::optional<auth::PairSettings> pairs{};
  /// [throttle]; by_address follows from behind_proxy and trusted_proxies.
  auth::ThrottleSettings throttle{};
  KeysConfig keys{};
  /// Whether PASSWORD_HASHER was chosen, and is no default.
  bool hasher_chosen = false;
  /// [users], with JWT_GET_USER_SECRET_KEY.
  storage::UserTable users{};
  Writes writes = Writes::commands;
  /// JWT_PAYLOAD_GET_USER_ID_HANDLER and JWT_PAYLOAD_GET_USERNAME_HANDLER: the claims that identify
  /// the user.
  std::string user_id_claim = "user_id";
  std::string username_claim = "username";
  /// JWT_RESPONSE_PAYLOAD_HANDLER: a template; null: the built-in answer.
  Json response{};
  /// [claims]: replaces the profile's payload when not empty; exp, orig_iat, and what other
  /// settings ask for (aud, iss, iat, jti, orig_jti) are added all the same.
  std::vector<ClaimSource> claims{};
  /// BLACKLIST_AFTER_ROTATION. Changes nothing: a refresh token that was rotated never works again.
  bool blacklist_after_rotation = false;
  /// Whether the profile drf-jwt serves /api-token-impersonate/.
  bool impersonation = true;
  /// Changes nothing: what can refuse no token any more is always deleted.
  bool delete_stale_blacklisted_tokens = false;
  bool demo_protected_url = false;
  /// Something in front of us speaks TLS: takes a listen address that is not loopback.
  bool behind_proxy = false;
  std::vector<Origin> origins{};
  /// What has to be said at every start, such as allow_insecure.
  std::vector<std::string> warnings{};

  bool has_user_secrets() const {
    return !users.secret_key_column.empty() || !users.secret_key_sql.empty();
  }
};

/// Where configuration comes from.
struct ConfigSources {
  std::optional<std::filesystem::path> file{};
  std::optional<std::string> database{};  ///< --database
  std::optional<std::string> listen{};    ///< --listen
  std::function<std::optional<std::string>(const std::string&)> environment{};
};

/// One thing that is wrong: "restjwt.toml:7: JWT_ALGORITM: unknown key; did you mean
/// JWT_ALGORITHM?"
struct ConfigProblem {
  std::string where;  ///< "restjwt.toml:7", "environment", "command line"
  std::string key;
  std::string message;
  std::string text() const { return where + ": " + (key.empty() ? "" : key + ": ") + message; }
};

/// Everything that is wrong, not only the first. `need_secret`: whether the command signs or
/// verifies tokens; without it a missing or weak secret is no problem.
Result<Config, std::vector<ConfigProblem>> load_config(const ConfigSources& sources,
                                                       bool need_secret);
/// The same from text instead of a file; relative paths count from `folder`.
Result<Config, std::vector<ConfigProblem>> parse_config(std::string_view toml,
                                                        const std::filesystem::path& folder,
                                                        const ConfigSources& sources,
                                                        bool need_secret);

}  // namespace restjwt::server
