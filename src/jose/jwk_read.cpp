// A JWK from JSON.
#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include <restjwt/jose/base64url.hpp>

#include "jose/jwk.hpp"
#include "jose/key_builder.hpp"
#include "jose/openssl_errors.hpp"
#include "jose/rsa_check.hpp"

namespace restjwt::jose {
namespace {

using Part = KeyBuilder::Part;

/// Empty where it is not there. Error: unreadable, when it is no text.
Result<std::optional<std::string>> text_in(const Json& json, std::string_view name) {
  const Json* value = json.find(name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return KeyErrc::unreadable;
  return std::optional(value->as_string());
}

/// The bytes of a member that must be there.
Result<Secret> bytes_in(const Json& json, std::string_view name) {
  const Json* value = json.find(name);
  if (value == nullptr || !value->is_string()) return KeyErrc::unreadable;
  auto bytes = base64url_decode(value->as_string());
  if (!bytes) return KeyErrc::unreadable;
  return Secret::take(std::move(*bytes));
}

/// A coordinate is as long as its curve, zeros in front included (RFC 7518 §6.2.1.2, §6.2.2.1).
Result<Secret> bytes_in(const Json& json, std::string_view name, std::size_t size) {
  auto bytes = bytes_in(json, name);
  if (bytes && bytes->size() != size) return KeyErrc::unreadable;
  return bytes;
}

/// A Base64urlUInt (RFC 7518 §2). Zeros in front, which it should not have, are ones that others
/// write: those who take a number's bytes from a signed one.
std::string_view without_zeros(const Secret& bytes) {
  std::string_view number = bytes.reveal();
  number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size()));
  return number;
}

struct RsaMember {
  const char* openssl_name;
  std::string_view name;
};
constexpr std::array<RsaMember, 5> crt_members{{{OSSL_PKEY_PARAM_RSA_FACTOR1, "p"},
                                                {OSSL_PKEY_PARAM_RSA_FACTOR2, "q"},
                                                {OSSL_PKEY_PARAM_RSA_EXPONENT1, "dp"},
                                                {OSSL_PKEY_PARAM_RSA_EXPONENT2, "dq"},
                                                {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, "qi"}}};

bool has_crt_member(const Json& json) {
  return std::ranges::any_of(crt_members,
                             [&](const RsaMember& one) { return json.find(one.name) != nullptr; });
}

std::error_code add_private_number(KeyBuilder& key, const Json& json, const RsaMember& member,
                                   std::size_t modulus_size) {
  const auto bytes = bytes_in(json, member.name);
  if (!bytes || without_zeros(*bytes).size() > modulus_size) return KeyErrc::unreadable;
  key.number(member.openssl_name, without_zeros(*bytes));
  return {};
}

/// d, and the other private numbers: all of them or none (RFC 7518 §6.3.2).
std::error_code add_rsa_private(KeyBuilder& key, const Json& json, std::size_t modulus_size) {
  const RsaMember d{OSSL_PKEY_PARAM_RSA_D, "d"};
  if (auto error = add_private_number(key, json, d, modulus_size)) return error;
  if (!has_crt_member(json)) return {};
  for (const RsaMember& member : crt_members) {
    if (auto error = add_private_number(key, json, member, modulus_size)) return error;
  }
  return {};
}

/// Sizes are looked at before OpenSSL sees a number.
Result<ReadKey> read_rsa(const Json& json) {
  const auto n = bytes_in(json, "n");
  const auto e = bytes_in(json, "e");
  if (!n || !e) return KeyErrc::unreadable;
  if (json.find("oth") != nullptr) return KeyErrc::unsupported_type;
  const std::size_t modulus_size = without_zeros(*n).size();
  if (modulus_size * 8 < min_rsa_bits) return KeyErrc::too_short;
  if (modulus_size * 8 > max_rsa_bits) return KeyErrc::too_long;
  if (without_zeros(*e).size() * 8 > max_exponent_bits) return KeyErrc::weak_exponent;

  KeyBuilder key("RSA");
  key.number(OSSL_PKEY_PARAM_RSA_N, without_zeros(*n));
  key.number(OSSL_PKEY_PARAM_RSA_E, without_zeros(*e));
  const bool is_private = json.find("d") != nullptr || has_crt_member(json);
  if (is_private) {
    if (auto error = add_rsa_private(key, json, modulus_size)) return error;
  }
  return ReadKey{key.build(is_private ? Part::pair : Part::public_only), is_private};
}

Result<ReadKey> read_ec(const Json& json, const Curve& curve) {
  const auto x = bytes_in(json, "x", curve.size);
  const auto y = bytes_in(json, "y", curve.size);
  if (!x || !y) return KeyErrc::unreadable;
  std::string point(1, POINT_CONVERSION_UNCOMPRESSED);
  point.append(x->reveal()).append(y->reveal());
  KeyBuilder key("EC");
  key.text(OSSL_PKEY_PARAM_GROUP_NAME, curve.openssl_name);
  key.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  if (json.find("d") == nullptr) return ReadKey{key.build(Part::public_only), false};
  const auto d = bytes_in(json, "d", curve.size);
  if (!d) return d.error();
  key.number(OSSL_PKEY_PARAM_PRIV_KEY, d->reveal());
  return ReadKey{key.build(Part::pair), true};
}

const unsigned char* bytes_of(const Secret& secret) {
  return reinterpret_cast<const unsigned char*>(secret.reveal().data());
}

Result<ReadKey> read_okp(const Json& json, const Curve& curve) {
  const auto x = bytes_in(json, "x", curve.size);
  if (!x) return x.error();
  const char* type = curve.openssl_name;
  if (json.find("d") == nullptr) {
    return ReadKey{
        owned(EVP_PKEY_new_raw_public_key_ex(nullptr, type, nullptr, bytes_of(*x), x->size())),
        false};
  }
  const auto d = bytes_in(json, "d", curve.size);
  if (!d) return d.error();
  ReadKey key{
      owned(EVP_PKEY_new_raw_private_key_ex(nullptr, type, nullptr, bytes_of(*d), d->size())),
      true};
  if (key.pair && raw_public_key(*key.pair) != x->reveal()) return KeyErrc::unreadable;
  return key;
}

Result<ReadKey> read_pair(const Json& json, const std::string& kty) {
  if (kty == "RSA") return read_rsa(json);
  if (kty != "EC" && kty != "OKP") return KeyErrc::unsupported_type;
  const auto crv = text_in(json, "crv");
  if (!crv || !*crv) return KeyErrc::unreadable;
  const Curve* curve = curve_named(**crv);
  if (curve == nullptr || is_edwards(*curve) != (kty == "OKP")) return KeyErrc::unsupported_type;
  return is_edwards(*curve) ? read_okp(json, *curve) : read_ec(json, *curve);
}

Result<KeyMaterial> read_secret(const Json& json) {
  auto secret = bytes_in(json, "k");
  if (!secret) return secret.error();
  if (secret->empty()) return KeyErrc::empty;
  return KeyMaterial(std::move(*secret));
}

Result<std::vector<std::string>> operations_in(const Json& value) {
  if (!value.is_array()) return KeyErrc::unreadable;
  std::vector<std::string> operations;
  for (const Json& one : value.as_array()) {
    if (!one.is_string()) return KeyErrc::unreadable;
    operations.push_back(one.as_string());
  }
  return operations;
}

Result<JwkLabels> read_labels(const Json& json) {
  auto kid = text_in(json, "kid");
  auto alg = text_in(json, "alg");
  auto use = text_in(json, "use");
  if (!kid || !alg || !use) return KeyErrc::unreadable;
  JwkLabels labels{kid->value_or(""), std::move(*alg), std::move(*use)};
  if (const Json* value = json.find("key_ops")) {
    auto operations = operations_in(*value);
    if (!operations) return operations.error();
    labels.key_ops = std::move(*operations);
  }
  return labels;
}

}  // namespace

Result<KeyMaterial> read_key_material(const Json& json) {
  const OpensslErrorsForgotten forgotten;
  const auto kty = text_in(json, "kty");
  if (!kty || !*kty) return KeyErrc::unreadable;
  if (**kty == "oct") return read_secret(json);
  auto read = read_pair(json, **kty);
  if (!read) return read.error();
  if (!read->pair) return KeyErrc::unreadable;
  auto key = check(std::move(*read));
  if (!key) return key.error();
  return KeyMaterial(std::move(*key));
}

Result<Jwk> Jwk::parse(const Json& json) {
  if (!json.is_object()) return KeyErrc::unreadable;
  auto labels = read_labels(json);
  if (!labels) return labels.error();
  auto material = read_key_material(json);
  if (!material) return material.error();
  return Jwk(std::make_shared<const Impl>(Impl{std::move(*material), std::move(*labels)}));
}

}  // namespace restjwt::jose
