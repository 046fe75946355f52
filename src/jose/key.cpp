#include <restjwt/jose/key.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include <restjwt/json.hpp>

#include "jose/hmac.hpp"
#include "jose/pem.hpp"
#include "jose/signature.hpp"

namespace restjwt::jose {

struct VerificationKey::Impl {
  Algorithm algorithm;
  std::variant<HmacKey, KeyPair> material;
};

// Whoever can sign can verify, so both share one object.
struct SigningKey::Impl : VerificationKey::Impl {};

namespace {

bool looks_like_jwk_pair(std::string_view text) {
  if (!text.starts_with('{')) return false;
  const auto json = parse_json(text);
  const Json* type = json ? json->find("kty") : nullptr;
  return type != nullptr && *type != Json("oct");
}

/// Text that others may know: a public key in one of its usual forms.
bool looks_like_key_pair(std::string_view text) {
  if (text.find("-----BEGIN") != text.npos) return true;
  const std::size_t start = text.find_first_not_of(" \t\r\n\v\f");
  text.remove_prefix(std::min(start, text.size()));
  constexpr std::array openssh{"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"};
  return std::ranges::any_of(openssh, [&](const char* type) { return text.starts_with(type); }) ||
         looks_like_jwk_pair(text);
}

Result<HmacKey> hmac_key(const Secret& secret, Algorithm algorithm, KeyPolicy policy) {
  if (secret.empty()) return KeyErrc::empty;
  if (family(algorithm) != Family::hmac) return KeyErrc::wrong_type;
  if (looks_like_key_pair(secret.reveal())) return KeyErrc::wrong_type;
  if (secret.size() < hash_size(algorithm) && !policy.allow_short_secret) return KeyErrc::too_short;
  return HmacKey(algorithm, secret.reveal());
}

}  // namespace

Result<VerificationKey> VerificationKey::from_secret(const Secret& secret, Algorithm algorithm,
                                                     KeyPolicy policy) {
  const auto key = hmac_key(secret, algorithm, policy);
  if (!key) return key.error();
  return VerificationKey(std::make_shared<const Impl>(Impl{algorithm, *key}));
}

Result<VerificationKey> VerificationKey::from_pem(std::string_view pem, Algorithm algorithm) {
  const auto key = read_public_key(pem, algorithm);
  if (!key) return key.error();
  return VerificationKey(std::make_shared<const Impl>(Impl{algorithm, *key}));
}

Algorithm VerificationKey::algorithm() const noexcept { return impl_->algorithm; }

VerificationKey VerificationKey::with_kid(std::string kid) const {
  return VerificationKey(impl_, std::move(kid));
}

bool VerificationKey::verify(std::string_view signing_input, std::string_view signature) const {
  if (const auto* hmac = std::get_if<HmacKey>(&impl_->material)) {
    return constant_time_equal(hmac->mac(signing_input).view(), signature);
  }
  return verify_signature(*std::get<KeyPair>(impl_->material), impl_->algorithm, signing_input,
                          signature);
}

Result<SigningKey> SigningKey::from_secret(const Secret& secret, Algorithm algorithm,
                                           KeyPolicy policy) {
  const auto key = hmac_key(secret, algorithm, policy);
  if (!key) return key.error();
  return SigningKey(std::make_shared<const Impl>(Impl{{algorithm, *key}}));
}

Result<SigningKey> SigningKey::from_pem(const Secret& pem, Algorithm algorithm) {
  const auto key = read_private_key(pem.reveal(), algorithm);
  if (!key) return key.error();
  return SigningKey(std::make_shared<const Impl>(Impl{{algorithm, *key}}));
}

Algorithm SigningKey::algorithm() const noexcept { return impl_->algorithm; }

SigningKey SigningKey::with_kid(std::string kid) const { return SigningKey(impl_, std::move(kid)); }

VerificationKey SigningKey::verification_key() const { return VerificationKey(impl_, kid_); }

std::string SigningKey::sign(std::string_view signing_input) const {
  if (const auto* hmac = std::get_if<HmacKey>(&impl_->material)) {
    return std::string(hmac->mac(signing_input).view());
  }
  return make_signature(*std::get<KeyPair>(impl_->material), impl_->algorithm, signing_input);
}

}  // namespace restjwt::jose
