#include <restjwt/jose/key.hpp>

#include <utility>
#include <variant>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/json.hpp>

#include "jose/hmac.hpp"
#include "jose/hmac_secret.hpp"
#include "jose/jwk.hpp"
#include "jose/key_pair.hpp"
#include "jose/pem.hpp"
#include "jose/signature.hpp"

namespace restjwt::jose {

struct VerificationKey::Impl {
  Algorithm algorithm;
  std::variant<HmacKey, SignatureKey> material;
};

// Whoever can sign can verify, so both share one object.
struct SigningKey::Impl : VerificationKey::Impl {};

namespace {

using Role = SignatureKey::Role;
using Bound = VerificationKey::Impl;

Result<Bound> bind(const Secret& secret, Algorithm algorithm, KeyPolicy policy) {
  if (secret.size() < hash_size(algorithm) && !policy.allow_short_secret) return KeyErrc::too_short;
  return Bound{algorithm, HmacKey(algorithm, secret.reveal())};
}

Result<Bound> bind_raw(const Secret& secret, Algorithm algorithm, KeyPolicy policy) {
  if (secret.empty()) return KeyErrc::empty;
  if (!is_hmac(algorithm)) return KeyErrc::wrong_type;
  if (auto error = check_secret(secret)) return error;
  return bind(secret, algorithm, policy);
}

Result<Bound> bind(const ReadKey& key, Algorithm algorithm, Role role) {
  if (role == Role::signs_and_verifies) {
    if (!key.is_private) return KeyErrc::no_private_part;
    return Bound{algorithm, SignatureKey(key.pair, algorithm, role)};
  }
  return Bound{algorithm, SignatureKey(public_part(key), algorithm, role)};
}

Result<Bound> bind_read(Result<ReadKey> read, Algorithm algorithm, Role role) {
  if (!read) return read.error();
  // Before what is wrong with the key itself, which may be a good one of its kind.
  const auto curve = curve_of(*read->pair);
  if (!curve || !fits(*curve, algorithm)) return KeyErrc::wrong_type;
  if (role == Role::verifies) *read = {public_part(*read), false};
  const auto key = check(std::move(*read));
  if (!key) return key.error();
  return bind(*key, algorithm, role);
}

Result<Bound> bind_jwk(const Jwk::Impl& jwk, std::optional<Algorithm> wanted, KeyPolicy policy,
                       Role role) {
  const auto algorithm = jwk.algorithm_for(role == Role::verifies ? "verify" : "sign", wanted);
  if (!algorithm) return algorithm.error();
  const auto* secret = std::get_if<Secret>(&jwk.material);
  return secret ? bind(*secret, *algorithm, policy)
                : bind(std::get<CheckedKey>(jwk.material), *algorithm, role);
}

auto shared(Result<Bound>& bound) { return std::make_shared<const Bound>(std::move(*bound)); }

auto shared_signer(Result<Bound>& bound) {
  return std::make_shared<const SigningKey::Impl>(SigningKey::Impl{std::move(*bound)});
}

}  // namespace

Result<VerificationKey> VerificationKey::from_secret(const Secret& secret, Algorithm algorithm,
                                                     KeyPolicy policy) {
  auto bound = bind_raw(secret, algorithm, policy);
  if (!bound) return bound.error();
  return VerificationKey(shared(bound));
}

Result<VerificationKey> VerificationKey::from_pem(std::string_view pem, Algorithm algorithm,
                                                  const Passphrase& ask) {
  if (is_hmac(algorithm)) return KeyErrc::wrong_type;
  auto bound = bind_read(read_pem(pem, ask), algorithm, Role::verifies);
  if (!bound) return bound.error();
  return VerificationKey(shared(bound));
}

Result<VerificationKey> VerificationKey::from_certificate(std::string_view pem,
                                                          Algorithm algorithm) {
  if (is_hmac(algorithm)) return KeyErrc::wrong_type;
  auto bound = bind_read(read_certificate(pem), algorithm, Role::verifies);
  if (!bound) return bound.error();
  return VerificationKey(shared(bound));
}

Result<VerificationKey> VerificationKey::from_jwk(const Jwk& jwk,
                                                  std::optional<Algorithm> algorithm,
                                                  KeyPolicy policy) {
  auto bound = bind_jwk(*jwk.impl_, algorithm, policy, Role::verifies);
  if (!bound) return bound.error();
  return VerificationKey(shared(bound), jwk.kid());
}

Algorithm VerificationKey::algorithm() const noexcept { return impl_->algorithm; }

VerificationKey VerificationKey::with_kid(std::string kid) const {
  return VerificationKey(impl_, std::move(kid));
}

bool VerificationKey::verify(std::string_view signing_input, std::string_view signature) const {
  if (const auto* hmac = std::get_if<HmacKey>(&impl_->material)) {
    return constant_time_equal(hmac->mac(signing_input).view(), signature);
  }
  return std::get<SignatureKey>(impl_->material).verify(signing_input, signature);
}

SigningKey::SigningKey(std::shared_ptr<const Impl> impl, std::string kid, bool fully_specified)
    : impl_(std::move(impl)), kid_(std::move(kid)), fully_specified_(fully_specified) {
  Json header = Json::object({{"typ", "JWT"}, {"alg", header_alg()}});
  if (!kid_.empty()) header.set("kid", kid_);
  token_header_ = base64url_encode(to_text(header, JsonStyle::ascii));
}

Result<SigningKey> SigningKey::from_secret(const Secret& secret, Algorithm algorithm,
                                           KeyPolicy policy) {
  auto bound = bind_raw(secret, algorithm, policy);
  if (!bound) return bound.error();
  return SigningKey(shared_signer(bound));
}

Result<SigningKey> SigningKey::from_pem(const Secret& pem, Algorithm algorithm,
                                        const Passphrase& ask) {
  if (is_hmac(algorithm)) return KeyErrc::wrong_type;
  auto bound = bind_read(read_pem(pem.reveal(), ask), algorithm, Role::signs_and_verifies);
  if (!bound) return bound.error();
  return SigningKey(shared_signer(bound));
}

Result<SigningKey> SigningKey::from_jwk(const Jwk& jwk, std::optional<Algorithm> algorithm,
                                        KeyPolicy policy) {
  auto bound = bind_jwk(*jwk.impl_, algorithm, policy, Role::signs_and_verifies);
  if (!bound) return bound.error();
  return SigningKey(shared_signer(bound), jwk.kid());
}

Algorithm SigningKey::algorithm() const noexcept { return impl_->algorithm; }

std::string_view SigningKey::header_alg() const noexcept {
  return fully_specified_ ? name(algorithm()) : header_name(algorithm());
}

SigningKey SigningKey::with_fully_specified_alg() const { return SigningKey(impl_, kid_, true); }

SigningKey SigningKey::with_kid(std::string kid) const {
  return SigningKey(impl_, std::move(kid), fully_specified_);
}

VerificationKey SigningKey::verification_key() const { return VerificationKey(impl_, kid_); }

std::string SigningKey::sign(std::string_view signing_input) const {
  if (const auto* hmac = std::get_if<HmacKey>(&impl_->material)) {
    return std::string(hmac->mac(signing_input).view());
  }
  return std::get<SignatureKey>(impl_->material).sign(signing_input);
}

}  // namespace restjwt::jose
