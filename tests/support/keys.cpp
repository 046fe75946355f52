#include "support/keys.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <restjwt/jose/base64url.hpp>

#include "support/vectors.hpp"

namespace restjwt::test {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Bignum = std::unique_ptr<BIGNUM, Release<BN_free>>;

void demand(bool holds) {
  if (!holds) throw std::runtime_error("OpenSSL refused to build a test key");
}

using Numbers = std::vector<std::pair<const char*, std::string>>;

std::string rsa_pem(const Numbers& numbers, bool is_private) {
  const std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>> builder{OSSL_PARAM_BLD_new()};
  std::vector<Bignum> kept;
  for (const auto& [name, bytes] : numbers) {
    kept.emplace_back(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                static_cast<int>(bytes.size()), nullptr));
    demand(OSSL_PARAM_BLD_push_BN(builder.get(), name, kept.back().get()) == 1);
  }
  const std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>> parameters{
      OSSL_PARAM_BLD_to_param(builder.get())};
  const std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>> context{
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  EVP_PKEY* raw = nullptr;
  demand(EVP_PKEY_fromdata_init(context.get()) == 1 &&
         EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
  const std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>> key{raw};
  const std::unique_ptr<BIO, Release<BIO_free>> bio{BIO_new(BIO_s_mem())};
  demand(is_private
             ? PEM_write_bio_PrivateKey(bio.get(), raw, nullptr, nullptr, 0, nullptr, nullptr) == 1
             : PEM_write_bio_PUBKEY(bio.get(), raw) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string number(const Json& jwk, std::string_view member) {
  return jose::base64url_decode(text_of(jwk, member)).value();
}

std::string rsa_private_pem(const Json& jwk) {
  return rsa_pem({{OSSL_PKEY_PARAM_RSA_N, number(jwk, "n")},
                  {OSSL_PKEY_PARAM_RSA_E, number(jwk, "e")},
                  {OSSL_PKEY_PARAM_RSA_D, number(jwk, "d")},
                  {OSSL_PKEY_PARAM_RSA_FACTOR1, number(jwk, "p")},
                  {OSSL_PKEY_PARAM_RSA_FACTOR2, number(jwk, "q")},
                  {OSSL_PKEY_PARAM_RSA_EXPONENT1, number(jwk, "dp")},
                  {OSSL_PKEY_PARAM_RSA_EXPONENT2, number(jwk, "dq")},
                  {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, number(jwk, "qi")}},
                 true);
}

/// RFC 7517 §4.2, §4.3.
bool is_for_verifying(const Json& jwk) {
  const Json* operations = jwk.find("key_ops");
  const auto is_verify = [](const Json& one) { return one == Json("verify"); };
  return text_or(jwk, "use", "sig") == "sig" &&
         (operations == nullptr || std::ranges::any_of(operations->as_array(), is_verify));
}

std::optional<jose::VerificationKey> verification_key(const Json& jwk, jose::Algorithm algorithm,
                                                      jose::KeyPolicy policy) {
  if (!is_for_verifying(jwk)) return std::nullopt;
  const bool is_hmac = jose::family(algorithm) == jose::Family::hmac;
  if (text_of(jwk, "kty") != (is_hmac ? "oct" : "RSA")) return std::nullopt;
  if (text_or(jwk, "alg", name(algorithm)) != name(algorithm)) return std::nullopt;
  auto key = is_hmac
                 ? jose::VerificationKey::from_secret(Secret(number(jwk, "k")), algorithm, policy)
                 : jose::VerificationKey::from_pem(
                       rsa_public_pem(number(jwk, "n"), number(jwk, "e")), algorithm);
  if (!key) return std::nullopt;
  return std::move(*key);
}

}  // namespace

std::string key_file(std::string_view name) {
  const std::string path = "data/keys/" + std::string(name);
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("no file " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string rsa_public_pem(std::string_view modulus, std::string_view exponent) {
  return rsa_pem({{OSSL_PKEY_PARAM_RSA_N, std::string(modulus)},
                  {OSSL_PKEY_PARAM_RSA_E, std::string(exponent)}},
                 false);
}

std::vector<jose::VerificationKey> verification_keys(const Json& jwk, jose::KeyPolicy policy) {
  std::vector<jose::VerificationKey> keys;
  if (const Json* set = jwk.find("keys")) {
    for (const Json& one : set->as_array()) {
      for (auto& key : verification_keys(one, policy)) keys.push_back(key);
    }
    return keys;
  }
  for (const auto algorithm : jose::all_algorithms) {
    if (auto key = verification_key(jwk, algorithm, policy)) keys.push_back(*key);
  }
  return keys;
}

std::optional<jose::SigningKey> signing_key(const Json& jwk, jose::Algorithm algorithm) {
  auto key = jose::family(algorithm) == jose::Family::hmac
                 ? jose::SigningKey::from_secret(Secret(number(jwk, "k")), algorithm)
                 : jose::SigningKey::from_pem(Secret(rsa_private_pem(jwk)), algorithm);
  if (!key) return std::nullopt;
  return std::move(*key);
}

}  // namespace restjwt::test
