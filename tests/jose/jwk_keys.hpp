#pragma once
// The keys of a vector.

#include <optional>
#include <vector>

#include <restjwt/jose/key.hpp>
#include <restjwt/json.hpp>

namespace restjwt::jose {

/// The keys a JWK or JWK set stands for, each by its "kid", one per algorithm it may be used with.
/// Keys that we refuse are left out.
std::vector<VerificationKey> keys_of(const Json& jwk, KeyPolicy policy = {});

/// The key that signs what a header calls `alg`; nothing when we refuse it.
std::optional<SigningKey> signing_key_of(const Json& jwk, std::string_view alg);

}  // namespace restjwt::jose
