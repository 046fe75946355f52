#include "jose/jwk_keys.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <restjwt/jose/base64url.hpp>

#include "support/keys.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::text_of;
using test::text_or;

struct Curve {
  std::string_view name;
  Algorithm algorithm;
  std::size_t coordinate_size;
  std::string_view spki_hex;  // what stands before x and y in a SubjectPublicKeyInfo (RFC 5480)
};

constexpr std::array<Curve, 3> curves{
    {{"P-256", Algorithm::ES256, 32, "3059301306072a8648ce3d020106082a8648ce3d03010703420004"},
     {"P-384", Algorithm::ES384, 48, "3076301006072a8648ce3d020106052b8104002203620004"},
     {"P-521", Algorithm::ES512, 66, "30819b301006072a8648ce3d020106052b810400230381860004"}}};

std::string pem_of(std::string_view spki) {
  std::string base64 = base64url_encode(spki);
  std::ranges::replace(base64, '-', '+');
  std::ranges::replace(base64, '_', '/');
  base64.append((4 - base64.size() % 4) % 4, '=');
  return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
}

std::optional<VerificationKey> ec_key(const Json& jwk) {
  const auto curve = std::ranges::find(curves, text_of(jwk, "crv"), &Curve::name);
  if (curve == curves.end()) return std::nullopt;
  if (text_or(jwk, "alg", name(curve->algorithm)) != name(curve->algorithm)) return std::nullopt;
  const auto x = base64url_decode(text_of(jwk, "x"));
  const auto y = base64url_decode(text_of(jwk, "y"));
  const auto is_whole = [&](const auto& one) {
    return one && one->size() == curve->coordinate_size;
  };
  if (!is_whole(x) || !is_whole(y)) return std::nullopt;
  auto key = VerificationKey::from_pem(pem_of(test::from_hex(curve->spki_hex) + *x + *y),
                                       curve->algorithm);
  if (!key) return std::nullopt;
  return std::move(*key);
}

std::vector<VerificationKey> keys_of_one(const Json& jwk, KeyPolicy policy) {
  if (text_of(jwk, "kty") != "EC") return test::verification_keys(jwk, policy);
  const auto key = ec_key(jwk);
  return key ? std::vector{*key} : std::vector<VerificationKey>{};
}

}  // namespace

std::vector<VerificationKey> keys_of(const Json& jwk, KeyPolicy policy) {
  std::vector<VerificationKey> keys;
  if (const Json* set = jwk.find("keys")) {
    for (const Json& one : set->as_array()) {
      for (auto& key : keys_of(one, policy)) keys.push_back(key);
    }
    return keys;
  }
  for (const auto& key : keys_of_one(jwk, policy)) {
    keys.push_back(key.with_kid(text_or(jwk, "kid")));
  }
  return keys;
}

}  // namespace restjwt::jose
