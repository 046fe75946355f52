#pragma once
// Django's password hashes: all of them are verified, the good ones are made.
// Every function that hashes is slow on purpose (tens of milliseconds): never call one on a thread
// that serves requests. All are safe from many threads at once.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <restjwt/random.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

/// Which hash a new password gets (the setting PASSWORD_HASHER), with its cost.
struct PasswordHasher {
  enum class Kind { argon2, pbkdf2_sha256 };
  Kind kind = Kind::argon2;
  /// argon2id, OWASP's floor: 19 MiB, 2 passes, 1 lane.
  std::uint32_t argon2_memory_kib = 19456;
  std::uint32_t argon2_passes = 2;
  std::uint32_t argon2_lanes = 1;
  /// Django 4.2's default.
  std::uint32_t pbkdf2_iterations = 600'000;
};
/// "argon2" or "pbkdf2_sha256", as Django calls them.
std::optional<PasswordHasher> password_hasher_named(std::string_view name);
std::string_view name(PasswordHasher::Kind kind) noexcept;

/// True only for the right password. False, without an exception, for an unknown, damaged, empty,
/// unusable or absurdly expensive stored value (more than 10,000,000 PBKDF2 iterations, or 1 GiB of
/// memory). Passwords are bytes: never trimmed, never normalised.
bool check_password(const Secret& password, std::string_view encoded);

/// A new salted hash in Django's encoding, at most 128 characters. Throws std::invalid_argument
/// when check_password() would find the hasher's cost absurd.
std::string make_password(const Secret& password, const PasswordHasher& hasher,
                          const RandomBytes& random);

/// "!" and 40 random characters: a stored value no password matches.
std::string make_unusable_password(const RandomBytes& random);
/// False where no password can match: "!…", empty, unknown, damaged, absurdly expensive.
bool is_usable(std::string_view encoded);

/// Whether the stored hash is weaker than what `hasher` makes: a weaker algorithm, or the same one
/// at a lower cost. From weak to strong: unsalted sha1 and md5 < salted ones and crypt <
/// pbkdf2_sha1 < pbkdf2_sha256, bcrypt, bcrypt_sha256, scrypt (which are not compared) < argon2,
/// whose cost is memory times passes. A stronger hash is left alone.
bool needs_upgrade(std::string_view encoded, const PasswordHasher& hasher);

/// Algorithm and cost of a stored hash, such as "pbkdf2_sha256$260000" or
/// "argon2$argon2id$v=19$m=19456,t=2,p=1"; empty when it is not a usable hash. Two hashes with
/// equal costs take equal time.
std::string password_cost(std::string_view encoded);

/// After a wrong password for `encoded`: does the work by which checking a hash like `typical`
/// would have been dearer, so that a user with an old, cheap hash is not told from one who does not
/// exist.
void top_up_password_work(const Secret& password, std::string_view encoded,
                          std::string_view typical);

/// Does the work that check_password() does for a hash like `encoded` and forgets the answer: for
/// users that do not exist or may not log in. Where `encoded` is no usable hash, `fallback`'s work.
void spend_password_work(const Secret& password, std::string_view encoded,
                         const PasswordHasher& fallback);

}  // namespace restjwt::auth
