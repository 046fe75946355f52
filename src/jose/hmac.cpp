#include "jose/hmac.hpp"

#include <cstdint>
#include <cstdlib>

#include <openssl/crypto.h>

namespace restjwt::jose {
namespace {

const std::uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

template <class Context>
Mac mac_with(Context state, void (*update)(Context*, std::size_t, const std::uint8_t*),
             void (*digest)(Context*, std::size_t, std::uint8_t*), std::size_t size,
             std::string_view message) {
  Mac mac;
  mac.size = size;
  update(&state, message.size(), bytes(message));
  digest(&state, size, reinterpret_cast<std::uint8_t*>(mac.bytes.data()));
  OPENSSL_cleanse(&state, sizeof state);  // whoever reads a keyed state can sign
  return mac;
}

}  // namespace

HmacKey::HmacKey(Algorithm algorithm, std::string_view secret) : algorithm_(algorithm), sha512_{} {
  switch (hash_size(algorithm)) {
    case SHA256_DIGEST_SIZE:
      hmac_sha256_set_key(&sha256_, secret.size(), bytes(secret));
      break;
    case SHA384_DIGEST_SIZE:
      hmac_sha384_set_key(&sha512_, secret.size(), bytes(secret));
      break;
    default:
      hmac_sha512_set_key(&sha512_, secret.size(), bytes(secret));
  }
}

HmacKey::~HmacKey() { OPENSSL_cleanse(&sha512_, sizeof sha512_); }

Mac HmacKey::mac(std::string_view message) const {
  const std::size_t size = hash_size(algorithm_);
  switch (size) {
    case SHA256_DIGEST_SIZE:
      return mac_with(sha256_, hmac_sha256_update, hmac_sha256_digest, size, message);
    case SHA384_DIGEST_SIZE:
      return mac_with(sha512_, hmac_sha512_update, hmac_sha384_digest, size, message);
    default:
      return mac_with(sha512_, hmac_sha512_update, hmac_sha512_digest, size, message);
  }
}

}  // namespace restjwt::jose
