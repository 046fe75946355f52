#include "server/replay_settings.hpp"

#include <charconv>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <vector>

#include "support/keys.hpp"

namespace restjwt::test {
namespace {

using std::chrono::microseconds;

[[noreturn]] void refuse(std::string_view source) {
  throw std::invalid_argument("no setting we know: " + std::string(source));
}

double python_number(std::string_view source) {
  double value = 0;
  const auto [end, error] = std::from_chars(source.data(), source.data() + source.size(), value);
  if (error != std::errc() || end != source.data() + source.size()) refuse(source);
  return value;
}

bool is_quoted(std::string_view source) {
  return source.size() >= 2 && (source.front() == '\'' || source.front() == '"') &&
         source.front() == source.back();
}

/// At the commas; no recorded text holds one.
std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

double microseconds_in(std::string_view unit) {
  if (unit == "days") return 86'400e6;
  if (unit == "seconds") return 1e6;
  if (unit == "milliseconds") return 1e3;
  if (unit == "microseconds") return 1;
  refuse(unit);
}

/// "0", or "days=1, seconds=-5".
microseconds timedelta_arguments(std::string_view list) {
  double sum = list.find('=') == list.npos ? python_number(list) : 0;
  while (list.find('=') != list.npos) {
    const auto comma = list.find(", ");
    const auto argument = list.substr(0, comma);
    const auto equals = argument.find('=');
    sum += python_number(argument.substr(equals + 1)) * microseconds_in(argument.substr(0, equals));
    list.remove_prefix(comma == list.npos ? list.size() : comma + 2);
  }
  return microseconds(std::llround(sum));
}

using Reader = std::function<void(auth::Settings&, std::string_view)>;

const std::map<std::string, Reader, std::less<>>& readers() {
  using auth::Settings;
  static const std::map<std::string, Reader, std::less<>> table{
      {"JWT_ALGORITHM",
       [](Settings& s, std::string_view v) {
         s.algorithms.clear();
         for (const auto& name : python_texts(v))
           s.algorithms.push_back(jose::algorithm_named(name).value());
         s.allow_short_secret = true;
       }},
      {"JWT_ALLOW_REFRESH",
       [](Settings& s, std::string_view v) { s.allow_refresh = python_bool(v); }},
      {"JWT_AUTH_HEADER_PREFIX",
       [](Settings& s, std::string_view v) { s.auth_header_prefix = python_text(v); }},
      {"JWT_EXPIRATION_DELTA",
       [](Settings& s, std::string_view v) { s.expiration_delta = python_duration(v); }},
      {"JWT_LEEWAY", [](Settings& s, std::string_view v) { s.leeway = python_duration(v); }},
      {"JWT_REFRESH_EXPIRATION_DELTA",
       [](Settings& s, std::string_view v) { s.refresh_expiration_delta = python_duration(v); }},
      {"JWT_SECRET_KEY",
       [](Settings& s, std::string_view v) {
         s.secret_key = python_keys(v);
         s.allow_short_secret = true;
       }},
      {"JWT_PRIVATE_KEY", [](Settings& s, std::string_view v) { s.private_key = python_keys(v); }},
      {"JWT_PUBLIC_KEY", [](Settings& s, std::string_view v) { s.public_key = python_keys(v); }},
      {"JWT_INSIST_ON_KID",
       [](Settings& s, std::string_view v) { s.insist_on_kid = python_bool(v); }},
      {"JWT_AUDIENCE",
       [](Settings& s, std::string_view v) {
         s.audience = python_texts(v);
         s.audience_is_list = v.starts_with('[');
       }},
      {"JWT_ISSUER", [](Settings& s, std::string_view v) { s.issuer = python_text(v); }},
      {"JWT_TOKEN_ID",
       [](Settings& s, std::string_view v) {
         const auto word = python_text(v);
         s.token_id = word == "off"       ? auth::TokenId::off
                      : word == "require" ? auth::TokenId::require
                                          : auth::TokenId::include;
       }},
      {"JWT_PAYLOAD_INCLUDE_USER_ID",
       [](Settings& s, std::string_view v) { s.payload_include_user_id = python_bool(v); }},
      {"JWT_AUTH_COOKIE", [](Settings& s, std::string_view v) { s.cookies.auth = python_text(v); }},
      {"JWT_AUTH_COOKIE_DOMAIN",
       [](Settings& s, std::string_view v) { s.cookies.domain = python_text(v); }},
      {"JWT_AUTH_COOKIE_PATH",
       [](Settings& s, std::string_view v) { s.cookies.path = python_text(v); }},
      {"JWT_AUTH_COOKIE_SECURE",
       [](Settings& s, std::string_view v) { s.cookies.secure = python_bool(v); }},
      {"JWT_AUTH_COOKIE_SAMESITE",
       [](Settings& s, std::string_view v) {
         if (python_text(v) != "Strict") refuse(v);
         s.cookies.same_site = auth::SameSite::strict;
       }},
      {"JWT_DELETE_STALE_BLACKLISTED_TOKENS", [](Settings&, std::string_view) {}},
      {"JWT_IMPERSONATION_COOKIE",
       [](Settings& s, std::string_view v) { s.cookies.impersonation = python_text(v); }},
      {"JWT_VERIFY",
       [](Settings& s, std::string_view v) {
         s.verify = python_bool(v);
         s.allow_insecure = true;
       }},
      {"JWT_VERIFY_EXPIRATION",
       [](Settings& s, std::string_view v) {
         s.verify_expiration = python_bool(v);
         s.allow_insecure = true;
       }},
      // What the site is made of: see replay_site.
      {"REF_USER_MODEL",
       [](Settings& s, std::string_view v) {
         s.username_field = v == "emailuser.EmailUser" ? "email" : "login";
       }},
      {"JWT_GET_USER_SECRET_KEY",
       [](Settings& s, std::string_view) { s.allow_short_secret = true; }},
      {"JWT_RESPONSE_PAYLOAD_HANDLER", [](Settings&, std::string_view) {}},
  };
  return table;
}

}  // namespace

bool python_bool(std::string_view source) {
  if (source == "True") return true;
  if (source == "False") return false;
  refuse(source);
}

std::vector<std::string> python_texts(std::string_view source) {
  if (!source.starts_with('[') && !source.starts_with('(')) return {python_text(source)};
  std::vector<std::string> texts;
  for (const auto& part : split(source.substr(1, source.size() - 2)))
    texts.push_back(python_text(part));
  return texts;
}

auth::Keys python_keys(std::string_view source) {
  auth::Keys keys;
  if (source.starts_with('{')) {
    for (const auto& part : split(source.substr(1, source.size() - 2))) {
      const auto colon = part.find(':');
      keys.add(python_text(part.substr(0, colon)), Secret(python_text(part.substr(colon + 1))));
    }
    return keys;
  }
  constexpr std::string_view file = "@keys/";
  for (const auto& text : python_texts(source))
    keys.add({}, Secret(text.starts_with(file) ? key_file(text.substr(file.size())) : text));
  return keys;
}

std::string python_text(std::string_view source) {
  if (!is_quoted(source)) refuse(source);
  return std::string(source.substr(1, source.size() - 2));
}

microseconds python_duration(std::string_view source) {
  constexpr std::string_view call = "timedelta(";
  if (source.starts_with(call) && source.ends_with(')'))
    return timedelta_arguments(source.substr(call.size(), source.size() - call.size() - 1));
  const double seconds = python_number(is_quoted(source) ? python_text(source) : source);
  return microseconds(std::llround(seconds * 1e6));
}

auth::Settings recorded_settings(auth::Profile profile,
                                 const std::map<std::string, std::string>& changes) {
  auto settings = auth::Settings::of(profile);
  settings.secret_key = Secret("reference-secret-key-0123456789abcdef");
  for (const auto& [name, source] : changes) {
    const auto reader = readers().find(name);
    if (reader == readers().end()) refuse(name);
    reader->second(settings, source);
  }
  return settings;
}

}  // namespace restjwt::test
