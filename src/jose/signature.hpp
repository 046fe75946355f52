#pragma once
// Signatures with a pair of keys (RFC 7518 §3.3–§3.5). With pem.cpp the only code that calls EVP_*.

#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include <restjwt/jose/algorithm.hpp>

namespace restjwt::jose {

/// OpenSSL counts references itself and locks what is cached in a key, so many threads may use one.
using KeyPair = std::shared_ptr<EVP_PKEY>;

/// False for a signature of any other length or form, too.
bool verify_signature(EVP_PKEY& key, Algorithm algorithm, std::string_view message,
                      std::string_view signature);

/// Throws std::runtime_error when OpenSSL cannot sign.
std::string make_signature(EVP_PKEY& key, Algorithm algorithm, std::string_view message);

}  // namespace restjwt::jose
