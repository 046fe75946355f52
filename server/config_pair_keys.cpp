// The rows of [SIMPLE_JWT].

#include <algorithm>
#include <array>

#include "server/config_key_kinds.hpp"

namespace restjwt::server {
namespace {

using auth::PairSettings;
using std::chrono::microseconds;
using std::chrono::seconds;
using TokenClass = PairSettings::TokenClass;

constexpr std::string_view table = "SIMPLE_JWT";

PairSettings& pairs_of(Config& config) {
  return config.pairs ? *config.pairs : config.pairs.emplace();
}
const PairSettings& pairs_of(const Config& config) {
  static const PairSettings defaults;
  return config.pairs ? *config.pairs : defaults;
}

/// Where there are no pairs there is nothing to show.
ConfigKey shown_with_pairs(ConfigKey key) {
  key.show = [show = std::move(key.show)](const Config& config) {
    return config.pairs ? show(config) : std::string();
  };
  return key;
}

ConfigKey key_text(std::string_view name, auth::Keys PairSettings::*field) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            if (!is_text(given.value)) return "expected text in quotes";
            pairs_of(config).*field = Secret(given.value.as_string());
            return {};
          },
          [=](const Config& config) {
            const auto& entries = (pairs_of(config).*field).entries();
            return entries.empty()
                       ? std::string("(not set)")
                       : "(set, " + std::to_string(entries.front().text.size()) + " bytes)";
          }};
}

ConfigKey key_file(std::string_view name, auth::Keys PairSettings::*field) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            if (!is_text(given.value) || given.value.as_string().find('\0') != std::string::npos)
              return "expected the path of a file";
            auto read =
                read_secret_file((given.folder / given.value.as_string()).lexically_normal());
            if (!read) return read.error();
            pairs_of(config).*field = *std::move(read);
            return {};
          },
          [](const Config&) { return std::string(); }};
}

Refusal assign_algorithm(Config& config, const Given& given) {
  const auto algorithm = read_algorithm(given.value);
  if (!algorithm) return algorithm.error();
  pairs_of(config).algorithm = *algorithm;
  return {};
}

std::string show_algorithm(const Config& config) {
  const auto& algorithm = pairs_of(config).algorithm;
  return algorithm ? in_quotes(jose::name(*algorithm)) : "(as JWT_ALGORITHM)";
}

Refusal assign_audience(Config& config, const Given& given) {
  auto texts = read_texts(given.value);
  if (!texts) return texts.error();
  pairs_of(config).audience = *std::move(texts);
  pairs_of(config).audience_is_list = given.value.is_array();
  return {};
}

Refusal assign_issuer(Config& config, const Given& given) {
  if (!is_text(given.value)) return "expected text in quotes";
  pairs_of(config).issuer = given.value.as_string();
  return {};
}

Refusal assign_header_types(Config& config, const Given& given) {
  auto texts = read_texts(given.value);
  if (!texts) return texts.error();
  pairs_of(config).auth_header_types = *std::move(texts);
  return {};
}

/// Django's spelling of a header field: HTTP_X_ACCESS_TOKEN is X-Access-Token.
std::string from_django(std::string name) {
  constexpr std::string_view prefix = "HTTP_";
  if (!name.starts_with(prefix)) return name;
  name.erase(0, prefix.size());
  bool first = true;
  for (char& letter : name) {
    if (letter == '_') letter = '-';
    else if (!first && letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
    first = letter == '-';
  }
  return name;
}

Refusal assign_header_name(Config& config, const Given& given) {
  if (!is_text(given.value)) return R"(expected a header field, such as "HTTP_AUTHORIZATION")";
  pairs_of(config).auth_header_name = from_django(given.value.as_string());
  return {};
}

constexpr std::array<std::string_view, 2> token_classes{"AccessToken", "SlidingToken"};

Refusal assign_token_classes(Config& config, const Given& given) {
  auto texts = read_texts(given.value);
  if (!texts) return texts.error();
  std::vector<TokenClass> classes;
  for (const auto& text : *texts) {
    const auto name = text.substr(text.rfind('.') + 1);  // without its Python module
    if (auto refusal = one_of(Json(name), token_classes)) return refusal;
    classes.push_back(name == token_classes[0] ? TokenClass::access : TokenClass::sliding);
  }
  pairs_of(config).auth_token_classes = std::move(classes);
  return {};
}

std::string show_token_classes(const Config& config) {
  std::vector<std::string> names;
  for (const auto one : pairs_of(config).auth_token_classes)
    names.emplace_back(token_classes[static_cast<std::size_t>(one)]);
  return show_texts(names, true);
}

Refusal assign_reuse_interval(Config& config, const Given& given) {
  const auto read = read_duration(given.value);
  if (!read) return read.error();
  const auto whole = std::chrono::floor<seconds>(*read);
  if (whole != *read) return "expected whole seconds";
  pairs_of(config).reuse_interval = whole;
  return {};
}

Refusal assign_absolute(Config& config, const Given& given) {
  const auto read = read_duration(given.value);
  if (!read) return read.error();
  pairs_of(config).absolute_lifetime = *read;
  return {};
}

std::string show_absolute(const Config& config) {
  const auto& set = pairs_of(config).absolute_lifetime;
  return set ? in_quotes(duration_text(*set))
             : "(\"7d\", or REFRESH_TOKEN_LIFETIME where that is longer)";
}

/// A class in Python; the server has other ways, or none.
ConfigKey python_only(std::string_view name, std::string instead) {
  return {
      table, name,
      [=](Config&, const Given&) -> Refusal { return "a function or class in Python; " + instead; },
      [](const Config&) { return std::string(); }};
}

}  // namespace

// clang-format off
std::vector<ConfigKey> pair_keys() {
  std::vector<ConfigKey> keys{
      duration(table, "ACCESS_TOKEN_LIFETIME", [](auto& c) -> auto& { return pairs_of(c).access_token_lifetime; }),
      duration(table, "REFRESH_TOKEN_LIFETIME", [](auto& c) -> auto& { return pairs_of(c).refresh_token_lifetime; }),
      {table, "REFRESH_TOKEN_ABSOLUTE_LIFETIME", assign_absolute, show_absolute},
      flag(table, "ROTATE_REFRESH_TOKENS", [](auto& c) -> auto& { return pairs_of(c).rotate_refresh_tokens; }),
      {table, "REFRESH_REUSE_INTERVAL", assign_reuse_interval, [](const Config& c) { return in_quotes(duration_text(pairs_of(c).reuse_interval)); }},
      flag(table, "BLACKLIST_AFTER_ROTATION", [](auto& c) -> auto& { return c.blacklist_after_rotation; }),
      flag(table, "UPDATE_LAST_LOGIN", [](auto& c) -> auto& { return pairs_of(c).update_last_login; }),
      {table, "ALGORITHM", assign_algorithm, show_algorithm},
      key_text("SIGNING_KEY", &PairSettings::signing_key),
      key_file("SIGNING_KEY_FILE", &PairSettings::signing_key),
      key_text("VERIFYING_KEY", &PairSettings::verifying_key),
      key_file("VERIFYING_KEY_FILE", &PairSettings::verifying_key),
      {table, "AUDIENCE", assign_audience, [](const Config& c) { return show_texts(pairs_of(c).audience, pairs_of(c).audience_is_list); }},
      {table, "ISSUER", assign_issuer, [](const Config& c) { return pairs_of(c).issuer ? in_quotes(*pairs_of(c).issuer) : "(not set)"; }},
      duration(table, "LEEWAY", [](auto& c) -> auto& { return pairs_of(c).leeway; }),
      {table, "AUTH_HEADER_TYPES", assign_header_types, [](const Config& c) { return show_texts(pairs_of(c).auth_header_types, true); }},
      {table, "AUTH_HEADER_NAME", assign_header_name, [](const Config& c) { return in_quotes(pairs_of(c).auth_header_name); }},
      optional_text(table, "AUTH_COOKIE", [](auto& c) -> auto& { return pairs_of(c).auth_cookie; }),
      optional_text(table, "AUTH_COOKIE_REFRESH", [](auto& c) -> auto& { return pairs_of(c).auth_cookie_refresh; }),
      text(table, "AUTH_COOKIE_REFRESH_PATH", [](auto& c) -> auto& { return pairs_of(c).auth_cookie_refresh_path; }),
      text(table, "USER_ID_FIELD", [](auto& c) -> auto& { return pairs_of(c).user_id_field; }),
      text(table, "USER_ID_CLAIM", [](auto& c) -> auto& { return pairs_of(c).user_id_claim; }),
      text(table, "TOKEN_TYPE_CLAIM", [](auto& c) -> auto& { return pairs_of(c).token_type_claim; }),
      text(table, "JTI_CLAIM", [](auto& c) -> auto& { return pairs_of(c).jti_claim; }),
      {table, "AUTH_TOKEN_CLASSES", assign_token_classes, show_token_classes},
      duration(table, "SLIDING_TOKEN_LIFETIME", [](auto& c) -> auto& { return pairs_of(c).sliding_token_lifetime; }),
      duration(table, "SLIDING_TOKEN_REFRESH_LIFETIME", [](auto& c) -> auto& { return pairs_of(c).sliding_token_refresh_lifetime; }),
      text(table, "SLIDING_TOKEN_REFRESH_EXP_CLAIM", [](auto& c) -> auto& { return pairs_of(c).sliding_token_refresh_exp_claim; }),
      python_only("USER_AUTHENTICATION_RULE", "a user may log in who is active; remove it"),
      python_only("TOKEN_OBTAIN_SERIALIZER", "remove it"),
      python_only("TOKEN_USER_CLASS", "remove it"),
      python_only("JSON_ENCODER", "remove it"),
  };
  for (auto& key : keys) key = shown_with_pairs(std::move(key));
  return keys;
}
// clang-format on

}  // namespace restjwt::server
