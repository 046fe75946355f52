#pragma once
// The curves we sign on, by all their names.

#include <cstddef>
#include <string_view>

#include <restjwt/jose/algorithm.hpp>
#include <restjwt/jose/error.hpp>
#include <restjwt/result.hpp>

#include "jose/signature.hpp"

namespace restjwt::jose {

/// Each fits one algorithm only (RFC 7518 §3.4, RFC 8812 §3.2, RFC 8037 §3.1).
struct Curve {
  Algorithm algorithm;
  std::string_view name;     ///< "crv" of a JWK
  const char* openssl_name;  ///< of the group; for Edwards curves, of the type of key
  std::size_t size;          ///< bytes of a coordinate, of an encoded point for Edwards curves
};

/// Null where there is none of that name.
const Curve* curve_named(std::string_view name) noexcept;
/// Null for the algorithms without a curve.
const Curve* curve_for(Algorithm algorithm) noexcept;
inline bool is_edwards(const Curve& curve) { return family(curve.algorithm) == Family::eddsa; }

/// The curve of a key; null for RSA. Error: unsupported_type, for all other keys.
Result<const Curve*> curve_of(const EVP_PKEY& key);

/// Whether a key on that curve, or an RSA key where it is null, is for the algorithm.
bool fits(const Curve* curve, Algorithm algorithm) noexcept;

}  // namespace restjwt::jose
