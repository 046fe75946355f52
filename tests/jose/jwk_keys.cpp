#include "jose/jwk_keys.hpp"

#include <restjwt/jose/jwk.hpp>

namespace restjwt::jose {
namespace {

std::vector<Jwk> jwks_of(const Json& json) {
  if (json.find("keys")) {
    auto set = JwkSet::parse(json);
    return set ? std::move(set->keys) : std::vector<Jwk>();
  }
  const auto jwk = Jwk::parse(json);
  return jwk ? std::vector{*jwk} : std::vector<Jwk>();
}

}  // namespace

std::vector<VerificationKey> keys_of(const Json& json, KeyPolicy policy) {
  std::vector<VerificationKey> keys;
  for (const Jwk& jwk : jwks_of(json)) {
    for (const Algorithm algorithm : all_algorithms) {
      if (auto key = VerificationKey::from_jwk(jwk, algorithm, policy)) keys.push_back(*key);
    }
  }
  return keys;
}

std::optional<SigningKey> signing_key_of(const Json& json, std::string_view alg) {
  const auto jwk = Jwk::parse(json);
  if (!jwk) return std::nullopt;
  for (const Algorithm algorithm : all_algorithms) {
    if (!goes_by(algorithm, alg)) continue;
    if (auto key = SigningKey::from_jwk(*jwk, algorithm)) return *key;
  }
  return std::nullopt;
}

}  // namespace restjwt::jose
