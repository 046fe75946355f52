#pragma once
// PEM text (RFC 7468) to a key that OpenSSL can use, and the checks it has to pass first.

#include <string_view>

#include <restjwt/jose/error.hpp>
#include <restjwt/result.hpp>

#include "jose/signature.hpp"

namespace restjwt::jose {

/// A public key, or the public part of a private one.
Result<KeyPair> read_public_key(std::string_view pem, Algorithm algorithm);

/// A private key that has been seen to sign what its public part verifies.
Result<KeyPair> read_private_key(std::string_view pem, Algorithm algorithm);

}  // namespace restjwt::jose
