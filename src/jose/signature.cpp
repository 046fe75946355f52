#include "jose/signature.hpp"

#include <stdexcept>

#include <openssl/err.h>
#include <openssl/evp.h>

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

}  // namespace

bool verify_signature(EVP_PKEY& key, Algorithm algorithm, std::string_view message,
                      std::string_view signature) {
  const OpensslErrorsForgotten forgotten;
  const Context context = new_context();
  // PKCS #1 v1.5 is the padding of an RSA key unless another is asked for.
  return EVP_DigestVerifyInit(context.get(), nullptr, hash(algorithm), nullptr, &key) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

std::string make_signature(EVP_PKEY& key, Algorithm algorithm, std::string_view message) {
  const OpensslErrorsForgotten forgotten;
  const Context context = new_context();
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(&key)), '\0');
  std::size_t size = signature.size();
  const bool signed_ =
      EVP_DigestSignInit(context.get(), nullptr, hash(algorithm), nullptr, &key) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes(message), message.size()) == 1;
  if (!signed_) throw std::runtime_error("OpenSSL could not sign");
  signature.resize(size);
  return signature;
}

}  // namespace restjwt::jose
