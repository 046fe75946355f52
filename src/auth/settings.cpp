#include <restjwt/auth/settings.hpp>

#include <algorithm>

#include "auth/settings_check.hpp"
#include "auth/settings_keys.hpp"

namespace restjwt::auth {
namespace {

using Problems = std::vector<SettingsProblem>;

void check_insecure(const Settings& settings, Problems& problems) {
  if (settings.allow_insecure) return;
  if (!settings.verify)
    problems.push_back(
        {"JWT_VERIFY",
         "false lets anybody be anybody; it is taken only beside allow_insecure = true"});
  if (!settings.verify_expiration)
    problems.push_back({"JWT_VERIFY_EXPIRATION",
                        "false lets stolen tokens live for ever; it is taken only beside "
                        "allow_insecure = true"});
}

void check_times(const Settings& settings, Problems& problems) {
  auto range = [&](const char* setting, std::chrono::microseconds value,
                   std::chrono::microseconds least) {
    if (value < least) problems.push_back({setting, "may not be negative"});
    else if (value > longest_duration || value < -longest_duration)
      problems.push_back({setting, "is longer than 100 years"});
  };
  constexpr std::chrono::microseconds zero{0};
  range("JWT_LEEWAY", settings.leeway, zero);
  if (settings.leeway > longest_safe_leeway && !settings.allow_insecure)
    problems.push_back({"JWT_LEEWAY",
                        "more than an hour lets expired tokens live on; it is taken only beside "
                        "allow_insecure = true"});
  // The original takes a negative one, and makes tokens that have expired already.
  range("JWT_EXPIRATION_DELTA", settings.expiration_delta, std::chrono::microseconds::min());
  range("JWT_REFRESH_EXPIRATION_DELTA", settings.refresh_expiration_delta, zero);
}

void check_audience(const Settings& settings, Problems& problems) {
  if (std::ranges::find(settings.audience, "") != settings.audience.end())
    problems.push_back({"JWT_AUDIENCE", "an audience is empty"});
  if (settings.issuer && settings.issuer->empty())
    problems.push_back({"JWT_ISSUER", "is empty; leave it out for no issuer"});
}

// RFC 6265 §4.1.1: what could end the attribute or the header.
bool is_attribute(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x1F && c < 0x7F && c != ';'; });
}

/// Browsers drop a cookie of such a name that is not set as the name promises (RFC 6265bis §4.1.3),
/// without a word. They look at the names without regard to case.
void check_prefix(const char* setting, std::string_view cookie, const CookieSettings& cookies,
                  const std::string& path_setting, Problems& problems) {
  const auto has = [&](std::string_view prefix) {
    return std::ranges::equal(cookie.substr(0, prefix.size()), prefix, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
    });
  };
  const bool host = has("__host-");
  const auto demand = [&](bool met, const std::string& what) {
    if (met) return;
    problems.push_back({setting, "a name that begins with " +
                                     std::string(host ? "__Host-" : "__Secure-") + " demands " +
                                     what + " (RFC 6265bis section 4.1.3)"});
  };
  if (!host && !has("__secure-")) return;
  demand(cookies.secure, "JWT_AUTH_COOKIE_SECURE = true");
  demand(!host || cookies.path == "/", path_setting + " = \"/\"");
  demand(!host || cookies.domain.empty(), "that JWT_AUTH_COOKIE_DOMAIN is not set");
}

void check_cookies(const CookieSettings& cookies, Problems& problems) {
  const std::string path = "JWT_AUTH_COOKIE_PATH";
  check_cookie("JWT_AUTH_COOKIE", cookies.auth, cookies, path, problems);
  check_cookie("JWT_IMPERSONATION_COOKIE", cookies.impersonation, cookies, path, problems);
  if (!cookies.auth.empty() && cookies.auth == cookies.impersonation)
    problems.push_back({"JWT_IMPERSONATION_COOKIE", "is the name of JWT_AUTH_COOKIE too"});
  if (!is_attribute(cookies.domain) || cookies.domain.find(' ') != std::string::npos)
    problems.push_back({"JWT_AUTH_COOKIE_DOMAIN", "is no host name"});
  check_cookie_path("JWT_AUTH_COOKIE_PATH", cookies.path, problems);
  if (cookies.same_site == SameSite::none && !cookies.secure)
    problems.push_back({"JWT_AUTH_COOKIE_SAMESITE",
                        "\"None\" is taken by browsers only with JWT_AUTH_COOKIE_SECURE = true"});
}

}  // namespace

void check_cookie(const char* setting, const std::string& name, const CookieSettings& attributes,
                  const std::string& path_setting, Problems& problems) {
  if (name.empty()) return;
  if (!is_token(name))
    problems.push_back(
        {setting, "is no name of a cookie: one word of letters, digits and !#$%&'*+-.^_`|~"});
  if (name == "csrftoken")
    problems.push_back({setting, "is the cookie that scripts of the page read"});
  check_prefix(setting, name, attributes, path_setting, problems);
}

void check_cookie_path(const char* setting, const std::string& path, Problems& problems) {
  if (!path.starts_with('/') || !is_attribute(path))
    problems.push_back({setting, "is no path; expected one such as \"/\""});
}

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

void check_values(const Settings& settings, std::vector<SettingsProblem>& problems) {
  check_insecure(settings, problems);
  check_times(settings, problems);
  if (!is_token(settings.auth_header_prefix))
    problems.push_back(
        {"JWT_AUTH_HEADER_PREFIX",
         "is no authentication scheme: one word of letters, digits and !#$%&'*+-.^_`|~"});
  if (settings.username_field.empty() || settings.username_field == "password")
    problems.push_back({"USERNAME_FIELD", "is the name of a field beside the password"});
  check_audience(settings, problems);
  check_cookies(settings.cookies, problems);
}

std::vector<SettingsProblem> check(const Settings& settings, OtherKeys others) {
  Problems problems;
  read_settings_keys(settings, others, problems);
  check_values(settings, problems);
  return problems;
}

jose::Validation validation_of(const Settings& settings, OtherKeys others) {
  const auto has_name = [](const Keys::Entry& entry) { return !entry.kid.empty(); };
  const bool named = others.take_turns ||
                     std::ranges::any_of(settings.secret_key.entries(), has_name) ||
                     std::ranges::any_of(settings.public_key.entries(), has_name) ||
                     std::ranges::any_of(settings.private_key.entries(), has_name);
  return {
      .leeway = settings.leeway,
      .issuer = settings.issuer,
      .audience = settings.audience,
      .require_kid = settings.insist_on_kid,
      .max_length = settings.max_token_length,
      // BEHAVIOUR.md §9 row 18: kept in the profiles, as clients saw it.
      .accept_at_expiry = true,
      .untyped_expiry_is_past = true,
      .accept_endless_times = true,
      .accept_text_times = settings.profile != Profile::v1_0_1,
      .ignore_expiry = !settings.verify_expiration,
      // Settings since 1.3.0; what 1.0.1 never looked at is not refused in its name.
      .ignore_unexpected_audience = settings.profile == Profile::v1_0_1,
      .ignore_kid = settings.profile != Profile::drf_jwt && !named,
  };
}

Settings Settings::of(Profile profile) {
  Settings settings{.profile = profile};
  if (profile != Profile::drf_jwt) return settings;
  settings.allow_refresh = true;
  settings.auth_header_prefix = "Bearer";
  settings.token_id = TokenId::include;
  return settings;
}

}  // namespace restjwt::auth
