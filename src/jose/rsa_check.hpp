#pragma once
// What an RSA key must be before we use it.

#include <system_error>

#include "jose/signature.hpp"

namespace restjwt::jose {

inline constexpr int min_rsa_bits = 2048;  // RFC 7518 §3.3
inline constexpr int max_rsa_bits = 8192;
inline constexpr int max_exponent_bits = 32;

/// Length, modulus and exponent: too_short, too_long, weak_exponent, unreadable. Cheap looks only,
/// since OpenSSL's own check of a huge key can take minutes (CVE-2023-6237).
std::error_code check_rsa_public(const EVP_PKEY& key);

/// Whether the private numbers fit each other and the public ones (RFC 8017 §3.2), as far as they
/// are there. Signing is no proof: OpenSSL goes on without the primes when they are wrong.
bool rsa_numbers_agree(const EVP_PKEY& key);

}  // namespace restjwt::jose
