#include "auth/jwe.hpp"

#include <array>
#include <span>
#include <stdexcept>

#include <restjwt/jose/base64url.hpp>

#include "auth/jwe_cipher.hpp"

namespace restjwt::auth {
namespace {

constexpr std::string_view alg = "PBES2-HS512+A256KW";
constexpr std::string_view enc = "A256GCM";
constexpr std::string_view cty = "jwk-set+json";
constexpr std::size_t salt_size = 16;
constexpr std::size_t least_salt_size = 8;  // RFC 7518 §4.8.1.1
constexpr std::size_t most_salt_size = 64;
constexpr std::size_t wrapped_key_size = aes_key_size + 8;  // RFC 3394 §2.2.1

struct Header {
  std::string salt;
  unsigned rounds = 0;
};

std::string random_text(const RandomBytes& random, std::size_t size) {
  std::string bytes(size, '\0');
  random(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

/// RFC 7518 §4.8.1.1: the algorithm's name is part of the salt.
Secret wrapping_key(const Secret& passphrase, const Header& header) {
  std::string salt(alg);
  salt += '\0';
  salt += header.salt;
  return derive_key(passphrase, salt, header.rounds);
}

Result<Header> read_header(std::string_view encoded) {
  const auto text = jose::base64url_decode(encoded);
  const auto json = text ? parse_json(*text) : Result<Json, JsonError>(JsonError{});
  if (!json || !json->is_object() || json->as_object().size() != 5)
    return SealedKeysErrc::malformed;
  const auto says = [&](std::string_view name, std::string_view value) {
    const Json* member = json->find(name);
    return member && member->is_string() && member->as_string() == value;
  };
  const Json* p2s = json->find("p2s");
  const Json* p2c = json->find("p2c");
  if (!says("alg", alg) || !says("enc", enc) || !says("cty", cty) || !p2s || !p2s->is_string() ||
      !p2c || !p2c->is_int() || p2c->as_int() < least_rounds)
    return SealedKeysErrc::malformed;
  if (p2c->as_int() > most_rounds) return SealedKeysErrc::too_expensive;
  auto salt = jose::base64url_decode(p2s->as_string());
  if (!salt || salt->size() < least_salt_size || salt->size() > most_salt_size)
    return SealedKeysErrc::malformed;
  return Header{*std::move(salt), static_cast<unsigned>(p2c->as_int())};
}

/// header.key.iv.content.tag
std::optional<std::array<std::string_view, 5>> split(std::string_view jwe) {
  std::array<std::string_view, 5> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto dot = jwe.find('.');
    if ((dot == jwe.npos) != (i + 1 == parts.size())) return std::nullopt;
    parts[i] = jwe.substr(0, dot);
    jwe.remove_prefix(std::min(jwe.size(), parts[i].size() + 1));
  }
  return parts;
}

}  // namespace

std::string encrypt_jwe(const Secret& content, const Secret& passphrase, const RandomBytes& random,
                        unsigned rounds) {
  if (passphrase.empty()) throw std::invalid_argument("the passphrase is empty");
  const Header header{random_text(random, salt_size), rounds};
  const Secret key = Secret::take(random_text(random, aes_key_size));
  const std::string iv = random_text(random, gcm_iv_size);
  const Json told = Json::object({{"alg", alg},
                                  {"enc", enc},
                                  {"cty", cty},
                                  {"p2s", jose::base64url_encode(header.salt)},
                                  {"p2c", std::int64_t{rounds}}});
  std::string jwe = jose::base64url_encode(to_text(told));
  const Sealed sealed = gcm_seal(key, iv, jwe, content);
  const std::string wrapped = wrap_key(wrapping_key(passphrase, header), key);
  for (const auto* part : {&wrapped, &iv, &sealed.text, &sealed.tag}) {
    jwe += '.';
    jose::base64url_append(jwe, *part);
  }
  return jwe;
}

Result<Secret> decrypt_jwe(std::string_view jwe, const Secret& passphrase) {
  const auto parts = split(jwe);
  if (!parts) return SealedKeysErrc::malformed;
  const auto header = read_header((*parts)[0]);
  if (!header) return header.error();
  const auto wrapped = jose::base64url_decode((*parts)[1]);
  const auto iv = jose::base64url_decode((*parts)[2]);
  const auto text = jose::base64url_decode((*parts)[3]);
  const auto tag = jose::base64url_decode((*parts)[4]);
  if (!wrapped || wrapped->size() != wrapped_key_size || !iv || iv->size() != gcm_iv_size ||
      !text || !tag)
    return SealedKeysErrc::malformed;

  const auto key = unwrap_key(wrapping_key(passphrase, *header), *wrapped);
  if (!key) return SealedKeysErrc::wrong_passphrase;
  auto content = gcm_open(*key, *iv, (*parts)[0], {*text, *tag});
  if (!content) return SealedKeysErrc::damaged;
  return *std::move(content);
}

}  // namespace restjwt::auth
