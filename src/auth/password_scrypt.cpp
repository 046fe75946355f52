// scrypt$<N>$<salt>$<r>$<p>$<base64 of 64 bytes> (RFC 7914). The salt is used as its text.
#include <openssl/evp.h>

#include <bit>
#include <new>

#include "auth/password_hash.hpp"
#include "auth/password_text.hpp"

namespace restjwt::auth {
namespace {

constexpr std::uint64_t max_memory = std::uint64_t{1} << 30;
constexpr std::uint32_t max_block_size = 1024;
constexpr std::uint32_t max_parallelism = 64;
constexpr std::size_t key_size = 64;

struct Scrypt {
  std::uint64_t n;
  std::uint64_t r;
  std::uint64_t p;
};

std::string derive(const Scrypt& how, std::string_view password, std::string_view salt) {
  std::string key(key_size, '\0');
  // Caps have been checked; OpenSSL's own limit counts some more than the N blocks.
  const int ok = EVP_PBE_scrypt(password.data(), password.size(),
                                reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                                how.n, how.r, how.p, 2 * max_memory,
                                reinterpret_cast<unsigned char*>(key.data()), key.size());
  if (ok != 1) throw std::bad_alloc();  // its parameters are right, so only memory can be missing
  return key;
}

}  // namespace

std::optional<StoredHash> read_scrypt(Fields fields) {
  if (fields.size() != 6) return std::nullopt;
  const auto n = decimal(fields[1], 1 << 30);
  const auto salt = fields[2];
  const auto r = decimal(fields[3], max_block_size);
  const auto p = decimal(fields[4], max_parallelism);
  const auto hash = fields[5];
  if (!n || !r || !p || *n < 2 || !std::has_single_bit(*n) || *r == 0 || *p == 0)
    return std::nullopt;
  const Scrypt how{.n = *n, .r = *r, .p = *p};
  // RFC 7914 §2: N < 2^(128 * r / 8); of use for r = 1 only, where it is 65536.
  if (how.r == 1 && how.n >= 65536) return std::nullopt;
  if (128 * how.n * how.r > max_memory || salt.empty() || hash.size() != (key_size + 2) / 3 * 4)
    return std::nullopt;
  return StoredHash{
      .algorithm = "scrypt",
      .strength = Strength::stretched,
      .work = how.n * how.r * how.p,
      .cost =
          std::string("scrypt$").append(fields[1]).append("$").append(fields[3]).append("$").append(
              fields[4]),
      .expected = hash,
      .derive = [how, salt](std::string_view password) {
        return base64(derive(how, password, salt));
      }};
}

}  // namespace restjwt::auth
