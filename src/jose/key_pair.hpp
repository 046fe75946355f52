#pragma once
// The checks a key pair has to pass, wherever it comes from.

#include <string>

#include <restjwt/result.hpp>

#include "jose/curve.hpp"
#include "jose/signature.hpp"

namespace restjwt::jose {

/// As it was read. Whether there is a private part is told by who read it.
struct ReadKey {
  KeyPair pair;
  bool is_private;
};

/// A pair, or the public half of one, that passed.
struct CheckedKey : ReadKey {
  const Curve* curve;  ///< null: RSA
};

/// Error: unsupported_type, and those of KeyErrc that weak and damaged keys have. A private key has
/// been seen to sign what its public part verifies.
Result<CheckedKey> check(ReadKey key);

/// Without the private numbers. Throws std::runtime_error when OpenSSL fails.
KeyPair public_part(const ReadKey& key);

/// The encoded public point of an Edwards curve.
std::string raw_public_key(const EVP_PKEY& key);

}  // namespace restjwt::jose
