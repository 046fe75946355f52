#pragma once
// Signed JSON Web Tokens in compact form (RFC 7519, RFC 7515 §7.1).

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <restjwt/clock.hpp>
#include <restjwt/jose/key.hpp>
#include <restjwt/jose/validation.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::jose {

/// Header {"typ":"JWT","alg":…}, with "kid" behind it where the key has one, then the claims as
/// they stand, written compactly in ASCII. `claims` must be an object; std::invalid_argument
/// otherwise.
std::string encode(const Json& claims, const SigningKey& key);

/// Header and claims of a token whose signature and claims have been checked. Only decode() makes
/// one.
class VerifiedToken {
 public:
  const Json& header() const noexcept { return header_; }
  const Json& claims() const noexcept { return claims_; }
  Json take_claims() && { return std::move(claims_); }

 private:
  VerifiedToken(Json header, Json claims)
      : header_(std::move(header)), claims_(std::move(claims)) {}
  friend Result<VerifiedToken> decode(std::string_view, std::span<const VerificationKey>,
                                      const Validation&, TimePoint);
  Json header_;
  Json claims_;
};

/// Never throws on input. A wrong signature is reported before anything the claims say, so an
/// expired forgery is forged.
///
/// A key is tried when it is for the header's "alg" and its name fits: a key without one fits every
/// token; a key with one fits the tokens of that "kid" and those without (absent or empty, RFC 7515
/// §4.1.4). Where none is tried, the refusal tells why, in this order: no key at all is for that
/// "alg" (algorithm_not_allowed), no name fits (unknown_key), no key of a fitting name is for that
/// "alg" (algorithm_not_allowed). Keys in the header ("jwk", "jku", "x5u", "x5c") are never used.
Result<VerifiedToken> decode(std::string_view token, std::span<const VerificationKey> keys,
                             const Validation& rules, TimePoint now);

}  // namespace restjwt::jose
