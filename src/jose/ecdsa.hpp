#pragma once
// The two forms of an ECDSA signature: r and s side by side (RFC 7518 §3.4), as tokens have it, and
// DER (RFC 3279 §2.2.3), as OpenSSL has it. Both numbers are `size` bytes long in the first.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace restjwt::jose {

/// Room for the curve P-521: two numbers of 66 bytes, each with a sign and three bytes of tag and
/// length, and four around them.
struct DerSignature {
  std::array<unsigned char, 144> bytes;
  std::size_t size = 0;
};

/// Empty when `raw` is of any other length.
DerSignature ecdsa_der_from_raw(std::string_view raw, std::size_t size);

/// Throws std::runtime_error when `der` is no signature of that size.
std::string ecdsa_raw_from_der(std::string_view der, std::size_t size);

}  // namespace restjwt::jose
