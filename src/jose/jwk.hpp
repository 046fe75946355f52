#pragma once
// What stands behind a Jwk, and the parts of reading and writing one.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <restjwt/jose/jwk.hpp>

#include "jose/key_pair.hpp"

namespace restjwt::jose {

using KeyMaterial = std::variant<CheckedKey, Secret>;

/// What a JWK says about itself (RFC 7517 §4.2–§4.5).
struct JwkLabels {
  std::string kid{};
  std::optional<std::string> alg{};
  std::optional<std::string> use{};
  std::optional<std::vector<std::string>> key_ops{};
};

struct Jwk::Impl {
  KeyMaterial material;
  JwkLabels labels{};

  /// Null for RSA and for secrets.
  const Curve* curve() const;
  bool fits(Algorithm algorithm) const;
  /// What the key is for by itself or by its labels. Error: no_algorithm, unknown_algorithm,
  /// wrong_type.
  Result<Algorithm> own_algorithm() const;
  /// What it may be used for in this `operation` ("sign" or "verify"), by a caller who wants this
  /// algorithm or does not care.
  Result<Algorithm> algorithm_for(std::string_view operation,
                                  std::optional<Algorithm> wanted) const;
  bool is_for(std::string_view operation) const;
};

/// The numbers of a JWK as a key that has been checked (RFC 7518 §6, RFC 8037 §2).
Result<KeyMaterial> read_key_material(const Json& json);

/// kty and the public numbers: what a thumbprint is made of (RFC 7638 §3.2), but for secrets.
Json::Object public_members(const CheckedKey& key);
/// The name and the base64url of each private number.
using PrivateMembers = std::vector<std::pair<std::string_view, Secret>>;
PrivateMembers private_members(const KeyMaterial& material);

}  // namespace restjwt::jose
