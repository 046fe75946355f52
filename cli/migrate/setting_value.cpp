#include "cli/migrate/setting_value.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <restjwt/auth/settings.hpp>
#include <restjwt/jose/algorithm.hpp>

#include "server/config_values.hpp"

namespace restjwt::cli::migrate {
namespace {

using Value = Result<Json, std::string>;

Value flag(const Json& value) {
  if (value.is_bool()) return value;
  if (value.is_int()) return Json(value.as_int() != 0);
  return std::string("is neither True nor False");
}

Value text(const Json& value) {
  if (!value.is_string()) return std::string("is no text");
  return value;
}

Value word(const Json& value) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  if (!value.is_string()) return std::string("is no text");
  const auto& word = value.as_string();
  const bool good = std::ranges::all_of(word, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
  if (!good) return std::string("must be one word of letters, digits and !#$%&'*+-.^_`|~");
  return value;
}

Value duration(const Json& value) {
  const Json* delta = value.find("timedelta");
  const Json& given = delta ? *delta : value;
  const auto seconds = server::read_duration(given);
  if (!seconds) return std::string("is no duration: ") + seconds.error();
  if (seconds->count() == 0) return Json(0);
  return Json(server::duration_text(*seconds));
}

Value algorithm(const Json& value) {
  if (!value.is_string()) return std::string("is no name of an algorithm");
  if (jose::algorithm_named(value.as_string())) return value;
  if (value.as_string() == "none" || value.as_string() == "None")
    return std::string(
        "none makes tokens that anybody can write. There is no switch for it: choose "
        "HS256, and let everybody log in anew");
  return std::string(
      "is not one of HS256 to HS512, RS256 to RS512, PS256 to PS512, ES256 to ES512");
}

Value list_of(const Json& value, Value (*one)(const Json&)) {
  if (!value.is_array()) return one(value);
  if (value.as_array().empty()) return Json();
  for (const auto& item : value.as_array())
    if (auto read = one(item); !read) return read;
  return value;
}

Json duration_value(std::chrono::microseconds value) {
  return value.count() == 0 ? Json(0) : Json(server::duration_text(value));
}

Json text_value(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// One as it is, several as a list, none as null.
template <class List, class Name>
Json list_value(const List& list, Name name) {
  Json::Array names;
  for (const auto& item : list) names.push_back(name(item));
  if (names.empty()) return {};
  return names.size() == 1 ? names.front() : Json(std::move(names));
}

Json algorithms_value(const auth::Settings& settings) {
  return list_value(settings.algorithms, [](auto algorithm) { return jose::name(algorithm); });
}

Json audience_value(const auth::Settings& settings) {
  const auto list = list_value(settings.audience,
                               [](const std::string& text) -> std::string_view { return text; });
  return settings.audience_is_list && list.is_string() ? Json::array({list}) : list;
}

Json token_id_value(const auth::Settings& settings) {
  switch (settings.token_id) {
    case auth::TokenId::off:
      return "off";
    case auth::TokenId::include:
      return "include";
    case auth::TokenId::require:
      return "require";
  }
  return {};
}

Json same_site_value(const auth::Settings& settings) {
  switch (settings.cookies.same_site) {
    case auth::SameSite::lax:
      return "Lax";
    case auth::SameSite::strict:
      return "Strict";
    case auth::SameSite::none:
      return "None";
  }
  return {};
}

struct SettingValue {
  std::string_view name;
  Json (*value)(const auth::Settings&);
};

using S = const auth::Settings&;
constexpr SettingValue values[] = {
    {"JWT_ALGORITHM", algorithms_value},
    {"JWT_INSIST_ON_KID", [](S s) -> Json { return s.insist_on_kid; }},
    {"JWT_TOKEN_ID", token_id_value},
    {"JWT_VERIFY", [](S s) -> Json { return s.verify; }},
    {"JWT_VERIFY_EXPIRATION", [](S s) -> Json { return s.verify_expiration; }},
    {"JWT_LEEWAY", [](S s) -> Json { return duration_value(s.leeway); }},
    {"JWT_EXPIRATION_DELTA", [](S s) -> Json { return duration_value(s.expiration_delta); }},
    {"JWT_AUDIENCE", audience_value},
    {"JWT_ISSUER", [](S s) -> Json { return s.issuer ? Json(*s.issuer) : Json(); }},
    {"JWT_ALLOW_REFRESH", [](S s) -> Json { return s.allow_refresh; }},
    {"JWT_REFRESH_EXPIRATION_DELTA",
     [](S s) -> Json { return duration_value(s.refresh_expiration_delta); }},
    {"JWT_AUTH_HEADER_PREFIX", [](S s) -> Json { return s.auth_header_prefix; }},
    {"JWT_AUTH_COOKIE", [](S s) -> Json { return text_value(s.cookies.auth); }},
    {"JWT_AUTH_COOKIE_DOMAIN", [](S s) -> Json { return text_value(s.cookies.domain); }},
    {"JWT_AUTH_COOKIE_PATH", [](S s) -> Json { return s.cookies.path; }},
    {"JWT_AUTH_COOKIE_SECURE", [](S s) -> Json { return s.cookies.secure; }},
    {"JWT_AUTH_COOKIE_SAMESITE", same_site_value},
    {"JWT_IMPERSONATION_COOKIE", [](S s) -> Json { return text_value(s.cookies.impersonation); }},
    {"JWT_PAYLOAD_INCLUDE_USER_ID", [](S s) -> Json { return s.payload_include_user_id; }},
    {"JWT_DELETE_STALE_BLACKLISTED_TOKENS", [](S) -> Json { return false; }},
};

}  // namespace

Result<Json, std::string> toml_setting(Kind kind, const Json& django) {
  if (django.is_null()) return Json();
  switch (kind) {
    case Kind::flag:
      return flag(django);
    case Kind::text:
      return text(django);
    case Kind::word:
      return word(django);
    case Kind::duration:
      return duration(django);
    case Kind::algorithms:
      return list_of(django, algorithm);
    case Kind::audience:
      return list_of(django, text);
  }
  return Json();
}

Json effective_value(const auth::Settings& settings, std::string_view setting) {
  for (const auto& [name, value] : values)
    if (name == setting) return value(settings);
  return {};
}

}  // namespace restjwt::cli::migrate
