// Private keys under a passphrase.
#include <array>
#include <string>

#include <gtest/gtest.h>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/key.hpp>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using test::key_file;

// That of the files, which openssl made.
constexpr const char* passphrase = "correct horse";

// PBKDF2, scrypt, and the older "Proc-Type: 4,ENCRYPTED".
constexpr std::array files{"ec_encrypted.pem", "ec_encrypted_scrypt.pem",
                           "ec_encrypted_legacy.pem"};

Passphrase giving(const char* text, int* asked = nullptr) {
  return [=] {
    if (asked != nullptr) ++*asked;
    return Secret(text);
  };
}

Result<SigningKey> signer(const std::string& pem, const Passphrase& ask = {}) {
  return SigningKey::from_pem(Secret(pem), Algorithm::ES256, ask);
}

TEST(EncryptedKey, IsTheKeyThatWasEncrypted) {
  const auto key = VerificationKey::from_pem(key_file("ec.pub"), Algorithm::ES256).value();
  for (const char* file : files) {
    const auto opened = signer(key_file(file), giving(passphrase));
    ASSERT_TRUE(opened) << file;
    EXPECT_TRUE(key.verify("text", opened->sign("text"))) << file;
  }
}

TEST(EncryptedKey, GivesItsPublicPartToo) {
  const std::string signature = signer(key_file("ec.pem"))->sign("text");
  const auto key =
      VerificationKey::from_pem(key_file("ec_encrypted.pem"), Algorithm::ES256, giving(passphrase));
  EXPECT_TRUE(key.value().verify("text", signature));
}

TEST(EncryptedKey, IsReadAsAJwk) {
  EXPECT_TRUE(Jwk::from_pem(key_file("ec_encrypted.pem"), giving(passphrase))->is_private());
  EXPECT_EQ(Jwk::from_pem(key_file("ec_encrypted.pem")).error(), KeyErrc::encrypted);
}

TEST(EncryptedKey, AsksOnce) {
  for (const char* file : files) {
    int asked = 0;
    EXPECT_TRUE(signer(key_file(file), giving(passphrase, &asked)));
    EXPECT_EQ(asked, 1) << file;
  }
}

TEST(EncryptedKey, AsksOnceForAWrongPassphraseToo) {
  for (const char* file : files) {
    int asked = 0;
    EXPECT_EQ(signer(key_file(file), giving("battery staple", &asked)).error(),
              KeyErrc::wrong_passphrase)
        << file;
    EXPECT_EQ(asked, 1) << file;
  }
}

TEST(EncryptedKey, NobodyIsAskedForAPlainKey) {
  int asked = 0;
  EXPECT_TRUE(signer(key_file("ec.pem"), giving(passphrase, &asked)));
  EXPECT_EQ(asked, 0);
}

TEST(EncryptedKey, NeedsSomebodyToAsk) {
  for (const char* file : files) EXPECT_EQ(signer(key_file(file)).error(), KeyErrc::encrypted);
  for (const char* file : {"rsa_encrypted.pem", "rsa_pkcs1_encrypted.pem"}) {
    EXPECT_EQ(SigningKey::from_pem(Secret(key_file(file)), Algorithm::RS256).error(),
              KeyErrc::encrypted)
        << file;
  }
}

TEST(EncryptedKey, EmptyAndLongPassphrasesAreWrong) {
  const std::string longest(2000, 'x');
  for (const char* file : files) {
    EXPECT_EQ(signer(key_file(file), giving("")).error(), KeyErrc::wrong_passphrase) << file;
    EXPECT_EQ(signer(key_file(file), giving(longest.c_str())).error(), KeyErrc::wrong_passphrase)
        << file;
  }
}

TEST(EncryptedKey, IsForItsAlgorithmOnly) {
  EXPECT_EQ(SigningKey::from_pem(Secret(key_file("ec_encrypted.pem")), Algorithm::ES384,
                                 giving(passphrase))
                .error(),
            KeyErrc::wrong_type);
}

// Their passphrase is the right one, but opening them is work that their author chose.
TEST(EncryptedKey, ThatTakesTooLongToOpenIsUnreadable) {
  for (const char* file : {"ec_encrypted_slow.pem", "ec_encrypted_slow_scrypt.pem"}) {
    int asked = 0;
    EXPECT_EQ(signer(key_file(file), giving(passphrase, &asked)).error(), KeyErrc::unreadable)
        << file;
    EXPECT_EQ(asked, 0);
  }
}

TEST(EncryptedKey, OfAnotherSchemeIsUnreadable) {  // PKCS#12's, with 3DES
  EXPECT_EQ(signer(key_file("ec_encrypted_pbes1.pem"), giving(passphrase)).error(),
            KeyErrc::unreadable);
}

TEST(EncryptedKey, ThatIsCutOffIsUnreadable) {
  EXPECT_EQ(signer("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHsMFcG\n"
                   "-----END ENCRYPTED PRIVATE KEY-----\n",
                   giving(passphrase))
                .error(),
            KeyErrc::unreadable);
}

TEST(EncryptedKey, OfAnUnknownCipherIsUnreadable) {
  std::string pem = key_file("ec_encrypted_legacy.pem");
  pem.replace(pem.find("AES-128"), 7, "AES-129");
  EXPECT_EQ(signer(pem, giving(passphrase)).error(), KeyErrc::unreadable);
}

}  // namespace
}  // namespace restjwt::jose
