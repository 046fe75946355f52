#pragma once
// Keys that vectors give as JWK (RFC 7517), which the library itself does not read yet.

#include <vector>

#include <restjwt/jose/key.hpp>
#include <restjwt/json.hpp>

namespace restjwt::jose {

/// The keys a JWK or JWK set stands for, each by its "kid", one per algorithm it may be used with.
/// Keys that we refuse, and kinds we do not have, are left out.
std::vector<VerificationKey> keys_of(const Json& jwk, KeyPolicy policy = {});

}  // namespace restjwt::jose
