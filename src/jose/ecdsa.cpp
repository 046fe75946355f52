#include "jose/ecdsa.hpp"

#include <new>
#include <stdexcept>

#include <openssl/bn.h>
#include <openssl/ec.h>

#include "jose/openssl_owned.hpp"

namespace restjwt::jose {
namespace {

using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

BIGNUM* number(std::string_view text) {
  return BN_bin2bn(bytes(text), static_cast<int>(text.size()), nullptr);
}

}  // namespace

DerSignature ecdsa_der_from_raw(std::string_view raw, std::size_t size) {
  DerSignature der;
  if (raw.size() != 2 * size) return der;
  const EcdsaSignature signature{ECDSA_SIG_new()};
  // On success the signature owns both numbers, and a null is refused.
  if (!signature ||
      ECDSA_SIG_set0(signature.get(), number(raw.substr(0, size)), number(raw.substr(size))) != 1) {
    throw std::bad_alloc();
  }
  const int length = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (length < 0 || static_cast<std::size_t>(length) > der.bytes.size()) return der;
  unsigned char* to = der.bytes.data();
  der.size = static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), &to));
  return der;
}

std::string ecdsa_raw_from_der(std::string_view der, std::size_t size) {
  const unsigned char* from = bytes(der);
  const EcdsaSignature signature{d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size()))};
  std::string raw(2 * size, '\0');
  const int width = static_cast<int>(size);
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes(raw), width) != width ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes(raw) + size, width) != width) {
    throw std::runtime_error("OpenSSL made no ECDSA signature of this size");
  }
  return raw;
}

}  // namespace restjwt::jose
