#include <restjwt/auth/pair_settings.hpp>

#include <algorithm>
#include <array>
#include <set>

#include "auth/pairs_impl.hpp"
#include "auth/settings_check.hpp"

namespace restjwt::auth {
namespace {

using Problems = std::vector<SettingsProblem>;
using std::chrono::microseconds;

/// Under which name SIMPLE_JWT has what the settings of the single token call so.
std::string_view own_name(std::string_view setting) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> names{{
      {"JWT_SECRET_KEY", "SIGNING_KEY"},
      {"JWT_PRIVATE_KEY", "SIGNING_KEY"},
      {"JWT_PUBLIC_KEY", "VERIFYING_KEY"},
      {"JWT_ALGORITHM", "ALGORITHM"},
      {"JWT_AUDIENCE", "AUDIENCE"},
      {"JWT_ISSUER", "ISSUER"},
      {"JWT_LEEWAY", "LEEWAY"},
  }};
  const auto found =
      std::ranges::find(names, setting, &std::pair<std::string_view, std::string_view>::first);
  return found == names.end() ? std::string_view() : found->second;
}

/// What is wrong with settings that pairs have too.
void add_by_own_names(Problems found, Problems& problems) {
  for (auto& problem : found)
    if (const auto name = own_name(problem.setting); !name.empty())
      problems.push_back({std::string(name), std::move(problem.reason)});
}

void check_times(const PairSettings& pairs, Problems& problems) {
  const auto range = [&](const char* setting, microseconds value) {
    if (value < std::chrono::seconds{1})
      problems.push_back({setting, "is shorter than a second: no token would be good"});
    else if (value > longest_duration) problems.push_back({setting, "is longer than 100 years"});
  };
  range("ACCESS_TOKEN_LIFETIME", pairs.access_token_lifetime);
  range("REFRESH_TOKEN_LIFETIME", pairs.refresh_token_lifetime);
  range("REFRESH_TOKEN_ABSOLUTE_LIFETIME", absolute_lifetime(pairs));
  range("SLIDING_TOKEN_LIFETIME", pairs.sliding_token_lifetime);
  range("SLIDING_TOKEN_REFRESH_LIFETIME", pairs.sliding_token_refresh_lifetime);
  if (pairs.reuse_interval < std::chrono::seconds{0} ||
      pairs.reuse_interval > longest_reuse_interval)
    problems.push_back({"REFRESH_REUSE_INTERVAL",
                        "expected from 0s to 1m: as long may whoever stole a token use it again "
                        "unnoticed"});
}

void check_claims(const PairSettings& pairs, Problems& problems) {
  std::set<std::string_view> taken{"exp", "iat", "nbf", "aud", "iss", "orig_iat", "orig_jti"};
  const auto claim = [&](const char* setting, const std::string& name) {
    if (name.empty()) problems.push_back({setting, "is the name of a claim, and may not be empty"});
    else if (!taken.insert(name).second)
      problems.push_back({setting, "\"" + name + "\" is another claim's name"});
  };
  claim("TOKEN_TYPE_CLAIM", pairs.token_type_claim);
  claim("JTI_CLAIM", pairs.jti_claim);
  claim("USER_ID_CLAIM", pairs.user_id_claim);
  claim("SLIDING_TOKEN_REFRESH_EXP_CLAIM", pairs.sliding_token_refresh_exp_claim);
}

void check_header(const PairSettings& pairs, Problems& problems) {
  if (pairs.auth_header_types.empty() || !std::ranges::all_of(pairs.auth_header_types, is_token))
    problems.push_back({"AUTH_HEADER_TYPES",
                        "expected authentication schemes: each one word of letters, digits and "
                        "!#$%&'*+-.^_`|~"});
  if (!is_token(pairs.auth_header_name))
    problems.push_back({"AUTH_HEADER_NAME", "is no name of a header field"});
  if (pairs.auth_token_classes.empty())
    problems.push_back({"AUTH_TOKEN_CLASSES", "there is none; no token would let anybody in"});
}

void check_cookies(const PairSettings& pairs, const CookieSettings& shared, Problems& problems) {
  check_cookie("AUTH_COOKIE", pairs.auth_cookie, shared, "JWT_AUTH_COOKIE_PATH", problems);
  auto narrowed = shared;
  narrowed.path = pairs.auth_cookie_refresh_path;
  check_cookie("AUTH_COOKIE_REFRESH", pairs.auth_cookie_refresh, narrowed,
               "AUTH_COOKIE_REFRESH_PATH", problems);
  check_cookie_path("AUTH_COOKIE_REFRESH_PATH", narrowed.path, problems);
  std::set<std::string_view> taken{shared.auth, shared.impersonation};
  for (const auto& [setting, name] : {std::pair{"AUTH_COOKIE", &pairs.auth_cookie},
                                      {"AUTH_COOKIE_REFRESH", &pairs.auth_cookie_refresh}})
    if (!name->empty() && !taken.insert(*name).second)
      problems.push_back({setting, "\"" + *name + "\" is another token's cookie"});
  if (!pairs.auth_cookie_refresh.empty() && !pairs.auth_token_classes.empty() &&
      pairs.auth_token_classes.front() == PairSettings::TokenClass::sliding)
    problems.push_back({"AUTH_COOKIE_REFRESH",
                        "is not used: a login hands out a sliding token, which has AUTH_COOKIE"});
}

void check_keys(const PairSettings& pairs, const Settings& settings, OtherKeys others,
                Problems& problems) {
  if (!have_own_keys(pairs)) {
    if (others.users_own)
      problems.push_back({"SIGNING_KEY",
                          "there is none, and users' own keys (JWT_GET_USER_SECRET_KEY) sign "
                          "single tokens only"});
    if (!pairs.verifying_key.empty())
      problems.push_back({"VERIFYING_KEY", "is not used without SIGNING_KEY"});
    return;
  }
  if (pairs.signing_key.empty() && others.take_turns)
    return problems.push_back(
        {"ALGORITHM", "is not used: keys that take turns sign, each with its own; leave it out"});
  if (pairs.signing_key.empty() && !jose::is_hmac(*pairs.algorithm) && settings.private_key.empty())
    return problems.push_back({"SIGNING_KEY", "there is none; " +
                                                  std::string(name(*pairs.algorithm)) +
                                                  " signs with a private key in PEM"});
  Problems found;
  read_settings_keys(dialect_of(pairs, settings), {}, found);
  add_by_own_names(std::move(found), problems);
}

}  // namespace

bool have_own_keys(const PairSettings& pairs) noexcept {
  return pairs.algorithm || !pairs.signing_key.empty();
}

microseconds absolute_lifetime(const PairSettings& pairs) noexcept {
  return pairs.absolute_lifetime.value_or(
      std::max<microseconds>(std::chrono::days{7}, pairs.refresh_token_lifetime));
}

std::chrono::seconds longest_life(const PairSettings& pairs) {
  const auto life = std::max(
      {pairs.access_token_lifetime, pairs.refresh_token_lifetime, pairs.sliding_token_lifetime});
  return std::chrono::ceil<std::chrono::seconds>(life) +
         std::chrono::ceil<std::chrono::seconds>(pairs.leeway);
}

Settings dialect_of(const PairSettings& pairs, const Settings& settings) {
  Settings dialect = settings;
  if (pairs.algorithm) dialect.algorithms = {*pairs.algorithm};
  if (!pairs.signing_key.empty()) {
    dialect.algorithms.resize(1);  // the first is what signs
    const bool hmac = !dialect.algorithms.empty() && jose::is_hmac(dialect.algorithms.front());
    dialect.secret_key = hmac ? pairs.signing_key : Keys();
    dialect.private_key = hmac ? Keys() : pairs.signing_key;
    dialect.public_key = pairs.verifying_key;
    dialect.insist_on_kid = false;
  }
  dialect.audience = pairs.audience;
  dialect.audience_is_list = pairs.audience_is_list;
  dialect.issuer = pairs.issuer;
  dialect.leeway = pairs.leeway;
  dialect.expiration_delta = pairs.access_token_lifetime;
  if (std::ranges::find(pairs.auth_token_classes, PairSettings::TokenClass::sliding) !=
      pairs.auth_token_classes.end())
    dialect.expiration_delta = std::max(dialect.expiration_delta, pairs.sliding_token_lifetime);
  dialect.allow_refresh = true;
  dialect.refresh_expiration_delta = absolute_lifetime(pairs);
  dialect.verify = dialect.verify_expiration = true;
  return dialect;
}

std::vector<SettingsProblem> check(const PairSettings& pairs, const Settings& settings,
                                   OtherKeys others) {
  Problems problems;
  check_times(pairs, problems);
  check_claims(pairs, problems);
  check_header(pairs, problems);
  check_cookies(pairs, settings.cookies, problems);
  check_keys(pairs, settings, others, problems);
  if (pairs.user_id_field != "id" && pairs.user_id_field != settings.username_field)
    problems.push_back({"USER_ID_FIELD", "expected \"id\" or \"" + settings.username_field + "\""});
  Problems values;
  check_values(dialect_of(pairs, settings), values);
  add_by_own_names(std::move(values), problems);
  return problems;
}

}  // namespace restjwt::auth
