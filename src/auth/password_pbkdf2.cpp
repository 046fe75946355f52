// pbkdf2_sha256$<iterations>$<salt>$<base64>, pbkdf2_sha1 alike. The salt is used as its text.
#include <nettle/pbkdf2.h>

#include <stdexcept>

#include "auth/password_hash.hpp"
#include "auth/password_text.hpp"

namespace restjwt::auth {
namespace {

constexpr std::uint32_t max_iterations = 10'000'000;

struct Variant {
  std::string_view name;
  Strength strength;
  std::size_t size;
  decltype(&pbkdf2_sha256) function;
};
constexpr Variant variants[] = {
    {"pbkdf2_sha256", Strength::stretched, 32, pbkdf2_sha256},
    {"pbkdf2_sha1", Strength::pbkdf2_sha1, 20, pbkdf2_sha1},
};

const std::uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

template <auto function>
std::string derive(std::string_view password, std::string_view salt, unsigned iterations,
                   std::size_t length) {
  std::string key(length, '\0');
  function(password.size(), bytes(password), iterations, salt.size(), bytes(salt), length,
           reinterpret_cast<std::uint8_t*>(key.data()));
  return key;
}

}  // namespace

// nettle and not OpenSSL 3.0: half the time for the same result.
std::string pbkdf2_sha1(std::string_view password, std::string_view salt, unsigned iterations,
                        std::size_t length) {
  return derive<pbkdf2_hmac_sha1>(password, salt, iterations, length);
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations,
                          std::size_t length) {
  return derive<pbkdf2_hmac_sha256>(password, salt, iterations, length);
}

std::optional<StoredHash> read_pbkdf2(Fields fields) {
  if (fields.size() != 4) return std::nullopt;
  const auto iterations = decimal(fields[1], max_iterations);
  const auto salt = fields[2];
  const auto hash = fields[3];
  if (!iterations || *iterations == 0 || salt.empty()) return std::nullopt;
  for (const auto& variant : variants) {
    if (fields[0] != variant.name || hash.size() != (variant.size + 2) / 3 * 4) continue;
    return StoredHash{.algorithm = variant.name,
                      .strength = variant.strength,
                      .work = *iterations,
                      .cost = std::string(variant.name).append("$").append(fields[1]),
                      .expected = hash,
                      .derive = [&variant, salt, count = *iterations](std::string_view password) {
                        return base64(variant.function(password, salt, count, variant.size));
                      }};
  }
  return std::nullopt;
}

std::string make_pbkdf2_sha256(std::string_view password, std::string_view salt,
                               const PasswordHasher& hasher) {
  const auto iterations = hasher.pbkdf2_iterations;
  if (iterations == 0 || iterations > max_iterations)
    throw std::invalid_argument("PBKDF2 iterations out of range");
  return std::string("pbkdf2_sha256$")
      .append(std::to_string(iterations))
      .append("$")
      .append(salt)
      .append("$")
      .append(base64(pbkdf2_sha256(password, salt, iterations, 32)));
}

}  // namespace restjwt::auth
