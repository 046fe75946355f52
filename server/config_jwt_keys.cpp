// The rows of [JWT_AUTH].

#include <algorithm>
#include <array>

#include "server/config_key_kinds.hpp"
#include "server/response_template.hpp"

namespace restjwt::server {
namespace {

using auth::Keys;
using KeysOf = Keys& (*)(auth::Settings&);

// It stands in every token.
constexpr std::size_t longest_kid = 256;

/// One text, a list, or a table from kid to text. `read` makes a key of one text.
template <class ReadOne>
Refusal read_keys(Keys& keys, const Json& value, ReadOne read) {
  Keys found;
  const auto add = [&](const std::string& kid, const Json& one) -> Refusal {
    if (!is_text(one)) return "expected text in quotes, a list of texts, or a table kid = text";
    auto key = read(one.as_string());
    if (!key) return key.error();
    if (key->empty()) return "there is an empty key";
    found.add(kid, *std::move(key));
    return {};
  };
  if (value.is_array()) {
    for (const auto& one : value.as_array())
      if (auto refusal = add({}, one)) return refusal;
  } else if (value.is_object()) {
    for (const auto& [kid, one] : value.as_object()) {
      if (kid.starts_with("JWT_"))
        return kid + " stands in the table of keys; that table comes after all settings";
      if (kid.empty() || kid.size() > longest_kid) return "a kid has from 1 to 256 bytes";
      if (auto refusal = add(kid, one)) return refusal;
    }
  } else if (auto refusal = add({}, value)) {
    return refusal;
  }
  if (found.empty()) return "there is no key in it";
  keys = std::move(found);
  return {};
}

std::string show_keys(const Keys& keys) {
  std::string shown;
  for (const auto& [kid, text] : keys.entries()) {
    shown += shown.empty() ? "set, " : "; ";
    if (!kid.empty()) shown += in_quotes(kid) + " ";
    shown += std::to_string(text.size()) + " bytes";
  }
  return shown.empty() ? "(not set)" : "(" + shown + ")";
}

ConfigKey keys(std::string_view name, KeysOf field) {
  return {"JWT_AUTH", name,
          [=](Config& config, const Given& given) {
            return read_keys(field(config.auth), given.value,
                             [](const std::string& text) { return Read<Secret>(Secret(text)); });
          },
          [=](const Config& config) {
            auto settings = config.auth;
            return show_keys(field(settings));
          }};
}

Read<Secret> read_file(const Given& given, const std::string& path) {
  if (path.empty() || path.find('\0') != path.npos)
    return std::string("expected the path of a file");
  return read_secret_file((given.folder / path).lexically_normal());
}

ConfigKey key_files(std::string_view name, KeysOf field) {
  return {"JWT_AUTH", name,
          [=](Config& config, const Given& given) {
            return read_keys(field(config.auth), given.value,
                             [&](const std::string& path) { return read_file(given, path); });
          },
          [](const Config&) { return std::string(); }};
}

Refusal assign_passphrase(Config& config, const Given& given) {
  if (!is_text(given.value)) return "expected text in quotes";
  config.auth.private_key_passphrase = Secret(given.value.as_string());
  return {};
}

Refusal assign_passphrase_file(Config& config, const Given& given) {
  if (!is_text(given.value)) return "expected the path of a file";
  auto read = read_file(given, given.value.as_string());
  if (!read) return read.error();
  config.auth.private_key_passphrase = *std::move(read);
  return {};
}

Refusal assign_algorithms(Config& config, const Given& given) {
  std::vector<jose::Algorithm> found;
  const Json::Array list =
      given.value.is_array() ? given.value.as_array() : Json::Array{given.value};
  if (list.empty()) return "expected an algorithm, or a list of them";
  for (const auto& one : list) {
    const auto algorithm = read_algorithm(one);
    if (!algorithm) return algorithm.error();
    found.push_back(*algorithm);
  }
  config.auth.algorithms = std::move(found);
  return {};
}

std::string show_algorithms(const Config& config) {
  std::vector<std::string> names;
  for (const auto algorithm : config.auth.algorithms) names.emplace_back(jose::name(algorithm));
  return show_texts(names, false);
}

Refusal assign_audience(Config& config, const Given& given) {
  auto texts = read_texts(given.value);
  if (!texts) return texts.error();
  config.auth.audience = *std::move(texts);
  config.auth.audience_is_list = given.value.is_array();
  return {};
}

std::string show_audience(const Config& config) {
  return show_texts(config.auth.audience, config.auth.audience_is_list);
}

Refusal assign_issuer(Config& config, const Given& given) {
  if (!is_text(given.value)) return "expected text in quotes";
  config.auth.issuer = given.value.as_string();
  return {};
}

Refusal assign_user_secret(Config& config, const Given& given) {
  constexpr const char* expected =
      R"(expected { column = "jwt_secret" } or { sql = "SELECT … WHERE user_id = ?" })";
  const auto& value = given.value;
  if (!value.is_object() || value.as_object().size() != 1) return expected;
  const auto& [word, content] = value.as_object().front();
  if (!is_text(content) || (word != "column" && word != "sql")) return expected;
  config.users.secret_key_column = word == "column" ? content.as_string() : "";
  config.users.secret_key_sql = word == "sql" ? content.as_string() : "";
  return {};
}

std::string show_user_secret(const Config& config) {
  const auto& users = config.users;
  if (!users.secret_key_column.empty())
    return "{ column = " + in_quotes(users.secret_key_column) + " }";
  if (!users.secret_key_sql.empty()) return "{ sql = " + in_quotes(users.secret_key_sql) + " }";
  return "(not set)";
}

Refusal assign_response(Config& config, const Given& given) {
  Json value = given.value;
  if (given.is_text) {
    auto parsed = parse_json(value.as_string());
    if (!parsed) return "expected a JSON object, such as {\"token\": \"{token}\"}";
    value = *std::move(parsed);
  }
  if (auto refusal = check_response_template(value)) return refusal;
  config.response = std::move(value);
  return {};
}

std::string show_response(const Config& config) {
  return config.response.is_null() ? "(built in)" : to_text(config.response);
}

constexpr std::array<std::string_view, 3> token_ids{"off", "include", "require"};

Refusal assign_token_id(Config& config, const Given& given) {
  if (auto refusal = one_of(given.value, token_ids)) return refusal;
  const auto found = std::ranges::find(token_ids, given.value.as_string());
  config.auth.token_id = static_cast<auth::TokenId>(found - token_ids.begin());
  return {};
}

constexpr std::array<std::string_view, 3> same_sites{"Lax", "Strict", "None"};

Refusal assign_same_site(Config& config, const Given& given) {
  if (auto refusal = one_of(given.value, same_sites)) return refusal;
  const auto found = std::ranges::find(same_sites, given.value.as_string());
  config.auth.cookies.same_site = static_cast<auth::SameSite>(found - same_sites.begin());
  return {};
}

// A handler is code; the server has other ways.
ConfigKey library_only(std::string_view name, std::string instead) {
  return {"JWT_AUTH", name,
          [=](Config&, const Given&) -> Refusal {
            return "a function, which only a program using the library can give; " + instead;
          },
          [](const Config&) { return std::string("(built in)"); }};
}

}  // namespace

// clang-format off
std::vector<ConfigKey> jwt_auth_keys() {
  constexpr std::string_view table = "JWT_AUTH";
  constexpr KeysOf secret = [](auth::Settings& s) -> Keys& { return s.secret_key; };
  constexpr KeysOf private_key = [](auth::Settings& s) -> Keys& { return s.private_key; };
  constexpr KeysOf public_key = [](auth::Settings& s) -> Keys& { return s.public_key; };
  return {
      keys("JWT_SECRET_KEY", secret),
      key_files("JWT_SECRET_KEY_FILE", secret),
      keys("JWT_PRIVATE_KEY", private_key),
      key_files("JWT_PRIVATE_KEY_FILE", private_key),
      {table, "JWT_PRIVATE_KEY_PASSPHRASE", assign_passphrase, [](const Config& c) { return c.auth.private_key_passphrase.empty() ? "(not set)" : "(set)"; }},
      {table, "JWT_PRIVATE_KEY_PASSPHRASE_FILE", assign_passphrase_file, [](const Config&) { return std::string(); }},
      keys("JWT_PUBLIC_KEY", public_key),
      key_files("JWT_PUBLIC_KEY_FILE", public_key),
      flag(table, "JWT_INSIST_ON_KID", [](auto& c) -> auto& { return c.auth.insist_on_kid; }),
      {table, "JWT_GET_USER_SECRET_KEY", assign_user_secret, show_user_secret},
      {table, "JWT_ALGORITHM", assign_algorithms, show_algorithms},
      flag(table, "JWT_VERIFY", [](auto& c) -> auto& { return c.auth.verify; }),
      flag(table, "JWT_VERIFY_EXPIRATION", [](auto& c) -> auto& { return c.auth.verify_expiration; }),
      duration(table, "JWT_LEEWAY", [](auto& c) -> auto& { return c.auth.leeway; }),
      {table, "JWT_AUDIENCE", assign_audience, show_audience},
      {table, "JWT_ISSUER", assign_issuer, [](const Config& c) { return c.auth.issuer ? in_quotes(*c.auth.issuer) : "(not set)"; }},
      duration(table, "JWT_EXPIRATION_DELTA", [](auto& c) -> auto& { return c.auth.expiration_delta; }),
      flag(table, "JWT_ALLOW_REFRESH", [](auto& c) -> auto& { return c.auth.allow_refresh; }),
      duration(table, "JWT_REFRESH_EXPIRATION_DELTA", [](auto& c) -> auto& { return c.auth.refresh_expiration_delta; }),
      text(table, "JWT_AUTH_HEADER_PREFIX", [](auto& c) -> auto& { return c.auth.auth_header_prefix; }),
      {table, "JWT_TOKEN_ID", assign_token_id, [](const Config& c) { return in_quotes(token_ids[static_cast<std::size_t>(c.auth.token_id)]); }},
      flag(table, "JWT_DELETE_STALE_BLACKLISTED_TOKENS", [](auto& c) -> auto& { return c.delete_stale_blacklisted_tokens; }),
      flag(table, "JWT_PAYLOAD_INCLUDE_USER_ID", [](auto& c) -> auto& { return c.auth.payload_include_user_id; }),
      text(table, "JWT_PAYLOAD_GET_USER_ID_HANDLER", [](auto& c) -> auto& { return c.user_id_claim; }),
      text(table, "JWT_PAYLOAD_GET_USERNAME_HANDLER", [](auto& c) -> auto& { return c.username_claim; }),
      {table, "JWT_RESPONSE_PAYLOAD_HANDLER", assign_response, show_response},
      optional_text(table, "JWT_AUTH_COOKIE", [](auto& c) -> auto& { return c.auth.cookies.auth; }),
      optional_text(table, "JWT_AUTH_COOKIE_DOMAIN", [](auto& c) -> auto& { return c.auth.cookies.domain; }),
      text(table, "JWT_AUTH_COOKIE_PATH", [](auto& c) -> auto& { return c.auth.cookies.path; }),
      flag(table, "JWT_AUTH_COOKIE_SECURE", [](auto& c) -> auto& { return c.auth.cookies.secure; }),
      {table, "JWT_AUTH_COOKIE_SAMESITE", assign_same_site, [](const Config& c) { return in_quotes(same_sites[static_cast<std::size_t>(c.auth.cookies.same_site)]); }},
      optional_text(table, "JWT_IMPERSONATION_COOKIE", [](auto& c) -> auto& { return c.auth.cookies.impersonation; }),
      library_only("JWT_PAYLOAD_HANDLER", "the server's claims are declared in [claims]"),
      library_only("JWT_ENCODE_HANDLER", "remove it"),
      library_only("JWT_DECODE_HANDLER", "remove it"),
  };
}
// clang-format on

}  // namespace restjwt::server
