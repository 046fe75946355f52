#include "jose/edwards_point.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace restjwt::jose {
namespace {

// All numbers lowest byte first, as points are encoded.
using Y25519 = std::array<unsigned char, 32>;
using Y448 = std::array<unsigned char, 57>;  // the last byte holds the sign of x only

consteval Y25519 prime_25519() {  // 2^255 - 19
  Y25519 prime;
  prime.fill(0xFF);
  prime.front() = 0xED;
  prime.back() = 0x7F;
  return prime;
}

consteval Y448 prime_448() {  // 2^448 - 2^224 - 1
  Y448 prime;
  prime.fill(0xFF);
  prime[28] = 0xFE;
  prime.back() = 0;
  return prime;
}

template <class Y>
consteval Y with_first(Y y, unsigned char first) {
  y.front() = first;
  return y;
}

// The y of every point whose order divides the cofactor: 1 and -1 (orders 1 and 2), 0 (order 4),
// and for Ed25519 two more (order 8).
constexpr std::array<Y25519, 5> small_25519{{
    {1},
    with_first(prime_25519(), 0xEC),
    {0},
    {0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4,
     0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6,
     0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05},
    {0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B,
     0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39,
     0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A},
}};
constexpr std::array<Y448, 3> small_448{{{1}, with_first(prime_448(), 0xFE), {0}}};

template <class Y, std::size_t count>
bool is_sound(std::string_view encoded, const Y& prime, const std::array<Y, count>& small) {
  Y y{};
  if (encoded.size() != y.size()) return false;
  std::ranges::transform(encoded, y.begin(), [](char c) { return static_cast<unsigned char>(c); });
  y.back() &= 0x7F;  // the sign of x
  const bool is_below =
      std::lexicographical_compare(y.rbegin(), y.rend(), prime.rbegin(), prime.rend());
  return is_below && std::ranges::find(small, y) == small.end();
}

}  // namespace

bool is_sound_edwards_point(const Curve& curve, std::string_view encoded) {
  return curve.algorithm == Algorithm::Ed25519 ? is_sound(encoded, prime_25519(), small_25519)
                                               : is_sound(encoded, prime_448(), small_448);
}

}  // namespace restjwt::jose
