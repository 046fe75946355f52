// PS256, PS384 and PS512 (RFC 7518 §3.5).
#include <array>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <restjwt/jose/key.hpp>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using test::key_file;

constexpr std::array algorithms{Algorithm::PS256, Algorithm::PS384, Algorithm::PS512};

SigningKey signer_for(Algorithm algorithm) {
  return SigningKey::from_pem(Secret(key_file("rsa.pem")), algorithm).value();
}

/// A signature by rsa.pem over "text" with SHA-256, the salt and the hash of MGF1 as asked for.
std::string pss_signature(int salt_size, const EVP_MD* mgf1_hash = EVP_sha256()) {
  const std::string pem = key_file("rsa.pem");
  const std::shared_ptr<BIO> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                 BIO_free};
  const std::shared_ptr<EVP_PKEY> key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr),
                                      EVP_PKEY_free};
  const std::shared_ptr<EVP_MD_CTX> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  EVP_PKEY_CTX* padding = nullptr;
  std::string signature(256, '\0');
  std::size_t size = signature.size();
  const bool is_made =
      EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
      EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, salt_size) == 1 &&
      EVP_PKEY_CTX_set_rsa_mgf1_md(padding, mgf1_hash) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>("text"), 4) == 1;
  if (!is_made) throw std::runtime_error("OpenSSL refused to sign for a test");
  return signature;
}

TEST(RsaPss, VerifiesWhatItSignedWithEachHash) {
  for (const auto algorithm : algorithms) {
    const auto signer = signer_for(algorithm);
    const std::string signature = signer.sign("text");
    const auto key = VerificationKey::from_pem(key_file("rsa.pub"), algorithm).value();
    EXPECT_TRUE(key.verify("text", signature)) << name(algorithm);
    EXPECT_TRUE(signer.verification_key().verify("text", signature)) << name(algorithm);
    EXPECT_FALSE(key.verify("Text", signature)) << name(algorithm);
  }
}

TEST(RsaPss, DoesNotVerifyWhatAnotherHashSigned) {
  for (const auto signed_with : algorithms) {
    const std::string signature = signer_for(signed_with).sign("text");
    for (const auto algorithm : algorithms) {
      const auto key = VerificationKey::from_pem(key_file("rsa.pub"), algorithm).value();
      EXPECT_EQ(key.verify("text", signature), algorithm == signed_with);
    }
  }
}

TEST(RsaPss, IsNotThePaddingOfRs256) {
  const auto pss = signer_for(Algorithm::PS256);
  const auto pkcs1 = signer_for(Algorithm::RS256);
  EXPECT_FALSE(pss.verification_key().verify("text", pkcs1.sign("text")));
  EXPECT_FALSE(pkcs1.verification_key().verify("text", pss.sign("text")));
}

TEST(RsaPss, SaltMustBeAsLongAsTheHash) {
  const auto key = VerificationKey::from_pem(key_file("rsa.pub"), Algorithm::PS256).value();
  EXPECT_TRUE(key.verify("text", pss_signature(32)));
  for (const int size : {0, 20, 31, 33, 222}) {  // 222 is all that fits
    EXPECT_FALSE(key.verify("text", pss_signature(size))) << size;
  }
}

TEST(RsaPss, Mgf1MustHaveTheSameHash) {
  const auto key = VerificationKey::from_pem(key_file("rsa.pub"), Algorithm::PS256).value();
  EXPECT_TRUE(key.verify("text", pss_signature(32, EVP_sha256())));
  EXPECT_FALSE(key.verify("text", pss_signature(32, EVP_sha1())));
  EXPECT_FALSE(key.verify("text", pss_signature(32, EVP_sha512())));
}

TEST(RsaPss, RefusesASignatureOfAnotherLength) {
  const auto signer = signer_for(Algorithm::PS256);
  const std::string signature = signer.sign("text");
  EXPECT_TRUE(signer.verification_key().verify("text", signature));
  EXPECT_FALSE(signer.verification_key().verify("text", '\0' + signature));
  EXPECT_FALSE(signer.verification_key().verify("text", signature.substr(1)));
  EXPECT_FALSE(signer.verification_key().verify("text", ""));
}

TEST(RsaPss, HasTheLimitsOfEachRsaKey) {
  EXPECT_EQ(VerificationKey::from_pem(key_file("rsa_1024.pem"), Algorithm::PS256).error(),
            KeyErrc::too_short);
  EXPECT_EQ(SigningKey::from_pem(Secret(key_file("rsa.pub")), Algorithm::PS256).error(),
            KeyErrc::no_private_part);
}

// Keys of type RSASSA-PSS bring limits of their own for hash and salt.
TEST(RsaPss, KeyMustBeOfTypeRsa) {
  for (const char* file : {"ec.pub", "ec.pem", "rsa_pss.pem"}) {
    EXPECT_EQ(VerificationKey::from_pem(key_file(file), Algorithm::PS256).error(),
              KeyErrc::wrong_type)
        << file;
  }
}

}  // namespace
}  // namespace restjwt::jose
