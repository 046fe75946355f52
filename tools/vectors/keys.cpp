#include "vectors/keys.hpp"

namespace restjwt::vectors {

std::vector<jose::Jwk> jwks_of(const Json& json) {
  if (json.find("keys")) {
    const auto set = jose::JwkSet::parse(json);
    return set ? set->keys : std::vector<jose::Jwk>();
  }
  const auto jwk = jose::Jwk::parse(json);
  return jwk ? std::vector{*jwk} : std::vector<jose::Jwk>();
}

std::vector<jose::VerificationKey> verification_keys(const Json& json, jose::KeyPolicy policy) {
  std::vector<jose::VerificationKey> keys;
  for (const auto& jwk : jwks_of(json)) {
    for (const auto algorithm : jose::all_algorithms) {
      if (auto key = jose::VerificationKey::from_jwk(jwk, algorithm, policy)) keys.push_back(*key);
    }
  }
  return keys;
}

}  // namespace restjwt::vectors
