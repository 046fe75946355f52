#include "jose/pem.hpp"

#include <cstddef>
#include <stdexcept>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "jose/openssl_errors.hpp"

namespace restjwt::jose {
namespace {

// An RSA key of 8192 bits takes 6.4 KiB.
constexpr std::size_t max_pem_length = 16 * 1024;
constexpr int min_rsa_bits = 2048;  // RFC 7518 §3.3
constexpr int max_rsa_bits = 8192;
constexpr int max_exponent_bits = 32;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free>>;
using Bignum = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Release<PKCS8_PRIV_KEY_INFO_free>>;

KeyPair owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

/// One block of PEM text, wiped when it dies.
struct Block {
  char* label = nullptr;
  char* headers = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;

  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    OPENSSL_free(label);
    OPENSSL_free(headers);
    OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  }
};

EVP_PKEY* decode_pkcs8(const unsigned char** at, long size) {
  const Pkcs8 info{d2i_PKCS8_PRIV_KEY_INFO(nullptr, at, size)};
  return info ? EVP_PKCS82PKEY(info.get()) : nullptr;
}

struct Kind {
  std::string_view label;
  bool is_private;
  EVP_PKEY* (*decode)(const unsigned char** at, long size);
};

// Encrypted kinds are not here, so OpenSSL never asks the terminal for a passphrase.
constexpr Kind kinds[] = {
    {"PUBLIC KEY", false, [](auto at, long size) { return d2i_PUBKEY(nullptr, at, size); }},
    {"RSA PUBLIC KEY", false,
     [](auto at, long size) { return d2i_PublicKey(EVP_PKEY_RSA, nullptr, at, size); }},
    {"PRIVATE KEY", true, decode_pkcs8},
    {"RSA PRIVATE KEY", true,
     [](auto at, long size) { return d2i_PrivateKey(EVP_PKEY_RSA, nullptr, at, size); }},
    {"EC PRIVATE KEY", true,
     [](auto at, long size) { return d2i_PrivateKey(EVP_PKEY_EC, nullptr, at, size); }},
};

struct ReadKey {
  KeyPair key;
  bool is_private;
};

Result<ReadKey> key_in(const Block& block) {
  if (block.headers[0] != '\0') return KeyErrc::unreadable;  // "Proc-Type: 4,ENCRYPTED"
  for (const Kind& kind : kinds) {
    if (kind.label != block.label) continue;
    const unsigned char* at = block.bytes;
    KeyPair key = owned(kind.decode(&at, block.size));
    if (!key || at != block.bytes + block.size) return KeyErrc::unreadable;
    return ReadKey{std::move(key), kind.is_private};
  }
  return KeyErrc::unreadable;
}

Result<ReadKey> decode(std::string_view pem) {
  if (pem.empty()) return KeyErrc::empty;
  if (pem.size() > max_pem_length) return KeyErrc::unreadable;
  const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  if (!bio) throw std::bad_alloc();
  while (true) {
    Block block;
    if (PEM_read_bio(bio.get(), &block.label, &block.headers, &block.bytes, &block.size) != 1) {
      return KeyErrc::unreadable;
    }
    // `openssl ecparam -genkey` writes the curve in front of the key, which names it again.
    if (block.label != std::string_view("EC PARAMETERS")) return key_in(block);
  }
}

/// Cheap looks only: OpenSSL's own check of a huge key can take minutes (CVE-2023-6237).
std::error_code check_rsa(const EVP_PKEY& key) {
  if (EVP_PKEY_get_base_id(&key) != EVP_PKEY_RSA) return KeyErrc::wrong_type;
  if (EVP_PKEY_get_bits(&key) < min_rsa_bits) return KeyErrc::too_short;
  if (EVP_PKEY_get_bits(&key) > max_rsa_bits) return KeyErrc::too_long;
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(&key, OSSL_PKEY_PARAM_RSA_E, &raw) != 1) return KeyErrc::unreadable;
  const Bignum exponent{raw};
  if (!BN_is_odd(raw) || BN_is_one(raw) || BN_num_bits(raw) > max_exponent_bits) {
    return KeyErrc::weak_exponent;
  }
  return {};
}

/// RFC 7518 §3.4.
std::string_view curve(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ES256:
      return SN_X9_62_prime256v1;
    case Algorithm::ES384:
      return SN_secp384r1;
    default:
      return SN_secp521r1;
  }
}

bool is_on_curve(const EVP_PKEY& key, std::string_view name) {
  char group[32];
  std::size_t size = 0;
  int spelled_out = 1;  // by its numbers: forbidden by RFC 5480 §2.1.1, see CVE-2020-0601
  return EVP_PKEY_get_group_name(&key, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == name &&
         EVP_PKEY_get_int_param(&key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                                &spelled_out) == 1 &&
         spelled_out == 0;
}

std::error_code check_ec(EVP_PKEY& key, Algorithm algorithm) {
  if (EVP_PKEY_get_base_id(&key) != EVP_PKEY_EC || !is_on_curve(key, curve(algorithm))) {
    return KeyErrc::wrong_type;
  }
  const Context context{EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr)};
  if (!context) throw std::bad_alloc();
  if (EVP_PKEY_public_check(context.get()) != 1) return KeyErrc::unreadable;
  return {};
}

Result<ReadKey> read(std::string_view pem, Algorithm algorithm) {
  if (family(algorithm) == Family::hmac) return KeyErrc::wrong_type;
  auto read = decode(pem);
  if (!read) return read;
  const bool is_ec = family(algorithm) == Family::ec;
  if (auto error = is_ec ? check_ec(*read->key, algorithm) : check_rsa(*read->key)) return error;
  return read;
}

KeyPair public_part(EVP_PKEY& key) {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(&key, &encoded);
  const unsigned char* at = encoded;
  KeyPair part = owned(size > 0 ? d2i_PUBKEY(nullptr, &at, size) : nullptr);
  OPENSSL_free(encoded);
  if (!part) throw std::runtime_error("OpenSSL could not take the public part of a key");
  return part;
}

/// A damaged private key is noticed here, not by the clients whose tokens nobody takes.
bool signs(EVP_PKEY& key, Algorithm algorithm) try {
  constexpr std::string_view probe = "probe";
  return verify_signature(key, algorithm, probe, make_signature(key, algorithm, probe));
} catch (const std::runtime_error&) {
  return false;
}

}  // namespace

Result<KeyPair> read_public_key(std::string_view pem, Algorithm algorithm) {
  const OpensslErrorsForgotten forgotten;
  auto read = jose::read(pem, algorithm);
  if (!read) return read.error();
  return read->is_private ? public_part(*read->key) : read->key;
}

Result<KeyPair> read_private_key(std::string_view pem, Algorithm algorithm) {
  const OpensslErrorsForgotten forgotten;
  auto read = jose::read(pem, algorithm);
  if (!read) return read.error();
  if (!read->is_private) return KeyErrc::no_private_part;
  if (!signs(*read->key, algorithm)) return KeyErrc::unreadable;
  return read->key;
}

}  // namespace restjwt::jose
