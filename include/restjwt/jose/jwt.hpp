#pragma once
// Signed JSON Web Tokens in compact form (RFC 7519, RFC 7515 §7.1).

#include <string>
#include <string_view>
#include <utility>

#include <restjwt/clock.hpp>
#include <restjwt/inline_text.hpp>
#include <restjwt/jose/claims.hpp>
#include <restjwt/jose/key.hpp>
#include <restjwt/jose/key_set.hpp>
#include <restjwt/jose/validation.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::jose {

/// Header {"typ":"JWT","alg":…}, with "kid" behind it where the key has one, then the claims as
/// they stand, written compactly in ASCII. `claims` must be an object; std::invalid_argument
/// otherwise.
std::string encode(const Json& claims, const SigningKey& key);

/// A token whose signature and claims have been checked. Only decode() makes one.
class VerifiedToken {
  class Decoding;

 public:
  VerifiedToken(const Decoding&, const VerificationKey& key);

  const Claims& claims() const noexcept { return claims_; }
  /// That of the key that verified it.
  Algorithm algorithm() const noexcept { return algorithm_; }
  /// The name of that key; empty: it has none.
  std::string_view kid() const noexcept { return kid_.view(); }

 private:
  friend Result<VerifiedToken> decode(std::string_view, const KeySet&, const Validation&,
                                      TimePoint);

  Claims claims_;
  Algorithm algorithm_;
  InlineText<64> kid_;
};

/// Never throws on input. A wrong signature is reported before anything the claims say, so an
/// expired forgery is forged.
///
/// A key is tried when it is for the header's "alg" and its name fits: a key without one fits every
/// token whose "kid" is text; a key with one fits the tokens of that "kid" and, unless
/// Validation::require_kid, those without (absent, empty or ignored; RFC 7515 §4.1.4). At most
/// KeySet::max_tries are tried. Where none is tried, the refusal tells why, in this order: no key
/// at all is for that "alg" (algorithm_not_allowed), no name fits (unknown_key), no key of a
/// fitting name is for that "alg" (algorithm_not_allowed). Keys in the header ("jwk", "jku", "x5u",
/// "x5c") are never used.
Result<VerifiedToken> decode(std::string_view token, const KeySet& keys, const Validation& rules,
                             TimePoint now);

}  // namespace restjwt::jose
