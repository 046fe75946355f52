#include "auth/text_digest.hpp"

#include <stdexcept>

#include <openssl/evp.h>

#include <restjwt/jose/base64url.hpp>

namespace restjwt::auth {

std::string text_digest(std::string_view text) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(),
                   reinterpret_cast<unsigned char*>(digest.data()), &size) != 1)
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  digest.resize(size);
  return jose::base64url_encode(digest);
}

}  // namespace restjwt::auth
