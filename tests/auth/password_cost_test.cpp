#include <restjwt/auth/password.hpp>

#include <stdexcept>

#include <gtest/gtest.h>

#include "support/password_samples.hpp"

namespace restjwt::auth {
namespace {

using namespace test;

constexpr PasswordHasher argon2{};
constexpr PasswordHasher pbkdf2{.kind = PasswordHasher::Kind::pbkdf2_sha256};
constexpr std::string_view unsalted_md5 = "e99a18c428cb38d5f260853678922e03";
constexpr std::string_view salted_sha1 = "sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8";
constexpr std::string_view pbkdf2_sha1_hash =
    "pbkdf2_sha1$9000000$salt$aDapRanzW8aHTz97v2TcfHzWD+I=";
const std::string bcrypt_hash = with_bcrypt("bcrypt$$2b$12");
const std::string bcrypt_sha256_hash = with_bcrypt("bcrypt_sha256$$2b$12");
const std::string scrypt_hash = with_hash64("scrypt$16384$salt$8$1");

TEST(NeedsUpgrade, EverythingButArgon2UnderArgon2) {
  for (const std::string_view encoded : std::initializer_list<std::string_view>{
           unsalted_md5, salted_sha1, pbkdf2_sha1_hash, pbkdf2_of_abc123, bcrypt_hash,
           bcrypt_sha256_hash, scrypt_hash})
    EXPECT_TRUE(needs_upgrade(encoded, argon2)) << encoded;
}

TEST(NeedsUpgrade, NotArgon2OfTheSameCost) {
  EXPECT_FALSE(needs_upgrade(argon2_of_abc123, argon2));
}
TEST(NeedsUpgrade, Argon2OfLessMemoryOrFewerPasses) {
  EXPECT_TRUE(needs_upgrade(with_argon2("argon2$argon2i$v=19$m=512,t=2,p=2"), argon2));
  EXPECT_TRUE(needs_upgrade(with_argon2("argon2$argon2id$v=19$m=19456,t=1,p=1"), argon2));
}
TEST(NeedsUpgrade, NotArgon2OfMoreMemory) {
  EXPECT_FALSE(needs_upgrade(with_argon2("argon2$argon2id$v=19$m=102400,t=2,p=8"), argon2));
}

TEST(NeedsUpgrade, WeakHashesUnderPbkdf2) {
  for (const std::string_view encoded :
       std::initializer_list<std::string_view>{unsalted_md5, salted_sha1, pbkdf2_sha1_hash})
    EXPECT_TRUE(needs_upgrade(encoded, pbkdf2)) << encoded;
}
TEST(NeedsUpgrade, NoStrongHashUnderPbkdf2) {
  for (const std::string_view encoded : std::initializer_list<std::string_view>{
           bcrypt_hash, bcrypt_sha256_hash, scrypt_hash, argon2_of_abc123})
    EXPECT_FALSE(needs_upgrade(encoded, pbkdf2)) << encoded;
}
TEST(NeedsUpgrade, Pbkdf2OfFewerIterations) {
  EXPECT_TRUE(needs_upgrade(with_hash32("pbkdf2_sha256$599999$salt"), pbkdf2));
}
TEST(NeedsUpgrade, NotPbkdf2OfAsManyOrMoreIterations) {
  EXPECT_FALSE(needs_upgrade(with_hash32("pbkdf2_sha256$600000$salt"), pbkdf2));
  EXPECT_FALSE(needs_upgrade(with_hash32("pbkdf2_sha256$1000000$salt"), pbkdf2));
}

TEST(PasswordCost, IsWhatComesBeforeSaltAndHash) {
  EXPECT_EQ(password_cost(argon2_of_abc123), "argon2$argon2id$v=19$m=19456,t=2,p=1");
  EXPECT_EQ(password_cost(with_argon2("argon2$argon2i$m=8,t=1,p=1")), "argon2$argon2i$m=8,t=1,p=1");
  EXPECT_EQ(password_cost(pbkdf2_of_abc123), "pbkdf2_sha256$600000");
  EXPECT_EQ(password_cost(bcrypt_sha256_hash), "bcrypt_sha256$$2b$12");
  EXPECT_EQ(password_cost(scrypt_hash), "scrypt$16384$8$1");
  EXPECT_EQ(password_cost(salted_sha1), "sha1");
  EXPECT_EQ(password_cost(unsalted_md5), "md5");
  EXPECT_EQ(password_cost("crypt$$CW3HfM/tcoDj2"), "crypt");
}

TEST(SpendPasswordWork, ComputesLikeTheGivenHash) {
  // The only trace it may leave: it would throw on a fallback that is out of the caps.
  const PasswordHasher impossible{.argon2_passes = 0};
  EXPECT_NO_THROW(
      spend_password_work(Secret("x"), with_hash32("pbkdf2_sha256$10$salt"), impossible));
}
TEST(SpendPasswordWork, ComputesTheFallbackWhereThereIsNoHash) {
  const PasswordHasher impossible{.argon2_passes = 0};
  const PasswordHasher cheap{.argon2_memory_kib = 8, .argon2_passes = 1};
  EXPECT_NO_THROW(spend_password_work(Secret("x"), "!", cheap));
  EXPECT_THROW(spend_password_work(Secret("x"), "!", impossible), std::invalid_argument);
  EXPECT_THROW(spend_password_work(Secret("x"), "", impossible), std::invalid_argument);
}

}  // namespace
}  // namespace restjwt::auth
