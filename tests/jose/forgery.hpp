#pragma once
// What an attacker writes, who is not bound to our rules, and what we say to it.

#include <string>
#include <string_view>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/jwt.hpp>

#include "jose/hmac.hpp"
#include "support/keys.hpp"

namespace restjwt::jose::forgery {

inline constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};
inline const std::string secret(32, 's');
inline constexpr std::string_view hs256 = R"({"alg":"HS256"})";
inline const std::error_code none;

/// header.payload without a signature.
inline std::string signing_input(std::string_view header, std::string_view payload) {
  return base64url_encode(header) + '.' + base64url_encode(payload);
}

/// Signed with HMAC, whatever the header says and whatever text the key is. The default key is the
/// one that hmac_key() verifies with.
inline std::string forge(std::string_view header, std::string_view payload,
                         std::string_view key = secret, Algorithm algorithm = Algorithm::HS256) {
  const std::string input = signing_input(header, payload);
  return input + '.' + base64url_encode(HmacKey(algorithm, key).mac(input).view());
}

/// Signed with a key of ours, under any header.
inline std::string sign(std::string_view header, std::string_view payload, const SigningKey& key) {
  const std::string input = signing_input(header, payload);
  return input + '.' + base64url_encode(key.sign(input));
}

inline VerificationKey hmac_key() {
  return VerificationKey::from_secret(Secret(secret), Algorithm::HS256).value();
}

inline VerificationKey rsa_key(Algorithm algorithm = Algorithm::RS256) {
  return VerificationKey::from_pem(test::key_file("rsa.pub"), algorithm).value();
}

/// A private key for the algorithm; for RSA always the same.
inline SigningKey signing_key(Algorithm algorithm) {
  if (family(algorithm) == Family::rsa || family(algorithm) == Family::rsa_pss)
    return SigningKey::from_pem(Secret(test::key_file("rsa.pem")), algorithm).value();
  return SigningKey::from_jwk(Jwk::generate(algorithm)).value().with_kid("");
}

/// No error where the token is good.
inline std::error_code refusal(std::string_view token, const KeySet& keys = hmac_key(),
                               const Validation& rules = {}) {
  const auto decoded = decode(token, keys, rules, now);
  return decoded ? none : decoded.error();
}

}  // namespace restjwt::jose::forgery
