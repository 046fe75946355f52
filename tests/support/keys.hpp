#pragma once
// Keys to test with: files of tests/data/keys, and keys given by their numbers.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/jose/key.hpp>
#include <restjwt/json.hpp>

namespace restjwt::test {

/// The text of a file in tests/data/keys. Throws std::runtime_error when it is not there.
std::string key_file(std::string_view name);

/// PEM of an RSA public key whose numbers nobody checked; bytes with the highest first.
std::string rsa_public_pem(std::string_view modulus, std::string_view exponent);

/// The keys a JWK or JWK set (RFC 7517) stands for, one per algorithm it may be used with. Keys
/// that we refuse, and kinds we do not have, are left out.
std::vector<jose::VerificationKey> verification_keys(const Json& jwk, jose::KeyPolicy policy = {});

/// Nothing when we refuse the key or do not have its kind.
std::optional<jose::SigningKey> signing_key(const Json& jwk, jose::Algorithm algorithm);

}  // namespace restjwt::test
