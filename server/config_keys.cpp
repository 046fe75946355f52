#include "server/config_keys.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "server/config_key_kinds.hpp"
#include "server/database_url.hpp"

namespace restjwt::server {
namespace {

struct NamedProfile {
  std::string_view name;
  auth::Profile profile;
};
constexpr NamedProfile profiles[] = {{"1.0.1", auth::Profile::v1_0_1},
                                     {"1.11.0", auth::Profile::v1_11_0},
                                     {"drf-jwt", auth::Profile::drf_jwt}};

/// The first key that is applied: the others change what it sets.
Refusal assign_profile(Config& config, const Given& given) {
  static constexpr std::array names{profiles[0].name, profiles[1].name, profiles[2].name};
  if (auto refusal = one_of(given.value, names)) return refusal;
  const auto found = std::ranges::find(profiles, given.value.as_string(), &NamedProfile::name);
  config.auth = auth::Settings::of(found->profile);
  return {};
}

std::string show_profile(const Config& config) {
  return in_quotes(std::ranges::find(profiles, config.auth.profile, &NamedProfile::profile)->name);
}

Refusal assign_listen(Config& config, const Given& given) {
  const auto address = read_address(given.value.is_string() ? given.value.as_string() : "");
  if (!address) return address.error();
  config.http.host = address->host;
  config.http.port = address->port;
  return {};
}

Refusal assign_database(Config& config, const Given& given) {
  auto url =
      read_database_url(given.value.is_string() ? given.value.as_string() : "", given.folder);
  if (!url) return url.error();
  if (given.is_text && url->holds_password)
    return "a command line can be read by everybody on this machine; leave the password out, and "
           "put it into a file that PGPASSFILE names, or into PGPASSWORD";
  config.database = std::move(url->shown);
  config.database_file = std::move(url->file);
  config.database_url = std::move(url->postgres);
  config.database_holds_password = url->holds_password;
  return {};
}

Refusal assign_hasher(Config& config, const Given& given) {
  static constexpr std::array<std::string_view, 2> names{"argon2", "pbkdf2_sha256"};
  if (auto refusal = one_of(given.value, names)) return refusal;
  config.auth.password_hasher = *auth::password_hasher_named(given.value.as_string());
  config.hasher_chosen = true;
  return {};
}

constexpr std::array<std::string_view, 5> log_levels{"debug", "info", "warning", "error", "off"};

Refusal assign_log_level(Config& config, const Given& given) {
  if (auto refusal = one_of(given.value, log_levels)) return refusal;
  const auto found = std::ranges::find(log_levels, given.value.as_string());
  config.log.level = static_cast<LogLevel>(found - log_levels.begin());
  return {};
}

constexpr std::size_t KiB = 1024, MiB = 1024 * KiB;
constexpr std::size_t million = 1'000'000;

// clang-format off
std::vector<ConfigKey> top_level_keys() {
  return {
      {"", "listen", assign_listen, [](const Config& c) { return in_quotes(Address{c.http.host, c.http.port}.text()); }},
      {"", "database", assign_database, [](const Config& c) { return in_quotes(c.database); }},
      count("", "stale_user_seconds", [](auto& c) -> auto& { return c.stale_user_seconds; }, 0, 86'400),
      count("", "max_revocations", [](auto& c) -> auto& { return c.max_revocations; }, 1000, 1000 * million),
      count("", "verified_token_cache", [](auto& c) -> auto& { return c.verified_token_cache; }, 0, million),
      {"", "profile", assign_profile, show_profile},
      flag("", "impersonation", [](auto& c) -> auto& { return c.impersonation; }),
      flag("", "behind_proxy", [](auto& c) -> auto& { return c.behind_proxy; }),
      trusted_proxies_key(),
      {"", "PASSWORD_HASHER", assign_hasher, [](const Config& c) { return in_quotes(name(c.auth.password_hasher.kind)); }},
      flag("", "fully_specified_algorithms", [](auto& c) -> auto& { return c.auth.fully_specified_algorithms; }),
      flag("", "allow_short_secret", [](auto& c) -> auto& { return c.auth.allow_short_secret; }),
      flag("", "allow_insecure", [](auto& c) -> auto& { return c.auth.allow_insecure; }),
  };
}

std::vector<ConfigKey> limit_keys() {
  return {
      size("max_request_line", [](auto& c) -> auto& { return c.http.limits.max_request_line; }, 64, MiB),
      size("max_header_line", [](auto& c) -> auto& { return c.http.limits.max_header_line; }, 64, MiB),
      size("max_header_size", [](auto& c) -> auto& { return c.http.limits.max_header_size; }, 64, MiB),
      count("limits", "max_header_count", [](auto& c) -> auto& { return c.http.limits.max_header_count; }, 1, 10'000),
      size("max_body_size", [](auto& c) -> auto& { return c.http.limits.max_body_size; }, 1, 1024 * MiB),
      count("limits", "max_json_depth", [](auto& c) -> auto& { return c.body.max_depth; }, 1, 512),
      count("limits", "max_fields", [](auto& c) -> auto& { return c.body.max_fields; }, 1, million),
      size("max_token_length", [](auto& c) -> auto& { return c.auth.max_token_length; }, 1, MiB),
      size("max_password_length", [](auto& c) -> auto& { return c.auth.max_password_length; }, 1, MiB),
      timeout("header_timeout", [](auto& c) -> auto& { return c.http.limits.header_timeout; }),
      timeout("body_timeout", [](auto& c) -> auto& { return c.http.limits.body_timeout; }),
      timeout("idle_timeout", [](auto& c) -> auto& { return c.http.limits.idle_timeout; }),
      timeout("write_timeout", [](auto& c) -> auto& { return c.http.limits.write_timeout; }),
      timeout("shutdown_timeout", [](auto& c) -> auto& { return c.http.limits.shutdown_timeout; }),
      count("limits", "max_connections", [](auto& c) -> auto& { return c.http.limits.max_connections; }, 1, million),
      count("limits", "max_requests_per_connection", [](auto& c) -> auto& { return c.http.limits.max_requests_per_connection; }, 1, 1000 * million),
  };
}

std::vector<ConfigKey> other_keys() {
  return {
      count("server", "io_threads", [](auto& c) -> auto& { return c.http.io_threads; }, 0, 256),
      count("server", "workers", [](auto& c) -> auto& { return c.http.workers; }, 1, 256),
      count("server", "worker_queue", [](auto& c) -> auto& { return c.http.worker_queue; }, 1, million),
      count("server", "hashing_threads", [](auto& c) -> auto& { return c.http.hashing_threads; }, 0, 256),
      count("server", "hashing_queue", [](auto& c) -> auto& { return c.http.hashing_queue; }, 1, million),
      {"log", "level", assign_log_level, [](const Config& c) { return in_quotes(log_levels[static_cast<std::size_t>(c.log.level)]); }},
      flag("log", "access", [](auto& c) -> auto& { return c.log.access; }),
      flag("demo", "protected_url", [](auto& c) -> auto& { return c.demo_protected_url; }),
  };
}
// clang-format on

std::vector<ConfigKey> all_keys() {
  std::vector<ConfigKey> keys;
  for (auto part : {top_level_keys(), jwt_auth_keys(), pair_keys(), kept_keys(), user_keys(),
                    throttle_keys(), cors_keys(), limit_keys(), other_keys()})
    for (auto& key : part) keys.push_back(std::move(key));
  return keys;
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  static const std::vector<ConfigKey> keys = all_keys();
  return keys;
}

const ConfigKey* find_config_key(std::string_view table, std::string_view name) {
  for (const auto& key : config_keys())
    if (key.table == table && key.name == name) return &key;
  return nullptr;
}

bool is_config_table(std::string_view name) {
  if (name == "claims") return true;
  return !name.empty() && std::ranges::any_of(config_keys(), [&](const ConfigKey& key) {
    return key.table == name;
  });
}

}  // namespace restjwt::server
