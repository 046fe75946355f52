#include <restjwt/auth/password.hpp>

#include <gtest/gtest.h>

#include "support/password_samples.hpp"

namespace restjwt::auth {
namespace {

using namespace test;

struct Damaged {
  const char* name;
  std::string encoded;
};
void PrintTo(const Damaged& damaged, std::ostream* out) { *out << damaged.encoded; }

class DamagedHash : public testing::TestWithParam<Damaged> {};

TEST_P(DamagedHash, IsNotUsable) {
  EXPECT_FALSE(is_usable(GetParam().encoded));
  EXPECT_FALSE(check_password(Secret("abc123"), GetParam().encoded));
  EXPECT_EQ(password_cost(GetParam().encoded), "");
  EXPECT_FALSE(needs_upgrade(GetParam().encoded, PasswordHasher{}));
}

INSTANTIATE_TEST_SUITE_P(
    Text, DamagedHash,
    testing::Values(
        Damaged{"Empty", ""}, Damaged{"Plain", "abc123"}, Damaged{"Unusable", "!"},
        Damaged{"UnusableBeforeAHash", "!e99a18c428cb38d5f260853678922e03"},
        Damaged{"UnknownAlgorithm", "unknown$1$2$3"}, Damaged{"AlgorithmAlone", "pbkdf2_sha256"},
        Damaged{"WordsForNumbers", "pbkdf2_sha256$x$y$z"},
        Damaged{"UpperCaseName", with_hash32("PBKDF2_SHA256$10$salt")},
        Damaged{"NoIterations", with_hash32("pbkdf2_sha256$$salt")},
        Damaged{"ZeroIterations", with_hash32("pbkdf2_sha256$0$salt")},
        Damaged{"NegativeIterations", with_hash32("pbkdf2_sha256$-1$salt")},
        Damaged{"LeadingZero", with_hash32("pbkdf2_sha256$010$salt")},
        Damaged{"NoSalt", with_hash32("pbkdf2_sha256$10$")},
        Damaged{"ShortHash", "pbkdf2_sha256$10$salt$PwwXieMbmDT5UH4z"},
        Damaged{"HashOfAnotherSize", with_hash32("pbkdf2_sha1$10$salt")},
        Damaged{"FifthField", with_hash32("pbkdf2_sha256$10$salt") + "$x"},
        Damaged{"ScryptOddN", with_hash64("scrypt$1000$salt$8$1")},
        Damaged{"ScryptN1", with_hash64("scrypt$1$salt$8$1")},
        Damaged{"ScryptWithoutR", with_hash64("scrypt$1024$salt$0$1")},
        Damaged{"ScryptWithoutP", with_hash64("scrypt$1024$salt$8$0")},
        Damaged{"ScryptR1NTooLarge", with_hash64("scrypt$65536$salt$1$1")},
        Damaged{"Argon2UnknownType", with_argon2("argon2$argon2x$v=19$m=8,t=1,p=1")},
        Damaged{"Argon2UnknownVersion", with_argon2("argon2$argon2id$v=20$m=8,t=1,p=1")},
        Damaged{"Argon2OtherOrder", with_argon2("argon2$argon2id$v=19$t=1,m=8,p=1")},
        Damaged{"Argon2TooLittleMemory", with_argon2("argon2$argon2id$v=19$m=8,t=1,p=2")},
        Damaged{"Argon2WithoutPasses", with_argon2("argon2$argon2id$v=19$m=8,t=0,p=1")},
        Damaged{"Argon2WithoutLanes", with_argon2("argon2$argon2id$v=19$m=8,t=1,p=0")},
        Damaged{"Argon2ShortSalt",
                "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdA$YC9+jJCrQhs5R6db7LlN8Q"},
        Damaged{"Argon2SaltNotCanonical",
                "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHR$YC9+jJCrQhs5R6db7LlN8Q"},
        Damaged{"Argon2ShortHash", "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jA"},
        Damaged{"BcryptCostOfOneDigit", with_bcrypt("bcrypt$$2b$4")},
        Damaged{"BcryptCost3", with_bcrypt("bcrypt$$2b$03")},
        Damaged{"BcryptCut", "bcrypt$$2b$04$Y/vElN0rVE9gelgzqkG5c.VUekusQCUMMfub8Rzy"},
        Damaged{"BcryptForeignCharacter",
                "bcrypt$$2b$04$Y+vElN0rVE9gelgzqkG5c.VUekusQCUMMfub8Rzy.paa8.syXoIPW"},
        Damaged{"CryptOfOtherKind", "crypt$$$1$salt$hash"}, Damaged{"CryptCut", "crypt$$CW3HfM"},
        Damaged{"Md5NotHex", "md5$$z99a18c428cb38d5f260853678922e03"},
        Damaged{"Sha1OfMd5Size", "sha1$$e99a18c428cb38d5f260853678922e03"}),
    [](const auto& test) { return std::string(test.param.name); });

// Each cap twice: the first value beyond it, refused without any work, and the last one within,
// which is recognised (and not computed here).
INSTANTIATE_TEST_SUITE_P(
    Expensive, DamagedHash,
    testing::Values(Damaged{"Iterations", with_hash32("pbkdf2_sha256$10000001$salt")},
                    Damaged{"IterationsBeyond32Bits",
                            with_hash32("pbkdf2_sha256$99999999999999999999$salt")},
                    Damaged{"Argon2Memory", with_argon2("argon2$argon2id$v=19$m=1048577,t=1,p=1")},
                    Damaged{"Argon2Passes", with_argon2("argon2$argon2id$v=19$m=8,t=101,p=1")},
                    Damaged{"Argon2Lanes", with_argon2("argon2$argon2id$v=19$m=1024,t=1,p=65")},
                    Damaged{"ScryptMemory", with_hash64("scrypt$2097152$salt$8$1")},
                    Damaged{"ScryptParallelism", with_hash64("scrypt$1024$salt$8$65")},
                    Damaged{"BcryptCost", with_bcrypt("bcrypt$$2b$21")}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(IsUsable, TheLargestCostWithinTheCapsIs) {
  EXPECT_TRUE(is_usable(with_hash32("pbkdf2_sha256$10000000$salt")));
  EXPECT_TRUE(is_usable(with_argon2("argon2$argon2id$v=19$m=1048576,t=1,p=1")));
  EXPECT_TRUE(is_usable(with_argon2("argon2$argon2id$v=19$m=8,t=100,p=1")));
  EXPECT_TRUE(is_usable(with_argon2("argon2$argon2id$v=19$m=1024,t=1,p=64")));
  EXPECT_TRUE(is_usable(with_hash64("scrypt$1048576$salt$8$1")));
  EXPECT_TRUE(is_usable(with_hash64("scrypt$1024$salt$8$64")));
  EXPECT_TRUE(is_usable(with_bcrypt("bcrypt$$2b$20")));
}

TEST(IsUsable, ALongTextIsNotEvenRead) {
  EXPECT_TRUE(is_usable(with_hash32("pbkdf2_sha256$10$" + std::string(400, 's'))));
  EXPECT_FALSE(is_usable(with_hash32("pbkdf2_sha256$10$" + std::string(500, 's'))));
}

}  // namespace
}  // namespace restjwt::auth
