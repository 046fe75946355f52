#pragma once
// The two forms of an ECDSA signature: r and s side by side (RFC 7518 §3.4), as tokens have it, and
// DER (RFC 3279 §2.2.3), as OpenSSL has it. Both numbers are `size` bytes long in the first.

#include <cstddef>
#include <string>
#include <string_view>

namespace restjwt::jose {

/// Empty when `raw` is of any other length.
std::string ecdsa_der_from_raw(std::string_view raw, std::size_t size);

/// Throws std::runtime_error when `der` is no signature of that size.
std::string ecdsa_raw_from_der(std::string_view der, std::size_t size);

}  // namespace restjwt::jose
