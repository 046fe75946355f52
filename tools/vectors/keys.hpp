#pragma once
// The keys of a case.

#include <vector>

#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/key.hpp>
#include <restjwt/json.hpp>

namespace restjwt::vectors {

/// Those of a JWK or JWK set that we take, by name.
std::vector<jose::Jwk> jwks_of(const Json& json);

/// One for each algorithm a key may be used with. Those that we refuse are left out.
std::vector<jose::VerificationKey> verification_keys(const Json& json, jose::KeyPolicy policy = {});

}  // namespace restjwt::vectors
