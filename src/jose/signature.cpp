#include "jose/signature.hpp"

#include <stdexcept>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "jose/ecdsa.hpp"
#include "jose/openssl_errors.hpp"

namespace restjwt::jose {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context new_context() {
  Context context{EVP_MD_CTX_new()};
  if (!context) throw std::bad_alloc();
  return context;
}

const EVP_MD* hash(Algorithm algorithm) {
  switch (hash_size(algorithm)) {
    case 32:
      return EVP_sha256();
    case 48:
      return EVP_sha384();
    default:
      return EVP_sha512();
  }
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// PKCS #1 v1.5 is the padding of an RSA key unless another is asked for. For PSS, the salt is as
/// long as the hash (RFC 7518 §3.5); the hash of MGF1 is that of the message unless another is
/// asked for.
bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  return family(algorithm) != Family::rsa_pss ||
         (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

/// Bytes of r and of s: those of the curve's order.
std::size_t ecdsa_size(const EVP_PKEY& key) {
  return (static_cast<std::size_t>(EVP_PKEY_get_bits(&key)) + 7) / 8;
}

}  // namespace

bool verify_signature(EVP_PKEY& key, Algorithm algorithm, std::string_view message,
                      std::string_view signature) {
  const OpensslErrorsForgotten forgotten;
  std::string der;
  if (family(algorithm) == Family::ec) {
    der = ecdsa_der_from_raw(signature, ecdsa_size(key));
    signature = der;
  }
  const Context context = new_context();
  EVP_PKEY_CTX* padding = nullptr;
  return EVP_DigestVerifyInit(context.get(), &padding, hash(algorithm), nullptr, &key) == 1 &&
         set_padding(padding, algorithm) &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

std::string make_signature(EVP_PKEY& key, Algorithm algorithm, std::string_view message) {
  const OpensslErrorsForgotten forgotten;
  const Context context = new_context();
  EVP_PKEY_CTX* padding = nullptr;
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(&key)), '\0');
  std::size_t size = signature.size();
  const bool signed_ =
      EVP_DigestSignInit(context.get(), &padding, hash(algorithm), nullptr, &key) == 1 &&
      set_padding(padding, algorithm) &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes(message), message.size()) == 1;
  if (!signed_) throw std::runtime_error("OpenSSL could not sign");
  signature.resize(size);
  if (family(algorithm) == Family::ec) return ecdsa_raw_from_der(signature, ecdsa_size(key));
  return signature;
}

}  // namespace restjwt::jose
