#pragma once
// Every option of the library: its default, its unit, its reason. Names in Django's settings carry
// the prefix JWT_; docs/settings.md describes each.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <restjwt/auth/password.hpp>
#include <restjwt/auth/profile.hpp>
#include <restjwt/jose/algorithm.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

struct Settings {
  Profile profile = Profile::v1_0_1;

  /// JWT_SECRET_KEY: the HMAC key; for RS* a private key in PEM, which signs and verifies.
  Secret secret_key{};
  /// JWT_ALGORITHM: signs, and is the only one accepted.
  jose::Algorithm algorithm = jose::Algorithm::HS256;
  /// JWT_VERIFY: false takes any well-formed token without looking at signature or claims. Needs
  /// allow_insecure.
  bool verify = true;
  /// JWT_VERIFY_EXPIRATION: false takes expired tokens. Needs allow_insecure.
  bool verify_expiration = true;
  /// JWT_LEEWAY: how long after its exp a token still counts. Not for the refresh window.
  std::chrono::microseconds leeway{0};
  /// JWT_EXPIRATION_DELTA: exp is the whole second below now + this.
  std::chrono::microseconds expiration_delta = std::chrono::seconds{300};
  /// JWT_ALLOW_REFRESH: puts orig_iat into tokens; without it they cannot be refreshed.
  bool allow_refresh = false;
  /// JWT_REFRESH_EXPIRATION_DELTA: counted from orig_iat; its fraction of a second is dropped.
  std::chrono::microseconds refresh_expiration_delta = std::chrono::days{7};
  /// JWT_AUTH_HEADER_PREFIX: the scheme in the Authorization header, compared without case.
  std::string auth_header_prefix = "JWT";

  /// Django's USERNAME_FIELD: the name of the field in a login request and of the error about it.
  std::string username_field = "username";
  /// PASSWORD_HASHER: what new and upgraded passwords get.
  PasswordHasher password_hasher{};
  /// Whether a weaker hash is rewritten at login. Off where the table belongs to somebody else.
  bool upgrade_passwords = true;

  /// Longer passwords are refused before hashing (CVE-2013-1443). Bytes.
  std::size_t max_password_length = 16'384;
  /// Longer tokens are refused unread. Bytes.
  std::size_t max_token_length = 16'384;

  /// Takes JWT_VERIFY = false and JWT_VERIFY_EXPIRATION = false. Anybody can then be anybody.
  bool allow_insecure = false;
  /// Takes an HMAC key shorter than its hash (RFC 7518 §3.2).
  bool allow_short_secret = false;
};

/// A setting that cannot be, by its Django name, and why: for the person who wrote it. Never holds
/// the value of a secret.
struct SettingsProblem {
  std::string setting;
  std::string reason;
};
/// Everything that is wrong, not only the first; empty when the settings can be used. A secret that
/// is publicly known (is_known_secret) is a problem here.
std::vector<SettingsProblem> check(const Settings& settings);

/// Whether the secret stands in the public list of leaked and tutorial secrets.
bool is_known_secret(const Secret& secret);

}  // namespace restjwt::auth
