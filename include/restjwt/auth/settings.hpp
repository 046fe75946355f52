#pragma once
// Every option of the library: its default, its unit, its reason. Names in Django's settings carry
// the prefix JWT_; docs/settings.md describes each.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <restjwt/auth/keys.hpp>
#include <restjwt/auth/password.hpp>
#include <restjwt/auth/profile.hpp>
#include <restjwt/jose/algorithm.hpp>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/key_set.hpp>
#include <restjwt/jose/validation.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

/// JWT_TOKEN_ID: whether tokens carry an id of their own, the claim jti.
enum class TokenId {
  off,
  include,  ///< jti in every token; a refreshed one names in orig_jti the one a login made
  require,  ///< and the doors verify and refresh take no token without one
};

/// No two clocks differ by more: a longer leeway is another name for tokens that do not expire.
inline constexpr std::chrono::hours longest_safe_leeway{1};

enum class SameSite { lax, strict, none };

/// Cookies that carry a token (JWT_AUTH_COOKIE and its kin). Always HttpOnly.
struct CookieSettings {
  /// JWT_AUTH_COOKIE: set by obtain, refresh and verify, and read where there is no Authorization
  /// header. Empty: no cookie.
  std::string auth{};
  /// JWT_IMPERSONATION_COOKIE: set by impersonate; read before the other.
  std::string impersonation{};
  /// JWT_AUTH_COOKIE_DOMAIN; empty: only the host that set it.
  std::string domain{};
  /// JWT_AUTH_COOKIE_PATH
  std::string path = "/";
  /// JWT_AUTH_COOKIE_SECURE: only over TLS.
  bool secure = true;
  /// JWT_AUTH_COOKIE_SAMESITE
  SameSite same_site = SameSite::lax;
};

struct Settings {
  Profile profile = Profile::v1_0_1;

  /// JWT_SECRET_KEY: HMAC keys, one, a list or a table; the first signs, all verify. In profile
  /// 1.0.1 also the private key in PEM for the other algorithms, as that release had no
  /// JWT_PRIVATE_KEY.
  Keys secret_key{};
  /// JWT_PRIVATE_KEY: one key in PEM, perhaps with a kid; signs with all algorithms but HS*.
  Keys private_key{};
  /// JWT_PRIVATE_KEY_PASSPHRASE: of a private key that is encrypted.
  Secret private_key_passphrase{};
  /// JWT_PUBLIC_KEY: what verifies them, a public key or a certificate in PEM; without it the
  /// public part of the private key.
  Keys public_key{};
  /// JWT_INSIST_ON_KID: with keys that have a kid, a token must name one of them.
  bool insist_on_kid = false;
  /// JWT_ALGORITHM: the first signs; these and no others are accepted.
  std::vector<jose::Algorithm> algorithms{jose::Algorithm::HS256};
  /// Whether headers say "Ed25519" and "Ed448" (RFC 9864), which older verifiers do not know, in
  /// place of "EdDSA". Both are accepted.
  bool fully_specified_algorithms = false;
  /// JWT_VERIFY: false takes any well-formed token without looking at signature or claims. Needs
  /// allow_insecure.
  bool verify = true;
  /// JWT_VERIFY_EXPIRATION: false takes expired tokens. Needs allow_insecure.
  bool verify_expiration = true;
  /// JWT_LEEWAY: how long after its exp a token still counts. Not for the refresh window.
  std::chrono::microseconds leeway{0};
  /// JWT_AUDIENCE: goes into the claim aud; a token must hold one of these. Empty: no audience, and
  /// a token that has one is refused (profile 1.0.1: not looked at).
  std::vector<std::string> audience{};
  /// Whether one audience is written as a list of one, as it was where JWT_AUDIENCE was a list.
  bool audience_is_list = false;
  /// JWT_ISSUER: goes into the claim iss; a token must have it.
  std::optional<std::string> issuer{};
  /// JWT_EXPIRATION_DELTA: exp is the whole second below now + this.
  std::chrono::microseconds expiration_delta = std::chrono::seconds{300};
  /// JWT_ALLOW_REFRESH: puts orig_iat into tokens; without it they cannot be refreshed.
  bool allow_refresh = false;
  /// JWT_REFRESH_EXPIRATION_DELTA: counted from orig_iat; its fraction of a second is dropped.
  std::chrono::microseconds refresh_expiration_delta = std::chrono::days{7};
  /// JWT_AUTH_HEADER_PREFIX: the scheme in the Authorization header, compared without case.
  std::string auth_header_prefix = "JWT";
  /// JWT_TOKEN_ID
  TokenId token_id = TokenId::off;
  /// JWT_PAYLOAD_INCLUDE_USER_ID: whether profile drf-jwt puts user_id into tokens. Without it
  /// whoever gets the name of a deleted user gets his tokens too.
  bool payload_include_user_id = true;
  CookieSettings cookies{};

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

  /// The defaults of a release: drf-jwt's prefix is Bearer, it allows refreshing and includes jti.
  static Settings of(Profile profile);
};

/// A setting that cannot be, by its Django name, and why: for the person who wrote it. Never holds
/// the value of a secret.
struct SettingsProblem {
  std::string setting;
  std::string reason;
};
/// Keys that stand in for those of the settings.
struct OtherKeys {
  /// JWT_GET_USER_SECRET_KEY is given, so that HMAC keys are the users' own.
  bool users_own = false;
  /// There is a KeySchedule: its keys sign, those of the settings only verify and need not be
  /// there.
  bool take_turns = false;
};
/// Everything that is wrong, not only the first; empty when the settings can be used. A secret that
/// is publicly known (is_known_secret) is a problem here.
std::vector<SettingsProblem> check(const Settings& settings, OtherKeys others = {});

/// What these settings demand of a token.
jose::Validation validation_of(const Settings& settings, OtherKeys others = {});

/// The keys that verify under these settings, but for those that cannot be used.
jose::KeySet verification_keys(const Settings& settings);
class KeySchedule;
/// The same beside keys that take turns.
jose::KeySet verification_keys(const Settings& settings, const KeySchedule& schedule);

/// The keys of the settings as JWKs, for a KeySchedule to take over. Each names its algorithm, and
/// has the kid it has in the settings, if any.
struct SettingsJwks {
  std::vector<jose::Jwk> signing{};  ///< private keys and secrets; the first is the one that signs
  std::vector<jose::Jwk> verifying{};  ///< the other public keys
};
/// Those that can be used; what is wrong with others is added to `problems`.
SettingsJwks settings_jwks(const Settings& settings, std::vector<SettingsProblem>& problems);

/// Whether the secret stands in the public list of leaked and tutorial secrets.
bool is_known_secret(const Secret& secret);
/// Whether the bytes are a key or certificate in DER (ITU-T X.690): the like of a PEM file, whose
/// public form everybody can have, and never meant as a secret.
bool is_der(const Secret& secret) noexcept;

}  // namespace restjwt::auth
