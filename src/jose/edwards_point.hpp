#pragma once
// Public keys of Ed25519 and Ed448 that OpenSSL takes and nobody should.

#include <string_view>

#include "jose/curve.hpp"

namespace restjwt::jose {

/// Whether an encoded point (RFC 8032 §5.1.2, §5.2.2) has a coordinate below the field's prime and
/// an order above the cofactor. A point of small order verifies signatures that nobody made.
/// Whether the point is on the curve is not asked; one that is not verifies nothing.
bool is_sound_edwards_point(const Curve& curve, std::string_view encoded);

}  // namespace restjwt::jose
