#pragma once
// A stored hash taken apart. Each family of hashes is one file with a reader and, where we make
// such hashes, a maker; password.cpp knows nothing but what stands here.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <restjwt/auth/password.hpp>

namespace restjwt::auth {

/// How well a family withstands guessing, weakest first. Two families of one rank are not compared.
enum class Strength {
  unsalted,  ///< sha1$$…, md5$$…, bare MD5
  salted,    ///< sha1, md5, crypt: salted, but fast
  pbkdf2_sha1,
  stretched,  ///< pbkdf2_sha256, bcrypt, bcrypt_sha256, scrypt
  argon2,
};

/// A hash whose form is right and whose cost is within the caps. Views look into the encoded text.
struct StoredHash {
  std::string_view algorithm{};  ///< Django's name
  Strength strength{};
  std::uint64_t work = 0;  ///< iterations, or memory × passes: comparable within one algorithm
  std::string cost{};      ///< what password_cost() answers
  std::string_view expected{};
  /// Gives `expected` for the right password only. Empty where the algorithm cannot take the
  /// password: bcrypt and crypt read C strings.
  std::function<std::string(std::string_view password)> derive{};
};

/// The encoded text between its dollar signs; the first field is the algorithm.
using Fields = std::span<const std::string_view>;

std::optional<StoredHash> read_stored_hash(std::string_view encoded);
std::optional<StoredHash> read_argon2(Fields fields);
std::optional<StoredHash> read_pbkdf2(Fields fields);
std::optional<StoredHash> read_scrypt(Fields fields);
std::optional<StoredHash> read_bcrypt(Fields fields);
std::optional<StoredHash> read_crypt(Fields fields);
std::optional<StoredHash> read_digest(Fields fields);
std::optional<StoredHash> read_bare_md5(std::string_view encoded);

/// Encoded hashes. Throw std::invalid_argument when the hasher's cost is out of the caps.
std::string make_argon2(std::string_view password, std::string_view salt,
                        const PasswordHasher& hasher);
std::string make_pbkdf2_sha256(std::string_view password, std::string_view salt,
                               const PasswordHasher& hasher);

/// The bare function of RFC 8018 §5.2, `length` bytes of it.
std::string pbkdf2_sha1(std::string_view password, std::string_view salt, unsigned iterations,
                        std::size_t length);
std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations,
                          std::size_t length);

}  // namespace restjwt::auth
