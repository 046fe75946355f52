// bcrypt$$2b$12$<22 salt><31 hash>, bcrypt_sha256 alike, and crypt$$<2 salt><11 hash> (DES).
#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "auth/password_digest.hpp"
#include "auth/password_hash.hpp"
#include "auth/password_text.hpp"

namespace restjwt::auth {
namespace {

constexpr std::uint32_t min_bcrypt_cost = 4;
constexpr std::uint32_t max_bcrypt_cost = 20;
constexpr std::size_t bcrypt_password_size = 72;  // bcrypt never looked further
constexpr std::size_t des_password_size = 8;
constexpr std::size_t bcrypt_salt_size = 22;
constexpr std::size_t bcrypt_hash_size = 31;
constexpr std::size_t des_text_size = 13;
constexpr std::string_view crypt_alphabet =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The whole text that crypt(3) makes; empty when it cannot.
std::string run_crypt(std::string_view password, const std::string& setting) {
  if (password.find('\0') != std::string_view::npos) return {};
  std::array<char, bcrypt_password_size + 1> phrase{};
  std::ranges::copy(password, phrase.begin());
  const auto workspace = std::make_unique<crypt_data>();
  const char* const text =
      crypt_rn(phrase.data(), setting.c_str(), workspace.get(), sizeof(crypt_data));
  std::string result = text == nullptr ? "" : text;
  OPENSSL_cleanse(phrase.data(), phrase.size());
  OPENSSL_cleanse(workspace.get(), sizeof(crypt_data));
  return result;
}

std::string bcrypt(std::string_view password, const std::string& setting) {
  const auto text = run_crypt(password.substr(0, bcrypt_password_size), setting);
  return text.substr(text.size() - std::min(text.size(), bcrypt_hash_size));
}

std::string bcrypt_sha256(std::string_view password, const std::string& setting) {
  std::string digest = hex_digest("SHA256", {password});
  std::string result = bcrypt(digest, setting);
  wipe(digest);
  return result;
}

}  // namespace

std::optional<StoredHash> read_bcrypt(Fields fields) {
  if (fields.size() != 5 || !fields[1].empty()) return std::nullopt;
  const auto version = fields[2];
  const auto cost = fields[3];
  const auto text = fields[4];
  if (version != "2b" && version != "2a" && version != "2y") return std::nullopt;
  const auto exponent = decimal(cost.substr(cost.starts_with('0') ? 1 : 0), max_bcrypt_cost);
  if (cost.size() != 2 || !exponent || *exponent < min_bcrypt_cost) return std::nullopt;
  if (text.size() != bcrypt_salt_size + bcrypt_hash_size || !consists_of(text, crypt_alphabet))
    return std::nullopt;

  const bool hashed_first = fields[0] == "bcrypt_sha256";
  // Always as 2b: what Python's libraries call 2a is the same function, while libcrypt's 2a bends
  // some passwords on purpose, against an old bug of its own.
  auto setting = std::string("$2b$").append(cost).append("$").append(text);
  return StoredHash{
      .algorithm = fields[0],
      .strength = Strength::stretched,
      .work = std::uint64_t{1} << *exponent,
      .cost = std::string(fields[0]).append("$$").append(version).append("$").append(cost),
      .expected = text.substr(bcrypt_salt_size),
      .derive = [hashed_first, setting = std::move(setting)](std::string_view password) {
        return hashed_first ? bcrypt_sha256(password, setting) : bcrypt(password, setting);
      }};
}

std::optional<StoredHash> read_crypt(Fields fields) {
  if (fields.size() != 3 || !fields[1].empty()) return std::nullopt;
  const auto text = fields[2];
  if (text.size() != des_text_size || !consists_of(text, crypt_alphabet)) return std::nullopt;
  return StoredHash{.algorithm = "crypt",
                    .strength = Strength::salted,
                    .work = 1,
                    .cost = "crypt",
                    .expected = text,
                    .derive = [setting = std::string(text)](std::string_view password) {
                      return run_crypt(password.substr(0, des_password_size), setting);
                    }};
}

}  // namespace restjwt::auth
