#include <restjwt/jose/key.hpp>

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using test::key_file;
using test::rsa_public_pem;

Secret secret_of(std::size_t size) { return Secret(std::string(size, 's')); }

Result<VerificationKey> hmac(std::string_view secret, Algorithm algorithm = Algorithm::HS256,
                             KeyPolicy policy = {}) {
  return VerificationKey::from_secret(Secret(secret), algorithm, policy);
}

Result<VerificationKey> rsa(std::string_view pem) {
  return VerificationKey::from_pem(pem, Algorithm::RS256);
}

Result<SigningKey> rsa_signer(std::string_view pem) {
  return SigningKey::from_pem(Secret(pem), Algorithm::RS256);
}

/// A number of that many bits with all bits set, so it is odd.
std::string number_of_bits(std::size_t bits) {
  std::string bytes(bits / 8, '\xFF');
  if (bits % 8 != 0) bytes.insert(bytes.begin(), static_cast<char>((1 << bits % 8) - 1));
  return bytes;
}

const std::string f4 = std::string("\x01\x00\x01", 3);

TEST(HmacKey, MustBeAsLongAsItsHash) {
  for (const auto algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
    const std::size_t size = hash_size(algorithm);
    EXPECT_TRUE(VerificationKey::from_secret(secret_of(size), algorithm));
    EXPECT_EQ(VerificationKey::from_secret(secret_of(size - 1), algorithm).error(),
              KeyErrc::too_short);
    EXPECT_EQ(SigningKey::from_secret(secret_of(size - 1), algorithm).error(), KeyErrc::too_short);
  }
}

TEST(HmacKey, MayBeShorterWhenThePolicySaysSo) {
  EXPECT_TRUE(hmac("s", Algorithm::HS256, {.allow_short_secret = true}));
}

TEST(HmacKey, IsNeverEmpty) {
  EXPECT_EQ(hmac("").error(), KeyErrc::empty);
  EXPECT_EQ(hmac("", Algorithm::HS256, {.allow_short_secret = true}).error(), KeyErrc::empty);
}

TEST(HmacKey, IsNotForRsa) {
  EXPECT_EQ(hmac(std::string(64, 's'), Algorithm::RS256).error(), KeyErrc::wrong_type);
}

TEST(HmacKey, IsNotPemText) {
  for (const char* file :
       {"rsa.pub", "rsa.pem", "rsa_pkcs1.pub", "ec.pub", "rsa_certificate.pem"}) {
    EXPECT_EQ(hmac(key_file(file)).error(), KeyErrc::wrong_type) << file;
    EXPECT_EQ(hmac(" \r\n\t" + key_file(file)).error(), KeyErrc::wrong_type) << file;
    EXPECT_EQ(SigningKey::from_secret(Secret(key_file(file)), Algorithm::HS256).error(),
              KeyErrc::wrong_type);
  }
  EXPECT_TRUE(hmac("-- a secret with dashes, not BEGIN --"));
}

TEST(HmacKey, IsNotALineOfOpenSsh) {
  EXPECT_EQ(hmac("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ host").error(), KeyErrc::wrong_type);
  EXPECT_EQ(hmac("\n ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTI").error(), KeyErrc::wrong_type);
  EXPECT_TRUE(hmac("a secret that speaks of ssh-rsa in its middle"));
}

TEST(HmacKey, IsNotAJwkOfAKeyPair) {
  EXPECT_EQ(hmac(R"({"kty":"RSA","n":"AQAB","e":"AQAB"} )").error(), KeyErrc::wrong_type);
  EXPECT_EQ(hmac(R"( {"crv":"Ed25519","kty":"OKP","x":"AAAA"})").error(), KeyErrc::wrong_type);
  EXPECT_TRUE(hmac(R"({"a":"secret","in":"curly brackets"})"));
}

TEST(HmacKey, VerifiesWhatItsSecretSigned) {
  for (const auto algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
    const auto signer = SigningKey::from_secret(secret_of(64), algorithm).value();
    const std::string signature = signer.sign("text");
    EXPECT_EQ(signature.size(), hash_size(algorithm));
    EXPECT_TRUE(signer.verification_key().verify("text", signature));
    EXPECT_TRUE(hmac(secret_of(64).reveal(), algorithm)->verify("text", signature));
    EXPECT_FALSE(signer.verification_key().verify("Text", signature));
    EXPECT_FALSE(hmac(std::string(64, 'x'), algorithm)->verify("text", signature));
  }
}

// RFC 4231 §4.3, test case 2.
TEST(HmacKey, SignsAsRfc4231) {
  const auto key =
      SigningKey::from_secret(Secret("Jefe"), Algorithm::HS256, {.allow_short_secret = true});
  const std::string signature = key->sign("what do ya want for nothing?");
  EXPECT_EQ(signature.substr(0, 4), "\x5B\xDC\xC1\x46");
}

TEST(HmacKey, RefusesASignatureOfAnotherLength) {
  const auto signer = SigningKey::from_secret(secret_of(32), Algorithm::HS256).value();
  const std::string signature = signer.sign("text");
  EXPECT_FALSE(signer.verification_key().verify("text", signature.substr(0, 31)));
  EXPECT_FALSE(signer.verification_key().verify("text", signature + '\0'));
  EXPECT_FALSE(signer.verification_key().verify("text", ""));
}

TEST(RsaKey, ReadsAllKindsOfPublicPem) {
  const std::string signature = rsa_signer(key_file("rsa.pem"))->sign("text");
  for (const char* file : {"rsa.pub", "rsa_pkcs1.pub", "rsa.pem", "rsa_pkcs1.pem"}) {
    const auto key = rsa(key_file(file));
    ASSERT_TRUE(key) << file;
    EXPECT_TRUE(key->verify("text", signature)) << file;
    EXPECT_FALSE(key->verify("Text", signature)) << file;
  }
}

TEST(RsaKey, ReadsBothKindsOfPrivatePem) {
  const auto verifier = rsa(key_file("rsa.pub")).value();
  for (const char* file : {"rsa.pem", "rsa_pkcs1.pem"}) {
    const auto signer = rsa_signer(key_file(file));
    ASSERT_TRUE(signer) << file;
    EXPECT_TRUE(verifier.verify("text", signer->sign("text"))) << file;
  }
}

TEST(RsaKey, SignsWithEachHash) {
  for (const auto algorithm : {Algorithm::RS256, Algorithm::RS384, Algorithm::RS512}) {
    const auto signer = SigningKey::from_pem(Secret(key_file("rsa.pem")), algorithm).value();
    EXPECT_EQ(signer.algorithm(), algorithm);
    EXPECT_EQ(signer.verification_key().algorithm(), algorithm);
    EXPECT_TRUE(signer.verification_key().verify("text", signer.sign("text")));
    const auto other = algorithm == Algorithm::RS256 ? Algorithm::RS384 : Algorithm::RS256;
    EXPECT_FALSE(
        VerificationKey::from_pem(key_file("rsa.pub"), other)->verify("text", signer.sign("text")));
  }
}

TEST(RsaKey, DoesNotVerifyWhatAnotherKeySigned) {
  const std::string signature = rsa_signer(key_file("rsa2.pem"))->sign("text");
  EXPECT_FALSE(rsa(key_file("rsa.pub"))->verify("text", signature));
  EXPECT_TRUE(rsa(key_file("rsa2.pub"))->verify("text", signature));
}

TEST(RsaKey, RefusesASignatureOfAnotherLength) {
  const auto signer = rsa_signer(key_file("rsa.pem")).value();
  const std::string signature = signer.sign("text");
  EXPECT_FALSE(signer.verification_key().verify("text", '\0' + signature));
  EXPECT_FALSE(signer.verification_key().verify("text", signature.substr(1)));
  EXPECT_FALSE(signer.verification_key().verify("text", ""));
}

TEST(RsaKey, IsNotForHmac) {
  EXPECT_EQ(VerificationKey::from_pem(key_file("rsa.pub"), Algorithm::HS256).error(),
            KeyErrc::wrong_type);
  EXPECT_EQ(SigningKey::from_pem(Secret(key_file("rsa.pem")), Algorithm::HS256).error(),
            KeyErrc::wrong_type);
}

TEST(RsaKey, MustBeOfTypeRsa) {
  for (const char* file : {"ec.pub", "ec.pem", "rsa_pss.pem"}) {
    EXPECT_EQ(rsa(key_file(file)).error(), KeyErrc::wrong_type) << file;
  }
  EXPECT_EQ(rsa_signer(key_file("ec.pem")).error(), KeyErrc::wrong_type);
}

TEST(RsaKey, NeedsAPrivatePartToSign) {
  EXPECT_EQ(rsa_signer(key_file("rsa.pub")).error(), KeyErrc::no_private_part);
  EXPECT_EQ(rsa_signer(key_file("rsa_pkcs1.pub")).error(), KeyErrc::no_private_part);
}

TEST(RsaKey, HasAtLeast2048Bits) {
  EXPECT_TRUE(rsa(rsa_public_pem(number_of_bits(2048), f4)));
  EXPECT_EQ(rsa(rsa_public_pem(number_of_bits(2047), f4)).error(), KeyErrc::too_short);
  EXPECT_EQ(rsa_signer(key_file("rsa_1024.pem")).error(), KeyErrc::too_short);
}

TEST(RsaKey, HasAtMost8192Bits) {
  EXPECT_TRUE(rsa(rsa_public_pem(number_of_bits(8192), f4)));
  EXPECT_EQ(rsa(rsa_public_pem(number_of_bits(8193), f4)).error(), KeyErrc::too_long);
}

TEST(RsaKey, HasAnOddExponentFrom3To32Bits) {
  const auto with_exponent = [](std::string_view exponent) {
    return rsa(rsa_public_pem(number_of_bits(2048), exponent));
  };
  EXPECT_TRUE(with_exponent("\x03"));
  EXPECT_TRUE(with_exponent("\xFF\xFF\xFF\xFF"));
  EXPECT_EQ(with_exponent("\x01").error(), KeyErrc::weak_exponent);
  EXPECT_EQ(with_exponent("\x02").error(), KeyErrc::weak_exponent);
  EXPECT_EQ(with_exponent("\xFF\xFE").error(), KeyErrc::weak_exponent);
  EXPECT_EQ(with_exponent(std::string("\x01\x00\x00\x00\x01", 5)).error(), KeyErrc::weak_exponent);
}

TEST(RsaKey, EmptyTextIsNoKey) {
  EXPECT_EQ(rsa("").error(), KeyErrc::empty);
  EXPECT_EQ(rsa_signer("").error(), KeyErrc::empty);
}

TEST(RsaKey, TextThatIsNoPemIsUnreadable) {
  const std::string pem = key_file("rsa.pub");
  EXPECT_EQ(rsa("abc").error(), KeyErrc::unreadable);
  EXPECT_EQ(rsa(pem.substr(0, pem.size() / 2)).error(), KeyErrc::unreadable);
  EXPECT_EQ(rsa("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").error(),
            KeyErrc::unreadable);
}

TEST(RsaKey, CertificateIsUnreadable) {
  EXPECT_EQ(rsa(key_file("rsa_certificate.pem")).error(), KeyErrc::unreadable);
}

TEST(RsaKey, TextOver16KiBIsUnreadable) {
  const std::string pem = key_file("rsa.pub");
  const std::string padding(16 * 1024 - pem.size(), '\n');
  EXPECT_TRUE(rsa(padding + pem));
  EXPECT_EQ(rsa(padding + '\n' + pem).error(), KeyErrc::unreadable);
}

TEST(RsaKey, DamagedPrivateKeyIsUnreadable) {
  std::string pem = key_file("rsa_pkcs1.pem");
  char& in_modulus = pem[pem.find('\n') + 100];
  in_modulus = in_modulus == 'A' ? 'B' : 'A';
  EXPECT_EQ(rsa_signer(pem).error(), KeyErrc::unreadable);
}

TEST(Key, CopiesMayBeUsedByManyThreads) {
  const auto hmac_signer = SigningKey::from_secret(secret_of(32), Algorithm::HS256).value();
  const auto signer = rsa_signer(key_file("rsa.pem")).value();
  const std::string hmac_signature = hmac_signer.sign("text");
  const std::string signature = signer.sign("text");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, hmac_copy = hmac_signer, copy = signer] {
      for (int round = 0; round < 20; ++round) {
        EXPECT_EQ(hmac_copy.sign("text"), hmac_signature);
        EXPECT_EQ(copy.sign("text"), signature);
        EXPECT_TRUE(copy.verification_key().verify("text", signature));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace restjwt::jose
