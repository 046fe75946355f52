#pragma once
// What we demand of a token. Strict by default; each loosening is a word somebody has to write.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <restjwt/clock.hpp>
#include <restjwt/jose/claims.hpp>
#include <restjwt/jose/error.hpp>

namespace restjwt::jose {

struct Validation {
  /// How far two clocks may differ; widens "exp", "nbf" and the limit on "iat". Default: not at
  /// all.
  std::chrono::microseconds leeway{0};
  /// Set: "iss" must be there and equal (RFC 7519 §4.1.1).
  std::optional<std::string> issuer{};
  /// Set: "aud" must be there and hold one of these, exactly. Empty: a token with an "aud" is meant
  /// for somebody else (RFC 7519 §4.1.3).
  std::vector<std::string> audience{};
  /// Claims that must be there, whatever their value.
  std::vector<std::string> required{};
  /// A key that has a name is tried only for tokens that give it (JWT_INSIST_ON_KID). Looked at by
  /// decode().
  bool require_kid = false;
  /// An "iat" further ahead than this plus leeway is refused; not sooner, since the clocks of two
  /// nodes differ.
  std::chrono::seconds max_iat_ahead{60};
  /// Longer text is refused before anything else is looked at.
  std::size_t max_length = 16 * 1024;

  /// Loosening: a token is still good in the second of its "exp", as djangorestframework-jwt
  /// clients saw it. RFC 7519 §4.1.4 says it is not.
  bool accept_at_expiry = false;
  /// A null or boolean "exp" is called expired and not an invalid claim: Python ordered them before
  /// every instant, and that is what clients were told. It is refused either way.
  bool untyped_expiry_is_past = false;
  /// Loosening: a time that no clock will show counts as the last or the first that one might, as
  /// Python's integers took it: "exp": 1e30 is a token that does not expire.
  bool accept_endless_times = false;
  /// Loosening: a time written as text of digits counts as the number, as Python's int() took it.
  bool accept_text_times = false;
  /// Loosening: "exp" is not looked at, not even its type (JWT_VERIFY_EXPIRATION = false).
  bool ignore_expiry = false;
  /// Loosening: where no audience is expected, "aud" is not looked at, as in
  /// djangorestframework-jwt before 1.3.0.
  bool ignore_unexpected_audience = false;
  /// Loosening: "kid" is not looked at, not even its type, as before drf-jwt 1.16.0 had keys with
  /// names.
  bool ignore_kid = false;

  friend bool operator==(const Validation&, const Validation&) = default;
};

/// The claims against the rules, in this order: types of iat, nbf, exp; iat, nbf, exp against
/// `now`; iss; aud; required. No error means all hold.
std::error_code check(const Claims& claims, const Validation& rules, TimePoint now);

}  // namespace restjwt::jose
