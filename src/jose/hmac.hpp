#pragma once
// HMAC-SHA-2 (RFC 7518 §3.2) on Nettle, whose keyed states are plain data: the key is hashed once,
// and each message works on a copy, without allocating and without a lock.

#include <array>
#include <cstddef>
#include <string_view>

#include <nettle/hmac.h>

#include <restjwt/jose/algorithm.hpp>

namespace restjwt::jose {

struct Mac {
  std::array<char, 64> bytes;
  std::size_t size;
  std::string_view view() const { return {bytes.data(), size}; }
};

class HmacKey {
 public:
  HmacKey(Algorithm algorithm, std::string_view secret);
  HmacKey(const HmacKey&) = default;
  HmacKey& operator=(const HmacKey&) = default;
  /// Overwrites the keyed state.
  ~HmacKey();

  Mac mac(std::string_view message) const;

 private:
  Algorithm algorithm_;
  union {
    hmac_sha256_ctx sha256_;
    hmac_sha512_ctx sha512_;  // also for SHA-384
  };
};

}  // namespace restjwt::jose
