#include "jose/pem.hpp"

#include <cstddef>
#include <new>
#include <utility>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "jose/openssl_errors.hpp"
#include "jose/openssl_owned.hpp"
#include "jose/pem_encrypted.hpp"

namespace restjwt::jose {
namespace {

// An RSA key of 8192 bits takes 6.4 KiB.
constexpr std::size_t max_pem_length = 16 * 1024;

using Certificate = Owned<X509, X509_free>;

EVP_PKEY* decode_pkcs8(const unsigned char** at, long size) {
  const Pkcs8 info{d2i_PKCS8_PRIV_KEY_INFO(nullptr, at, size)};
  return info ? EVP_PKCS82PKEY(info.get()) : nullptr;
}

EVP_PKEY* decode_certificate(const unsigned char** at, long size) {
  const Certificate certificate{d2i_X509(nullptr, at, size)};
  return certificate ? X509_get_pubkey(certificate.get()) : nullptr;
}

struct Kind {
  std::string_view label;
  bool is_private;
  EVP_PKEY* (*decode)(const unsigned char** at, long size);
};

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
constexpr Kind certificate{"CERTIFICATE", false, decode_certificate};

Result<ReadKey> decode(const PemBlock& block, const Kind& kind) {
  const unsigned char* at = block.bytes;
  KeyPair pair = owned(kind.decode(&at, block.size));
  if (!pair || at != block.bytes + block.size) return KeyErrc::unreadable;
  return ReadKey{std::move(pair), kind.is_private};
}

Result<ReadKey> decode_plain(const PemBlock& block) {
  for (const Kind& kind : kinds) {
    if (kind.label == block.label) return decode(block, kind);
  }
  return KeyErrc::unreadable;
}

Result<ReadKey> decode_key(PemBlock& block, const Passphrase& ask) {
  if (block.label == encrypted_pkcs8_label) {
    auto pair = decrypt_pkcs8(block, ask);
    if (!pair) return pair.error();
    return ReadKey{std::move(*pair), true};
  }
  if (block.headers[0] == '\0') return decode_plain(block);
  if (auto error = decrypt_in_place(block, ask)) return error;
  auto key = decode_plain(block);
  // The padding comes out right once in 256 wrong passphrases.
  return key ? key : Result<ReadKey>(KeyErrc::wrong_passphrase);
}

/// The first block of the text, but for the curve that `openssl ecparam -genkey` writes in front of
/// a key that names it again.
std::error_code read_block(std::string_view pem, PemBlock& block) {
  if (pem.empty()) return KeyErrc::empty;
  if (pem.size() > max_pem_length) return KeyErrc::unreadable;
  const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  if (!bio) throw std::bad_alloc();
  do {
    block.clear();
    if (PEM_read_bio(bio.get(), &block.label, &block.headers, &block.bytes, &block.size) != 1) {
      return KeyErrc::unreadable;
    }
  } while (block.label == std::string_view("EC PARAMETERS"));
  return {};
}

}  // namespace

Result<ReadKey> read_pem(std::string_view pem, const Passphrase& ask) {
  const OpensslErrorsForgotten forgotten;
  PemBlock block;
  if (auto error = read_block(pem, block)) return error;
  return decode_key(block, ask);
}

Result<ReadKey> read_certificate(std::string_view pem) {
  const OpensslErrorsForgotten forgotten;
  PemBlock block;
  if (auto error = read_block(pem, block)) return error;
  if (block.label != certificate.label) return KeyErrc::unreadable;
  return decode(block, certificate);
}

}  // namespace restjwt::jose
