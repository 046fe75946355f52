// sha1$<salt>$<hex>, md5$<salt>$<hex>: one digest over salt and password. The salt may be empty,
// and a bare MD5 has no salt and no name. Read only, so that such users can log in and get a better
// hash.
#include "auth/password_digest.hpp"

#include <array>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include "auth/password_hash.hpp"
#include "auth/password_text.hpp"

namespace restjwt::auth {
namespace {

constexpr std::size_t md5_text_size = 32;
constexpr std::size_t sha1_text_size = 40;
constexpr std::string_view hex_digits = "0123456789abcdef";

std::optional<StoredHash> read_salted(std::string_view algorithm, std::string_view salt,
                                      std::string_view hash) {
  const bool is_md5 = algorithm == "md5";
  if (hash.size() != (is_md5 ? md5_text_size : sha1_text_size)) return std::nullopt;
  if (!consists_of(hash, hex_digits)) return std::nullopt;
  return StoredHash{.algorithm = algorithm,
                    .strength = salt.empty() ? Strength::unsalted : Strength::salted,
                    .work = 1,
                    .cost = std::string(algorithm),
                    .expected = hash,
                    .derive = [is_md5, salt](std::string_view password) {
                      return hex_digest(is_md5 ? "MD5" : "SHA1", {salt, password});
                    }};
}

}  // namespace

std::string hex_digest(const char* name, std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> digest(EVP_MD_fetch(nullptr, name, nullptr),
                                                               EVP_MD_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  bool ok = digest && context && EVP_DigestInit_ex2(context.get(), digest.get(), nullptr) == 1;
  for (const auto part : parts)
    ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  ok = ok && EVP_DigestFinal_ex(context.get(), bytes.data(), &size) == 1;
  if (!ok) throw std::runtime_error(std::string("OpenSSL cannot compute ") + name);

  std::string text;
  text.reserve(2 * size);
  for (unsigned i = 0; i < size; ++i) {
    text.push_back(hex_digits[bytes[i] >> 4]);
    text.push_back(hex_digits[bytes[i] & 15]);
  }
  return text;
}

std::optional<StoredHash> read_digest(Fields fields) {
  if (fields.size() != 3) return std::nullopt;
  return read_salted(fields[0], fields[1], fields[2]);
}

std::optional<StoredHash> read_bare_md5(std::string_view encoded) {
  return read_salted("md5", {}, encoded);
}

}  // namespace restjwt::auth
