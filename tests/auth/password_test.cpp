#include <restjwt/auth/password.hpp>

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gtest/gtest.h>
#include <restjwt/json.hpp>

#include "auth/password_hash.hpp"
#include "support/password_samples.hpp"
#include "support/vectors.hpp"

namespace restjwt::auth {
namespace {

using namespace std::string_literals;
using namespace test;

constexpr PasswordHasher argon2{};
constexpr PasswordHasher pbkdf2{.kind = PasswordHasher::Kind::pbkdf2_sha256};
constexpr PasswordHasher cheap_argon2{.argon2_memory_kib = 64, .argon2_passes = 1};
constexpr PasswordHasher cheap_pbkdf2{.kind = PasswordHasher::Kind::pbkdf2_sha256,
                                      .pbkdf2_iterations = 3};

bool check(std::string_view password, std::string_view encoded) {
  return check_password(Secret(password), encoded);
}

/// 1, 2, 3, … in every four bytes.
RandomBytes counting() {
  return [next = std::uint32_t{0}](std::span<std::byte> out) mutable {
    ++next;
    std::memcpy(out.data(), &next, std::min(out.size(), sizeof next));
  };
}

Json recorded_hashes() {
  std::ifstream in("data/django_hashes.json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse_json(text).value();
}

// One test, since they are data: every hash that Django made, under its password and under another.
TEST(CheckPassword, TakesEveryRecordedDjangoHashUnderItsPasswordOnly) {
  const Json file = recorded_hashes();
  std::size_t hashes = 0;
  for (const Json& hash : file.find("hashes")->as_array()) {
    const auto& encoded = test::text_of(hash, "encoded");
    if (hash.find("password")->is_null()) {
      EXPECT_FALSE(is_usable(encoded)) << encoded;
      EXPECT_FALSE(check("", encoded)) << encoded;
      EXPECT_FALSE(check(encoded, encoded)) << encoded;
    } else {
      const auto& password = test::text_of(hash, "password");
      EXPECT_TRUE(is_usable(encoded)) << encoded;
      EXPECT_TRUE(check(password, encoded)) << encoded;
      EXPECT_FALSE(check("?" + password, encoded)) << encoded;
    }
    ++hashes;
  }
  EXPECT_EQ(hashes, 81U);
}

TEST(CheckPassword, TakesWhatMakePasswordMadeBefore) {
  EXPECT_TRUE(check("abc123", argon2_of_abc123));
  EXPECT_TRUE(check("abc123", pbkdf2_of_abc123));
  EXPECT_TRUE(check("pässwörd✓", argon2_of_utf8));
  EXPECT_TRUE(check("", argon2_of_nothing));
}

TEST(CheckPassword, NeitherTrimsNorChangesCase) {
  EXPECT_FALSE(check("abc123 ", pbkdf2_of_abc123));
  EXPECT_FALSE(check("ABC123", pbkdf2_of_abc123));
}

TEST(CheckPassword, BcryptOf2yIsTheSameFunction) {
  const auto salt_and_hash = "8kBBibssi9IFdqb6Qhk2n.lgqLZXWBN0Ntp3uvzlJO4gqZfFr4TGO"s;
  EXPECT_TRUE(check("abc123", "bcrypt$$2a$04$" + salt_and_hash));
  EXPECT_TRUE(check("abc123", "bcrypt$$2b$04$" + salt_and_hash));
  EXPECT_TRUE(check("abc123", "bcrypt$$2y$04$" + salt_and_hash));
  EXPECT_FALSE(is_usable("bcrypt$$2x$04$" + salt_and_hash));
}

TEST(CheckPassword, BcryptLooksAt72BytesAsItAlwaysDid) {
  const auto hash = "bcrypt$$2b$12$/eb7Fbkz.ZunYbom2eL/AOPt4Dx93NJP52JVfSID47VXz4TBZXB1u"s;
  EXPECT_TRUE(check(std::string(72, 'x'), hash));
  EXPECT_TRUE(check(std::string(5000, 'x'), hash));
  EXPECT_FALSE(check(std::string(71, 'x'), hash));
}

TEST(CheckPassword, BcryptSha256LooksAtEveryByte) {
  const auto hash = "bcrypt_sha256$$2b$12$LMPs54XkVk37tWBYKi1d9eWAvJGrDxi2WZR3yzqbPiPr7t2/x9yce"s;
  EXPECT_TRUE(check(std::string(100, 'x'), hash));
  EXPECT_FALSE(check(std::string(101, 'x'), hash));
}

TEST(CheckPassword, ANulDoesNotEndABcryptPassword) {
  const auto hash = "bcrypt$$2b$04$Y/vElN0rVE9gelgzqkG5c.VUekusQCUMMfub8Rzy.paa8.syXoIPW"s;
  EXPECT_TRUE(check("abc123", hash));
  EXPECT_FALSE(check("abc123\0"s, hash));
  EXPECT_FALSE(check("abc123\0x"s, hash));
}

TEST(CheckPassword, ANulDoesNotEndACryptPassword) {
  EXPECT_TRUE(check("abc123", "crypt$$CW3HfM/tcoDj2"));
  EXPECT_FALSE(check("abc123\0"s, "crypt$$CW3HfM/tcoDj2"));
}

TEST(CheckPassword, ANulIsAByteForArgon2) {
  const auto hash = make_password(Secret("a\0b"s), cheap_argon2, counting());
  EXPECT_TRUE(check("a\0b"s, hash));
  EXPECT_FALSE(check("a", hash));
}

TEST(CheckPassword, TheBareMd5IsTakenInLowerCaseOnly) {
  EXPECT_TRUE(check("abc123", "e99a18c428cb38d5f260853678922e03"));
  EXPECT_FALSE(check("abc123", "E99A18C428CB38D5F260853678922E03"));
}

TEST(CheckPassword, TheStoredTextIsNeverThePassword) {
  for (const auto* const text : {"", "!", "abc", "plain$text", "unknown$1$2$3"})
    EXPECT_FALSE(check(text, text)) << text;
}

TEST(MakePassword, Argon2idInDjangosEncoding) {
  const auto made = make_password(Secret("abc123"), argon2, counting());
  EXPECT_EQ(made.substr(0, 67),
            "argon2$argon2id$v=19$m=19456,t=2,p=1$YmNkZWZnaGlqa2xtbm9wcXJzdHV2dw");  // bcd…w
  EXPECT_EQ(made.size(), 111U);
  EXPECT_TRUE(check("abc123", made));
}

TEST(MakePassword, Pbkdf2InDjangosEncoding) {
  const auto made = make_password(Secret("abc123"), pbkdf2, counting());
  EXPECT_EQ(made.substr(0, 44), "pbkdf2_sha256$600000$bcdefghijklmnopqrstuvw$");
  EXPECT_EQ(made.size(), 88U);
  EXPECT_TRUE(check("abc123", made));
}

TEST(MakePassword, TwiceTheSamePasswordGivesTwoHashes) {
  const auto random = system_random();
  EXPECT_NE(make_password(Secret("abc123"), cheap_pbkdf2, random),
            make_password(Secret("abc123"), cheap_pbkdf2, random));
}

TEST(MakePassword, FitsDjangosColumnAtTheHighestCost) {
  const auto made = make_password(Secret("x"), cheap_argon2, counting());
  const auto costs = "m=64,t=1,p=1"s, highest = "m=1048576,t=100,p=64"s;
  EXPECT_LE(made.size() - costs.size() + highest.size(), 128U);
}

TEST(MakePassword, RefusesACostThatCheckPasswordWouldNotTake) {
  const auto random = counting();
  EXPECT_THROW(make_password(Secret("x"), {.argon2_memory_kib = 1 << 21}, random),
               std::invalid_argument);
  EXPECT_THROW(make_password(Secret("x"), {.argon2_passes = 0}, random), std::invalid_argument);
  EXPECT_THROW(
      make_password(Secret("x"),
                    {.kind = PasswordHasher::Kind::pbkdf2_sha256, .pbkdf2_iterations = 10'000'001},
                    random),
      std::invalid_argument);
}

TEST(MakePassword, PassesOnThatThereIsNoRandomness) {
  const RandomBytes broken = [](std::span<std::byte>) { throw std::runtime_error("no source"); };
  EXPECT_THROW(make_password(Secret("x"), cheap_pbkdf2, broken), std::runtime_error);
}

TEST(MakeUnusablePassword, IsAnExclamationMarkAnd40Characters) {
  const auto made = make_unusable_password(counting());
  EXPECT_EQ(made, "!bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO");
  EXPECT_FALSE(is_usable(made));
}

TEST(PasswordHasher, HasDjangosNames) {
  EXPECT_EQ(password_hasher_named("argon2")->kind, PasswordHasher::Kind::argon2);
  EXPECT_EQ(password_hasher_named("pbkdf2_sha256")->kind, PasswordHasher::Kind::pbkdf2_sha256);
  EXPECT_EQ(name(PasswordHasher::Kind::argon2), "argon2");
  EXPECT_EQ(name(PasswordHasher::Kind::pbkdf2_sha256), "pbkdf2_sha256");
}

TEST(PasswordHasher, WithAnotherNameIsNone) {
  EXPECT_FALSE(password_hasher_named("md5"));
  EXPECT_FALSE(password_hasher_named("Argon2"));
  EXPECT_FALSE(password_hasher_named(""));
}

class PasswordVectors : public test::VectorTest {};

TEST_F(PasswordVectors, DjangosOwnTests) {
  const Json file = test::read_vectors("django_password_hashes.json");
  for (const Json& one : file.find("cases")->as_array()) {
    const auto& expect = test::text_of(one, "expect");
    const bool right = check(test::text_of(one, "password"), test::text_of(one, "encoded"));
    if (expect == "either") continue;
    EXPECT_EQ(right, expect == "valid") << test::text_of(one, "id");
  }
}

void run_pbkdf2(std::string_view name, decltype(&pbkdf2_sha256) function) {
  const Json file = test::read_vectors(name);
  for (const Json& one : file.find("cases")->as_array()) {
    const auto key = function(test::from_hex(test::text_of(one, "password")),
                              test::from_hex(test::text_of(one, "salt")),
                              static_cast<unsigned>(one.find("iterations")->as_int()),
                              static_cast<std::size_t>(one.find("dk_len")->as_int()));
    const bool same = key == test::from_hex(test::text_of(one, "dk"));
    EXPECT_EQ(same, test::text_of(one, "expect") == "valid") << test::text_of(one, "id");
  }
}

TEST_F(PasswordVectors, WycheproofPbkdf2Sha1) {
  run_pbkdf2("wycheproof_pbkdf2_sha1.json", pbkdf2_sha1);
}
TEST_F(PasswordVectors, WycheproofPbkdf2Sha256) {
  run_pbkdf2("wycheproof_pbkdf2_sha256.json", pbkdf2_sha256);
}

}  // namespace
}  // namespace restjwt::auth
