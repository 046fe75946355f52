#pragma once
// Access and refresh tokens as djangorestframework-simplejwt has them: its settings by its names,
// with its defaults. docs/settings.md describes each.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <restjwt/auth/keys.hpp>
#include <restjwt/auth/settings.hpp>
#include <restjwt/jose/algorithm.hpp>

namespace restjwt::auth {

/// REFRESH_REUSE_INTERVAL at most.
inline constexpr std::chrono::minutes longest_reuse_interval{1};

struct PairSettings {
  /// ACCESS_TOKEN_LIFETIME
  std::chrono::microseconds access_token_lifetime = std::chrono::minutes{5};
  /// REFRESH_TOKEN_LIFETIME: where tokens are rotated this is the idle limit, since each child has
  /// it anew.
  std::chrono::microseconds refresh_token_lifetime = std::chrono::days{1};
  /// REFRESH_TOKEN_ABSOLUTE_LIFETIME: how long after its login a session can be refreshed, however
  /// often its tokens are rotated; nothing: 7 days, or REFRESH_TOKEN_LIFETIME where that is longer.
  /// simplejwt has no such limit.
  std::optional<std::chrono::microseconds> absolute_lifetime{};
  /// ROTATE_REFRESH_TOKENS: a refresh gives a new refresh token too, and each works once.
  bool rotate_refresh_tokens = false;
  /// REFRESH_REUSE_INTERVAL: how long after an exchange the same token gives the same child again,
  /// while the child was not exchanged itself: two tabs, or a lost reply. 0: not at all.
  std::chrono::seconds reuse_interval{10};
  /// UPDATE_LAST_LOGIN
  bool update_last_login = false;

  /// ALGORITHM; nothing: that of JWT_ALGORITHM.
  std::optional<jose::Algorithm> algorithm{};
  /// SIGNING_KEY: a secret for HS*, otherwise a private key in PEM. Empty: the keys of Settings,
  /// and those that take turns.
  Keys signing_key{};
  /// VERIFYING_KEY: a public key in PEM; without it the public part of SIGNING_KEY.
  Keys verifying_key{};
  /// AUDIENCE: goes into the claim aud, and a token must hold one of these. Empty: aud is not
  /// looked at.
  std::vector<std::string> audience{};
  bool audience_is_list = false;  ///< whether one audience is written as a list of one
  /// ISSUER
  std::optional<std::string> issuer{};
  /// LEEWAY
  std::chrono::microseconds leeway{0};

  /// AUTH_HEADER_TYPES: the schemes in the header, compared without case; the first is what a
  /// challenge tells.
  std::vector<std::string> auth_header_types{"Bearer"};
  /// AUTH_HEADER_NAME, as HTTP spells it.
  std::string auth_header_name = "Authorization";

  /// AUTH_COOKIE: the cookie of the access (or sliding) token, read where there is no header. Its
  /// attributes are those of Settings::cookies. Empty: no cookie.
  std::string auth_cookie{};
  /// AUTH_COOKIE_REFRESH: that of the refresh token, with SameSite=Strict and a path of its own.
  std::string auth_cookie_refresh{};
  /// AUTH_COOKIE_REFRESH_PATH: where browsers send it.
  std::string auth_cookie_refresh_path = "/api/token/";

  /// USER_ID_FIELD: "id", or the name of the users' USERNAME_FIELD.
  std::string user_id_field = "id";
  /// USER_ID_CLAIM
  std::string user_id_claim = "user_id";
  /// TOKEN_TYPE_CLAIM: what a token is good for. A token that has it is taken at no other door,
  /// whether there are pairs or not.
  std::string token_type_claim = "token_type";
  /// JTI_CLAIM
  std::string jti_claim = "jti";

  /// AUTH_TOKEN_CLASSES: what lets a request in; the first is what a login hands out.
  enum class TokenClass { access, sliding };
  std::vector<TokenClass> auth_token_classes{TokenClass::access};
  /// SLIDING_TOKEN_LIFETIME, SLIDING_TOKEN_REFRESH_LIFETIME, SLIDING_TOKEN_REFRESH_EXP_CLAIM
  std::chrono::microseconds sliding_token_lifetime = std::chrono::minutes{5};
  std::chrono::microseconds sliding_token_refresh_lifetime = std::chrono::days{1};
  std::string sliding_token_refresh_exp_claim = "refresh_exp";
};

/// Everything that is wrong, by the names of SIMPLE_JWT; empty when the settings can be used.
/// `settings`: of the single token, whose keys pairs share unless they have their own.
std::vector<SettingsProblem> check(const PairSettings& pairs, const Settings& settings,
                                   OtherKeys others = {});

}  // namespace restjwt::auth
