#include "jose/curve.hpp"

#include <algorithm>
#include <array>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

namespace restjwt::jose {
namespace {

constexpr std::array<Curve, 6> all_curves{{
    {Algorithm::ES256, "P-256", SN_X9_62_prime256v1, 32},
    {Algorithm::ES384, "P-384", SN_secp384r1, 48},
    {Algorithm::ES512, "P-521", SN_secp521r1, 66},
    {Algorithm::ES256K, "secp256k1", SN_secp256k1, 32},
    {Algorithm::Ed25519, "Ed25519", SN_ED25519, 32},
    {Algorithm::Ed448, "Ed448", SN_ED448, 57},
}};

template <class Predicate>
const Curve* curve_where(Predicate predicate) {
  const auto found = std::ranges::find_if(all_curves, predicate);
  return found == all_curves.end() ? nullptr : &*found;
}

const Curve* curve_of_group(const EVP_PKEY& key) {
  char group[32];
  std::size_t size = 0;
  int spelled_out = 1;  // by its numbers: forbidden by RFC 5480 §2.1.1, see CVE-2020-0601
  if (EVP_PKEY_get_group_name(&key, group, sizeof group, &size) != 1 ||
      EVP_PKEY_get_int_param(&key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelled_out) !=
          1 ||
      spelled_out != 0) {
    return nullptr;
  }
  const std::string_view name(group, size);
  return curve_where(
      [&](const Curve& one) { return !is_edwards(one) && name == one.openssl_name; });
}

}  // namespace

const Curve* curve_named(std::string_view name) noexcept {
  return curve_where([&](const Curve& one) { return one.name == name; });
}

const Curve* curve_for(Algorithm algorithm) noexcept {
  return curve_where([&](const Curve& one) { return one.algorithm == algorithm; });
}

Result<const Curve*> curve_of(const EVP_PKEY& key) {
  const Curve* curve = nullptr;
  switch (EVP_PKEY_get_base_id(&key)) {
    case EVP_PKEY_RSA:
      return nullptr;
    case EVP_PKEY_EC:
      curve = curve_of_group(key);
      break;
    case EVP_PKEY_ED25519:
      curve = curve_for(Algorithm::Ed25519);
      break;
    case EVP_PKEY_ED448:
      curve = curve_for(Algorithm::Ed448);
      break;
  }
  if (curve == nullptr) return KeyErrc::unsupported_type;
  return curve;
}

bool fits(const Curve* curve, Algorithm algorithm) noexcept {
  if (curve != nullptr) return curve->algorithm == algorithm;
  return family(algorithm) == Family::rsa || family(algorithm) == Family::rsa_pss;
}

}  // namespace restjwt::jose
