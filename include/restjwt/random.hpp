#pragma once
// Randomness comes in from outside, so that a test can say what it will be.

#include <cstddef>
#include <functional>
#include <span>
#include <string>

namespace restjwt {

/// Fills the span with bytes nobody can predict. Called from many threads at once.
/// Throws std::runtime_error when the source fails; a caller must never go on without.
using RandomBytes = std::function<void(std::span<std::byte>)>;

/// OpenSSL's generator, seeded by the operating system.
RandomBytes system_random();

/// A UUID of version 4 (RFC 9562 §5.4), in lower case with dashes.
std::string random_uuid(const RandomBytes& random);

}  // namespace restjwt
