// ES256, ES384, ES512 (RFC 7518 §3.4) and ES256K (RFC 8812 §3.2).
#include <array>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <restjwt/jose/key.hpp>

#include "jose/ecdsa.hpp"
#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using test::key_file;

struct Curve {
  const char* name;
  Algorithm algorithm;
  std::size_t signature_size;
};
constexpr std::array<Curve, 4> curves{{{"P-256", Algorithm::ES256, 64},
                                       {"P-384", Algorithm::ES384, 96},
                                       {"P-521", Algorithm::ES512, 132},
                                       {"secp256k1", Algorithm::ES256K, 64}}};

using Pair = std::shared_ptr<EVP_PKEY>;

Pair new_pair(const char* curve) { return {EVP_EC_gen(curve), EVP_PKEY_free}; }

/// What `write`, one of OpenSSL's PEM writers, makes of the key.
template <class Write>
std::string written(Write write) {
  const std::shared_ptr<BIO> bio{BIO_new(BIO_s_mem()), BIO_free};
  write(bio.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string public_pem(const Pair& pair) {
  return written([&](BIO* out) { PEM_write_bio_PUBKEY(out, pair.get()); });
}

std::string private_pem(const Pair& pair) {
  return written([&](BIO* out) {
    PEM_write_bio_PrivateKey(out, pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Result<VerificationKey> es256(std::string_view pem) {
  return VerificationKey::from_pem(pem, Algorithm::ES256);
}

Result<SigningKey> es256_signer(std::string_view pem) {
  return SigningKey::from_pem(Secret(pem), Algorithm::ES256);
}

std::string with_another_character(std::string pem, std::size_t in_line, std::size_t at) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < in_line; ++i) line = pem.find('\n', line) + 1;
  pem[line + at] = pem[line + at] == 'A' ? 'B' : 'A';
  return pem;
}

constexpr std::string_view parameters_of_p256 =
    "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

TEST(EcKey, VerifiesWhatItSignedOnEachCurve) {
  for (const Curve& curve : curves) {
    const Pair pair = new_pair(curve.name);
    const auto signer = SigningKey::from_pem(Secret(private_pem(pair)), curve.algorithm);
    const auto key = VerificationKey::from_pem(public_pem(pair), curve.algorithm);
    ASSERT_TRUE(signer && key) << curve.name;
    const std::string signature = signer->sign("text");
    EXPECT_TRUE(key->verify("text", signature)) << curve.name;
    EXPECT_TRUE(signer->verification_key().verify("text", signature)) << curve.name;
    EXPECT_FALSE(key->verify("Text", signature)) << curve.name;
  }
}

TEST(EcKey, SignsInTwoNumbersAsLongAsTheCurve) {
  for (const Curve& curve : curves) {
    const auto signer =
        SigningKey::from_pem(Secret(private_pem(new_pair(curve.name))), curve.algorithm).value();
    // One in 128 signatures has a number that begins with a zero.
    for (int i = 0; i < 300; ++i) ASSERT_EQ(signer.sign("text").size(), curve.signature_size);
  }
}

TEST(EcKey, RefusesASignatureOfAnotherLength) {
  for (const Curve& curve : curves) {
    const auto signer =
        SigningKey::from_pem(Secret(private_pem(new_pair(curve.name))), curve.algorithm).value();
    const std::string signature = signer.sign("text");
    const auto key = signer.verification_key();
    const std::string r = signature.substr(0, signature.size() / 2);
    const std::string s = signature.substr(signature.size() / 2);
    EXPECT_TRUE(key.verify("text", r + s));
    EXPECT_FALSE(key.verify("text", '\0' + r + '\0' + s)) << curve.name;
    EXPECT_FALSE(key.verify("text", signature + '\0')) << curve.name;
    EXPECT_FALSE(key.verify("text", signature.substr(1))) << curve.name;
    EXPECT_FALSE(key.verify("text", "")) << curve.name;
  }
}

TEST(EcKey, RefusesASignatureInDer) {
  const auto signer = es256_signer(key_file("ec.pem")).value();
  const std::string signature = signer.sign("text");
  EXPECT_TRUE(signer.verification_key().verify("text", signature));
  const DerSignature der = ecdsa_der_from_raw(signature, 32);
  const std::string text(der.bytes.begin(), der.bytes.begin() + static_cast<long>(der.size));
  EXPECT_FALSE(signer.verification_key().verify("text", text));
}

TEST(EcKey, RefusesASignatureOfZeros) {  // CVE-2022-21449
  EXPECT_FALSE(es256(key_file("ec.pub"))->verify("text", std::string(64, '\0')));
}

TEST(EcKey, MustBeOnTheCurveOfItsAlgorithm) {
  for (const Curve& of_key : curves) {
    const Pair pair = new_pair(of_key.name);
    for (const Curve& wanted : curves) {
      const auto key = VerificationKey::from_pem(public_pem(pair), wanted.algorithm);
      const auto signer = SigningKey::from_pem(Secret(private_pem(pair)), wanted.algorithm);
      if (wanted.algorithm == of_key.algorithm) {
        EXPECT_TRUE(key && signer) << of_key.name;
        continue;
      }
      EXPECT_EQ(key.error(), KeyErrc::wrong_type) << of_key.name << " as " << wanted.name;
      EXPECT_EQ(signer.error(), KeyErrc::wrong_type) << of_key.name << " as " << wanted.name;
    }
  }
}

TEST(EcKey, MustNotBeOnAnotherCurve) {
  EXPECT_TRUE(es256(public_pem(new_pair("P-256"))));
  for (const char* curve : {"brainpoolP256r1", "P-224"}) {
    EXPECT_EQ(es256(public_pem(new_pair(curve))).error(), KeyErrc::wrong_type) << curve;
  }
}

TEST(EcKey, ReadsWhatOpensslWroteForSecp256k1) {
  const auto signer = SigningKey::from_pem(Secret(key_file("es256k.pem")), Algorithm::ES256K);
  const auto key = VerificationKey::from_pem(key_file("es256k.pub"), Algorithm::ES256K);
  ASSERT_TRUE(signer && key);
  EXPECT_TRUE(key->verify("text", signer->sign("text")));
}

TEST(EcKey, MustNotSpellItsCurveOut) {  // CVE-2020-0601
  const Pair pair = new_pair("P-256");
  EXPECT_TRUE(es256(public_pem(pair)));
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(pair.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), 1);
  EXPECT_EQ(es256(public_pem(pair)).error(), KeyErrc::wrong_type);
}

TEST(EcKey, ReadsAllKindsOfPem) {
  const auto signer = es256_signer(key_file("ec.pem"));  // SEC 1
  ASSERT_TRUE(signer);
  const std::string signature = signer->sign("text");
  for (const char* file : {"ec.pub", "ec.pem"}) {
    EXPECT_TRUE(es256(key_file(file))->verify("text", signature)) << file;
  }
  EXPECT_TRUE(private_pem(new_pair("P-256")).starts_with("-----BEGIN PRIVATE KEY"));  // PKCS#8
  EXPECT_TRUE(es256_signer(private_pem(new_pair("P-256"))));
}

TEST(EcKey, MayHaveItsParametersInFront) {
  const std::string pem = std::string(parameters_of_p256) + key_file("ec.pem");
  EXPECT_TRUE(es256(pem));
  EXPECT_TRUE(es256_signer(pem));
}

TEST(EcKey, ParametersAloneAreUnreadable) {
  EXPECT_EQ(es256(parameters_of_p256).error(), KeyErrc::unreadable);
  EXPECT_EQ(es256_signer(parameters_of_p256).error(), KeyErrc::unreadable);
}

TEST(EcKey, NeedsAPrivatePartToSign) {
  EXPECT_EQ(es256_signer(key_file("ec.pub")).error(), KeyErrc::no_private_part);
}

TEST(EcKey, MustBeOfTypeEc) {
  for (const char* file : {"rsa.pub", "rsa.pem", "rsa_pss.pem"}) {
    EXPECT_EQ(es256(key_file(file)).error(), KeyErrc::wrong_type) << file;
  }
}

TEST(EcKey, IsNotASecret) {
  EXPECT_EQ(VerificationKey::from_secret(Secret(std::string(64, 's')), Algorithm::ES256).error(),
            KeyErrc::wrong_type);
}

TEST(EcKey, PrivateNumberOfAnotherKeyIsUnreadable) {
  std::string mixed = key_file("ec.pem");  // SEC 1 names its public part, too
  EXPECT_TRUE(es256_signer(mixed));
  EXPECT_EQ(es256_signer(with_another_character(mixed, 1, 20)).error(), KeyErrc::unreadable);
}

TEST(EcKey, PointOffTheCurveIsUnreadable) {
  EXPECT_EQ(es256(with_another_character(key_file("ec.pub"), 2, 20)).error(), KeyErrc::unreadable);
}

TEST(EcKey, PointAtInfinityIsUnreadable) {
  EXPECT_EQ(es256("-----BEGIN PUBLIC KEY-----\nMBkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDAgAA\n"
                  "-----END PUBLIC KEY-----\n")
                .error(),
            KeyErrc::unreadable);
}

TEST(EcKey, DamagedPrivateKeyIsUnreadable) {
  EXPECT_EQ(es256_signer(with_another_character(key_file("ec.pem"), 1, 30)).error(),
            KeyErrc::unreadable);
}

}  // namespace
}  // namespace restjwt::jose
