#include <restjwt/auth/password.hpp>

#include <array>

#include "auth/password_hash.hpp"
#include "auth/password_text.hpp"

namespace restjwt::auth {
namespace {

constexpr std::size_t max_encoded_length = 512;  // Django's column holds 128
constexpr std::size_t salt_length = 22;
constexpr std::size_t unusable_suffix_length = 40;

struct Family {
  std::string_view algorithm;
  std::optional<StoredHash> (*read)(Fields);
};
constexpr Family families[] = {
    {"argon2", read_argon2},        {"pbkdf2_sha256", read_pbkdf2}, {"pbkdf2_sha1", read_pbkdf2},
    {"bcrypt_sha256", read_bcrypt}, {"bcrypt", read_bcrypt},        {"scrypt", read_scrypt},
    {"sha1", read_digest},          {"md5", read_digest},           {"crypt", read_crypt},
};

std::string random_text(std::size_t length, const RandomBytes& random) {
  constexpr std::string_view alphabet =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    std::uint32_t number = 0;  // 32 bits for 62 characters: some come more often by 2^-26 only
    random(std::as_writable_bytes(std::span(&number, 1)));
    text.push_back(alphabet[number % alphabet.size()]);
  }
  return text;
}

std::string encode(const Secret& password, std::string_view salt, const PasswordHasher& hasher) {
  switch (hasher.kind) {
    case PasswordHasher::Kind::argon2:
      return make_argon2(password.reveal(), salt, hasher);
    case PasswordHasher::Kind::pbkdf2_sha256:
      return make_pbkdf2_sha256(password.reveal(), salt, hasher);
  }
  return {};
}

}  // namespace

std::optional<StoredHash> read_stored_hash(std::string_view encoded) {
  if (encoded.size() > max_encoded_length) return std::nullopt;
  const auto fields = split(encoded, '$');
  if (fields.size() == 1) return read_bare_md5(encoded);
  for (const auto& family : families)
    if (family.algorithm == fields[0]) return family.read(fields);
  return std::nullopt;
}

std::optional<PasswordHasher> password_hasher_named(std::string_view name) {
  using Kind = PasswordHasher::Kind;
  for (const auto kind : {Kind::argon2, Kind::pbkdf2_sha256})
    if (auth::name(kind) == name) return PasswordHasher{.kind = kind};
  return std::nullopt;
}

std::string_view name(PasswordHasher::Kind kind) noexcept {
  return kind == PasswordHasher::Kind::argon2 ? "argon2" : "pbkdf2_sha256";
}

bool check_password(const Secret& password, std::string_view encoded) {
  const auto stored = read_stored_hash(encoded);
  return stored && constant_time_equal(stored->derive(password.reveal()), stored->expected);
}

std::string make_password(const Secret& password, const PasswordHasher& hasher,
                          const RandomBytes& random) {
  return encode(password, random_text(salt_length, random), hasher);
}

std::string make_unusable_password(const RandomBytes& random) {
  return "!" + random_text(unusable_suffix_length, random);
}

bool is_usable(std::string_view encoded) { return read_stored_hash(encoded).has_value(); }

bool needs_upgrade(std::string_view encoded, const PasswordHasher& hasher) {
  const auto stored = read_stored_hash(encoded);
  if (!stored) return false;
  const bool argon2 = hasher.kind == PasswordHasher::Kind::argon2;
  const auto strength = argon2 ? Strength::argon2 : Strength::stretched;
  if (stored->strength != strength) return stored->strength < strength;
  const auto work = argon2 ? std::uint64_t{hasher.argon2_memory_kib} * hasher.argon2_passes
                           : hasher.pbkdf2_iterations;
  return stored->algorithm == name(hasher.kind) && stored->work < work;
}

std::string password_cost(std::string_view encoded) {
  auto stored = read_stored_hash(encoded);
  return stored ? std::move(stored->cost) : std::string();
}

void spend_password_work(const Secret& password, std::string_view encoded,
                         const PasswordHasher& fallback) {
  if (const auto stored = read_stored_hash(encoded)) stored->derive(password.reveal());
  else encode(password, "nobodyHasThisSaltAtAll", fallback);
}

void top_up_password_work(const Secret& password, std::string_view encoded,
                          std::string_view typical) {
  const auto cheap = read_stored_hash(encoded);
  const auto usual = read_stored_hash(typical);
  if (!cheap || !usual) return;
  const bool same = cheap->algorithm == usual->algorithm;
  if (same ? cheap->work >= usual->work : cheap->strength >= usual->strength) return;
  // The iterations of PBKDF2 can be made up for exactly; elsewhere the cheap work is the small
  // part.
  const auto missing = static_cast<unsigned>(usual->work - cheap->work);
  if (same && usual->algorithm == "pbkdf2_sha256")
    pbkdf2_sha256(password.reveal(), "salt", missing, 32);
  else if (same && usual->algorithm == "pbkdf2_sha1")
    pbkdf2_sha1(password.reveal(), "salt", missing, 20);
  else usual->derive(password.reveal());
}

}  // namespace restjwt::auth
