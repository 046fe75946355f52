#include "jose/jwk.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "jose/hmac_secret.hpp"
#include "jose/openssl_errors.hpp"
#include "jose/openssl_owned.hpp"
#include "jose/pem.hpp"

namespace restjwt::jose {
namespace {

constexpr int generated_rsa_bits = 3072;

Result<KeyMaterial> checked(Result<ReadKey> read) {
  if (!read) return read.error();
  auto key = check(std::move(*read));
  if (!key) return key.error();
  return KeyMaterial(std::move(*key));
}

Secret random_secret(std::size_t size) {
  std::string bytes(size, '\0');
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  return Secret::take(std::move(bytes));
}

EVP_PKEY* new_pair(const Curve* curve) {
  if (curve == nullptr) return EVP_RSA_gen(generated_rsa_bits);
  return is_edwards(*curve) ? EVP_PKEY_Q_keygen(nullptr, nullptr, curve->openssl_name)
                            : EVP_EC_gen(curve->openssl_name);
}

KeyMaterial new_material(Algorithm algorithm) {
  if (is_hmac(algorithm)) return random_secret(hash_size(algorithm));
  const OpensslErrorsForgotten forgotten;
  const Curve* curve = curve_for(algorithm);
  KeyPair pair = owned(new_pair(curve));
  if (!pair) throw std::runtime_error("OpenSSL could not make a key");
  return CheckedKey{{std::move(pair), true}, curve};
}

}  // namespace

const Curve* Jwk::Impl::curve() const {
  const auto* key = std::get_if<CheckedKey>(&material);
  return key == nullptr ? nullptr : key->curve;
}

bool Jwk::Impl::fits(Algorithm algorithm) const {
  if (std::holds_alternative<Secret>(material)) return is_hmac(algorithm);
  return jose::fits(curve(), algorithm);
}

Result<Algorithm> Jwk::Impl::own_algorithm() const {
  const Curve* of = curve();
  if (!labels.alg) return of ? Result<Algorithm>(of->algorithm) : KeyErrc::no_algorithm;
  if (of != nullptr && goes_by(of->algorithm, *labels.alg)) return of->algorithm;
  const auto named = algorithm_named(*labels.alg);
  if (!named) return KeyErrc::unknown_algorithm;
  if (!fits(*named)) return KeyErrc::wrong_type;
  return *named;
}

bool Jwk::Impl::is_for(std::string_view operation) const {
  return labels.use.value_or("sig") == "sig" &&
         (!labels.key_ops || std::ranges::count(*labels.key_ops, operation) > 0);
}

Result<Algorithm> Jwk::Impl::algorithm_for(std::string_view operation,
                                           std::optional<Algorithm> wanted) const {
  if (!is_for(operation)) return KeyErrc::not_for_signatures;
  const auto own = own_algorithm();
  if (!own && own.error() != KeyErrc::no_algorithm) return own.error();
  if (!wanted) return own;
  if (own ? *own != *wanted : !fits(*wanted)) return KeyErrc::wrong_type;
  return *wanted;
}

Result<Jwk> Jwk::from_pem(std::string_view pem, const Passphrase& ask) {
  auto material = checked(read_pem(pem, ask));
  if (!material) return material.error();
  return Jwk(std::make_shared<const Impl>(Impl{std::move(*material)}));
}

Result<Jwk> Jwk::from_certificate(std::string_view pem) {
  auto material = checked(read_certificate(pem));
  if (!material) return material.error();
  return Jwk(std::make_shared<const Impl>(Impl{std::move(*material)}));
}

Result<Jwk> Jwk::from_secret(const Secret& secret) {
  if (auto error = check_secret(secret)) return error;
  return Jwk(std::make_shared<const Impl>(Impl{secret}));
}

Jwk Jwk::generate(Algorithm algorithm) {
  Impl impl{new_material(algorithm)};
  impl.labels.alg = header_name(algorithm);
  const Jwk nameless(std::make_shared<const Impl>(std::move(impl)));
  return nameless.with_kid(nameless.thumbprint());
}

const std::string& Jwk::kid() const noexcept { return impl_->labels.kid; }

Jwk Jwk::with_kid(std::string kid) const {
  Impl impl = *impl_;
  impl.labels.kid = std::move(kid);
  return Jwk(std::make_shared<const Impl>(std::move(impl)));
}

std::optional<Algorithm> Jwk::algorithm() const noexcept {
  const auto own = impl_->own_algorithm();
  return own ? std::optional(*own) : std::nullopt;
}

Result<Jwk> Jwk::with_algorithm(Algorithm algorithm) const {
  if (!impl_->fits(algorithm)) return KeyErrc::wrong_type;
  const auto* secret = std::get_if<Secret>(&impl_->material);
  if (secret != nullptr && secret->size() < hash_size(algorithm)) return KeyErrc::too_short;
  Impl impl = *impl_;
  impl.labels.alg = header_name(algorithm);
  return Jwk(std::make_shared<const Impl>(std::move(impl)));
}

bool Jwk::is_private() const noexcept {
  const auto* key = std::get_if<CheckedKey>(&impl_->material);
  return key == nullptr || key->is_private;
}

}  // namespace restjwt::jose
