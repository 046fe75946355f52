// A JWK as JSON and as PEM.
#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include <restjwt/jose/base64url.hpp>

#include "jose/jwk.hpp"
#include "jose/openssl_errors.hpp"
#include "jose/openssl_owned.hpp"

namespace restjwt::jose {
namespace {

/// With zeros in front up to `size`; 0: without any.
Secret base64url_of(const BIGNUM& number, std::size_t size) {
  const int length = size == 0 ? BN_num_bytes(&number) : static_cast<int>(size);
  std::string bytes(static_cast<std::size_t>(length), '\0');
  BN_bn2binpad(&number, reinterpret_cast<unsigned char*>(bytes.data()), length);
  const Secret wiped = Secret::take(std::move(bytes));
  return Secret::take(base64url_encode(wiped.reveal()));
}

Secret base64url_of(const EVP_PKEY& key, const char* name, std::size_t size = 0) {
  const Bignum number = number_of(key, name);
  if (!number) throw std::runtime_error("OpenSSL did not give a number of a key");
  return base64url_of(*number, size);
}

std::string public_number(const EVP_PKEY& key, const char* name, std::size_t size = 0) {
  return std::string(base64url_of(key, name, size).reveal());
}

Secret raw_private_key(const EVP_PKEY& key) {
  std::string bytes(64, '\0');
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_private_key(&key, reinterpret_cast<unsigned char*>(bytes.data()), &size) !=
      1) {
    throw std::runtime_error("OpenSSL did not give the private part of a key");
  }
  const Secret padded = Secret::take(std::move(bytes));
  return Secret(padded.reveal().substr(0, size));
}

constexpr std::array<std::pair<std::string_view, const char*>, 6> rsa_private_numbers{
    {{"d", OSSL_PKEY_PARAM_RSA_D},
     {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
     {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
     {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
     {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
     {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};

PrivateMembers private_rsa_members(const EVP_PKEY& key) {
  PrivateMembers members;
  for (const auto& [name, openssl_name] : rsa_private_numbers) {
    const Bignum number = number_of(key, openssl_name);
    if (number) members.emplace_back(name, base64url_of(*number, 0));
  }
  return members;
}

/// What OpenSSL writes to `bio`, as text that is wiped.
template <class Write>
std::optional<Secret> written(Write write) {
  const OpensslErrorsForgotten forgotten;
  const Bio bio{BIO_new(BIO_s_mem())};
  if (!bio) throw std::bad_alloc();
  if (write(bio.get()) != 1) return std::nullopt;
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return Secret(std::string_view(text, static_cast<std::size_t>(size)));
}

/// Those that only name the key, behind the public members.
void add_labels(Json::Object& members, const JwkLabels& labels) {
  if (!labels.kid.empty()) members.emplace_back("kid", labels.kid);
  if (labels.use) members.emplace_back("use", *labels.use);
  if (labels.alg) members.emplace_back("alg", *labels.alg);
}

/// The text of an object, with members added whose text needs no escapes; in one piece of memory,
/// so that no copy of a secret stays behind.
Secret with_private_members(std::string object, const PrivateMembers& members) {
  std::size_t size = object.size();
  for (const auto& [name, value] : members) size += name.size() + value.size() + 6;  // ,"":""
  std::string text;
  text.reserve(size);
  text.append(object, 0, object.size() - 1);
  for (const auto& [name, value] : members)
    text.append(",\"").append(name).append("\":\"").append(value.reveal()).append("\"");
  text += '}';
  return Secret::take(std::move(text));
}

}  // namespace

Json::Object public_members(const CheckedKey& key) {
  const OpensslErrorsForgotten forgotten;
  const EVP_PKEY& pair = *key.pair;
  if (key.curve == nullptr) {
    return {{"kty", "RSA"},
            {"n", public_number(pair, OSSL_PKEY_PARAM_RSA_N)},
            {"e", public_number(pair, OSSL_PKEY_PARAM_RSA_E)}};
  }
  const Curve& curve = *key.curve;
  if (is_edwards(curve)) {
    return {{"kty", "OKP"}, {"crv", curve.name}, {"x", base64url_encode(raw_public_key(pair))}};
  }
  return {{"kty", "EC"},
          {"crv", curve.name},
          {"x", public_number(pair, OSSL_PKEY_PARAM_EC_PUB_X, curve.size)},
          {"y", public_number(pair, OSSL_PKEY_PARAM_EC_PUB_Y, curve.size)}};
}

PrivateMembers private_members(const KeyMaterial& material) {
  const OpensslErrorsForgotten forgotten;
  PrivateMembers members;
  if (const auto* secret = std::get_if<Secret>(&material)) {
    members.emplace_back("k", Secret::take(base64url_encode(secret->reveal())));
    return members;
  }
  const auto& key = std::get<CheckedKey>(material);
  if (!key.is_private) return members;
  if (key.curve == nullptr) return private_rsa_members(*key.pair);
  if (is_edwards(*key.curve)) {
    const Secret d = raw_private_key(*key.pair);
    members.emplace_back("d", Secret::take(base64url_encode(d.reveal())));
  } else {
    members.emplace_back("d", base64url_of(*key.pair, OSSL_PKEY_PARAM_PRIV_KEY, key.curve->size));
  }
  return members;
}

std::optional<Json> Jwk::public_json() const {
  const auto* key = std::get_if<CheckedKey>(&impl_->material);
  if (key == nullptr) return std::nullopt;
  Json::Object members = public_members(*key);
  add_labels(members, impl_->labels);
  return Json(std::move(members));
}

Secret Jwk::reveal_private_json() const {
  if (!is_private()) throw std::logic_error("a public key has no private part to reveal");
  const auto* key = std::get_if<CheckedKey>(&impl_->material);
  Json::Object members = key ? public_members(*key) : Json::Object{{"kty", "oct"}};
  add_labels(members, impl_->labels);
  return with_private_members(to_text(Json(std::move(members))), private_members(impl_->material));
}

std::optional<std::string> Jwk::public_pem() const {
  const auto* key = std::get_if<CheckedKey>(&impl_->material);
  if (key == nullptr) return std::nullopt;
  const auto pem = written([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key->pair.get()); });
  if (!pem) throw std::runtime_error("OpenSSL could not write a key");
  return std::string(pem->reveal());
}

std::optional<Secret> Jwk::reveal_private_pem() const {
  const auto* key = std::get_if<CheckedKey>(&impl_->material);
  if (key == nullptr || !key->is_private) return std::nullopt;
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key->pair.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr);
  });
}

}  // namespace restjwt::jose
