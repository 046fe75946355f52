#include "server/config_keys.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "server/config_nearest.hpp"
#include "server/config_values.hpp"

namespace restjwt::server {
namespace {

using Refusal = std::optional<std::string>;

std::string in_quotes(std::string_view text) { return to_text(Json(text)); }

std::string_view lowered_flag(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return "true";
  if (text == "false" || text == "False" || text == "FALSE") return "false";
  return {};
}

// Each of the following makes a row around one field; `field` finds it in a Config.

template <class Field>
auto shows(Field field, auto to_shown) {
  return [=](const Config& config) -> std::string { return to_shown(field(config)); };
}

template <class Field>
ConfigKey flag(std::string_view table, std::string_view name, Field field) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            const auto word = given.is_text ? lowered_flag(given.value.as_string()) : "";
            if (!given.value.is_bool() && word.empty()) return "expected true or false";
            field(config) = given.value.is_bool() ? given.value.as_bool() : word == "true";
            return {};
          },
          shows(field, [](bool value) { return value ? "true" : "false"; })};
}

// A reader from config_values.hpp in front of a field.
template <class Field, class Reader>
ConfigKey read_with(std::string_view table, std::string_view name, Field field, Reader reader,
                    auto to_shown) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            auto read = reader(given.value);
            if (!read) return read.error();
            using Value = std::remove_reference_t<decltype(field(config))>;
            if constexpr (requires { typename Value::period; })
              field(config) = std::chrono::duration_cast<Value>(*read);
            else field(config) = static_cast<Value>(*read);
            return {};
          },
          shows(field, to_shown)};
}

template <class Field>
ConfigKey duration(std::string_view table, std::string_view name, Field field) {
  return read_with(table, name, field, read_duration,
                   [](auto value) { return in_quotes(duration_text(value)); });
}

template <class Field>
ConfigKey timeout(std::string_view name, Field field) {
  auto reader = [](const Json& value) -> Read<std::chrono::microseconds> {
    auto read = read_duration(value);
    if (read && (*read < std::chrono::milliseconds{1} || *read > std::chrono::hours{24}))
      return std::string("expected from 1ms to 1d");
    return read;
  };
  return read_with("limits", name, field, reader,
                   [](auto value) { return in_quotes(duration_text(value)); });
}

template <class Field>
ConfigKey size(std::string_view name, Field field, std::size_t least, std::size_t most) {
  return read_with(
      "limits", name, field, [=](const Json& value) { return read_size(value, least, most); },
      [](std::size_t value) { return in_quotes(size_text(value)); });
}

template <class Field>
ConfigKey count(std::string_view table, std::string_view name, Field field, std::size_t least,
                std::size_t most) {
  return read_with(
      table, name, field, [=](const Json& value) { return read_count(value, least, most); },
      [](std::size_t value) { return std::to_string(value); });
}

template <class Field>
ConfigKey text(std::string_view table, std::string_view name, Field field) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            if (!given.value.is_string() || given.value.as_string().empty())
              return "expected text in quotes";
            field(config) = given.value.as_string();
            return {};
          },
          shows(field, [](const std::string& value) { return in_quotes(value); })};
}

// One of a few words.
Refusal one_of(const Json& value, std::span<const std::string_view> words) {
  std::string expected = "expected ";
  for (std::size_t i = 0; i < words.size(); ++i)
    expected += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + in_quotes(words[i]);
  if (!value.is_string()) return expected;
  if (std::ranges::find(words, value.as_string()) != words.end()) return {};
  const auto near = nearest(value.as_string(), words);
  return expected + (near.empty() ? "" : "; did you mean " + in_quotes(near) + "?");
}

// A handler is code; the server has other ways.
ConfigKey library_only(std::string_view name, std::string instead) {
  return {"JWT_AUTH", name,
          [=](Config&, const Given&) -> Refusal {
            return "a function, which only a program using the library can give; " + instead;
          },
          [](const Config&) { return std::string("(built in)"); }};
}

Refusal assign_profile(Config& config, const Given& given) {
  static constexpr std::array<std::string_view, 1> served{"1.0.1"};
  if (given.value.is_string() &&
      (given.value.as_string() == "1.11.0" || given.value.as_string() == "drf-jwt"))
    return in_quotes(given.value.as_string()) + R"( comes with a later version; "1.0.1" is served)";
  if (auto refusal = one_of(given.value, served)) return refusal;
  config.auth.profile = auth::Profile::v1_0_1;
  return {};
}

Refusal assign_listen(Config& config, const Given& given) {
  const auto address = read_address(given.value.is_string() ? given.value.as_string() : "");
  if (!address) return address.error();
  config.http.host = address->host;
  config.http.port = address->port;
  return {};
}

Refusal assign_database(Config& config, const Given& given) {
  auto file =
      read_database_url(given.value.is_string() ? given.value.as_string() : "", given.folder);
  if (!file) return file.error();
  config.database = given.value.as_string();
  config.database_file = std::move(*file);
  return {};
}

Refusal assign_secret(Config& config, const Given& given) {
  if (!given.value.is_string()) return "expected text in quotes";
  config.auth.secret_key = Secret(given.value.as_string());
  return {};
}

Refusal assign_secret_file(Config& config, const Given& given) {
  if (!given.value.is_string() || given.value.as_string().empty() ||
      given.value.as_string().find('\0') != std::string::npos)
    return "expected the path of a file";
  auto secret = read_secret_file((given.folder / given.value.as_string()).lexically_normal());
  if (!secret) return secret.error();
  config.auth.secret_key = std::move(*secret);
  return {};
}

std::string show_secret(const Config& config) {
  const auto size = config.auth.secret_key.size();
  return size == 0 ? "(not set)" : "(set, " + std::to_string(size) + " bytes)";
}

Refusal assign_algorithm(Config& config, const Given& given) {
  static constexpr std::array<std::string_view, 7> later{"ES256", "ES384", "ES512", "PS256",
                                                         "PS384", "PS512", "EdDSA"};
  std::vector<std::string_view> names;
  for (const auto algorithm : jose::all_algorithms) names.push_back(jose::name(algorithm));
  if (given.value.is_string()) {
    const auto& word = given.value.as_string();
    if (word == "none") return "unsigned tokens are neither made nor taken";
    if (std::ranges::find(later, word) != later.end()) return word + " comes with a later version";
  }
  if (auto refusal = one_of(given.value, names)) return refusal;
  config.auth.algorithm = *jose::algorithm_named(given.value.as_string());
  return {};
}

Refusal assign_hasher(Config& config, const Given& given) {
  static constexpr std::array<std::string_view, 2> names{"argon2", "pbkdf2_sha256"};
  if (auto refusal = one_of(given.value, names)) return refusal;
  config.auth.password_hasher = *auth::password_hasher_named(given.value.as_string());
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
      {"", "profile", assign_profile, [](const Config&) { return in_quotes("1.0.1"); }},
      flag("", "behind_proxy", [](auto& c) -> auto& { return c.behind_proxy; }),
      {"", "PASSWORD_HASHER", assign_hasher, [](const Config& c) { return in_quotes(name(c.auth.password_hasher.kind)); }},
      flag("", "allow_short_secret", [](auto& c) -> auto& { return c.auth.allow_short_secret; }),
      flag("", "allow_insecure", [](auto& c) -> auto& { return c.auth.allow_insecure; }),
  };
}

std::vector<ConfigKey> jwt_auth_keys() {
  constexpr std::string_view table = "JWT_AUTH";
  return {
      {table, "JWT_SECRET_KEY", assign_secret, show_secret},
      {table, "JWT_SECRET_KEY_FILE", assign_secret_file, [](const Config&) { return std::string(); }},
      {table, "JWT_ALGORITHM", assign_algorithm, [](const Config& c) { return in_quotes(jose::name(c.auth.algorithm)); }},
      flag(table, "JWT_VERIFY", [](auto& c) -> auto& { return c.auth.verify; }),
      flag(table, "JWT_VERIFY_EXPIRATION", [](auto& c) -> auto& { return c.auth.verify_expiration; }),
      duration(table, "JWT_LEEWAY", [](auto& c) -> auto& { return c.auth.leeway; }),
      duration(table, "JWT_EXPIRATION_DELTA", [](auto& c) -> auto& { return c.auth.expiration_delta; }),
      flag(table, "JWT_ALLOW_REFRESH", [](auto& c) -> auto& { return c.auth.allow_refresh; }),
      duration(table, "JWT_REFRESH_EXPIRATION_DELTA", [](auto& c) -> auto& { return c.auth.refresh_expiration_delta; }),
      text(table, "JWT_AUTH_HEADER_PREFIX", [](auto& c) -> auto& { return c.auth.auth_header_prefix; }),
      text(table, "JWT_PAYLOAD_GET_USER_ID_HANDLER", [](auto& c) -> auto& { return c.user_id_claim; }),
      library_only("JWT_PAYLOAD_HANDLER", "the server's claims are declared in [claims]"),
      library_only("JWT_ENCODE_HANDLER", "remove it"),
      library_only("JWT_DECODE_HANDLER", "remove it"),
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
  for (auto part : {top_level_keys(), jwt_auth_keys(), limit_keys(), other_keys()})
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
