#pragma once
// Everything that can be wrong with a token or a key. A caller can always tell them apart; what a
// client is told is decided elsewhere (http/messages).

#include <system_error>

namespace restjwt::jose {

enum class TokenErrc {
  too_long = 1,           ///< longer than Validation::max_length
  malformed,              ///< not three strict base64url parts of JSON objects (RFC 7515 §7.1)
  critical_header,        ///< "crit" names something we do not understand (RFC 7515 §4.1.11)
  algorithm_not_allowed,  ///< none of the keys is for the header's "alg", or there is none (RFC
                          ///< 8725 §3.1)
  signature_mismatch,     ///< no key verifies the signature
  invalid_claim,      ///< "exp" or "nbf" is no number (RFC 7519 §4.1), or a time is one that no
                      ///< clock will show
  expired,            ///< "exp" (RFC 7519 §4.1.4)
  not_yet_valid,      ///< "nbf" (RFC 7519 §4.1.5)
  issued_in_future,   ///< "iat" further ahead than clocks differ
  missing_claim,      ///< a claim in Validation::required is not there
  wrong_audience,     ///< "aud" does not hold what is expected, or is there and nothing is
  wrong_issuer,       ///< an issuer is expected, and "iss" is not it
  untyped_issued_at,  ///< "iat" is no number (RFC 7519 §4.1.6)
  unknown_key,        ///< "kid" names none of the keys, is no string, or is demanded and absent
};
std::error_code make_error_code(TokenErrc) noexcept;

enum class KeyErrc {
  empty = 1,           ///< no key at all
  too_short,           ///< an HMAC key shorter than its hash (RFC 7518 §3.2), RSA under 2048 bits
  too_long,            ///< RSA over 8192 bits: verifying would cost too much
  unreadable,          ///< not a key in the form it should have, damaged, or over 16 KiB
  wrong_type,          ///< a key, but not for this algorithm; another curve; PEM as an HMAC secret
  no_private_part,     ///< a public key where one has to sign
  weak_exponent,       ///< RSA with a public exponent that is even, 1, or over 32 bits
  encrypted,           ///< an encrypted key, and nobody to ask for its passphrase
  wrong_passphrase,    ///< the passphrase does not decrypt the key
  no_algorithm,        ///< a JWK that fits several algorithms and names none
  unknown_algorithm,   ///< a JWK whose "alg" is none of ours
  unsupported_type,    ///< a JWK of a kind or on a curve that signs nothing here
  not_for_signatures,  ///< a JWK whose "use" or "key_ops" says so (RFC 7517 §4.2, §4.3)
  ambiguous,           ///< in a JWK Set: named as another one for the same algorithm, or a secret
                       ///< among public keys
};
std::error_code make_error_code(KeyErrc) noexcept;

}  // namespace restjwt::jose

template <>
struct std::is_error_code_enum<restjwt::jose::TokenErrc> : std::true_type {};
template <>
struct std::is_error_code_enum<restjwt::jose::KeyErrc> : std::true_type {};
