#pragma once
// Randomness comes in from outside, so that a test can say what it will be.

#include <cstddef>
#include <functional>
#include <span>

namespace restjwt {

/// Fills the span with bytes nobody can predict. Called from many threads at once.
/// Throws std::runtime_error when the source fails; a caller must never go on without.
using RandomBytes = std::function<void(std::span<std::byte>)>;

/// OpenSSL's generator, seeded by the operating system.
RandomBytes system_random();

}  // namespace restjwt
