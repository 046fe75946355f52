// Keys in X.509 certificates.
#include <string>

#include <gtest/gtest.h>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/key.hpp>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using test::key_file;

Result<VerificationKey> key_in(const std::string& pem, Algorithm algorithm) {
  return VerificationKey::from_certificate(pem, algorithm);
}

TEST(Certificate, HoldsTheKeyThatVerifies) {
  struct Row {
    const char* certificate;
    const char* private_key;
    Algorithm algorithm;
  };
  for (const Row& row : {Row{"rsa_certificate.pem", "rsa.pem", Algorithm::PS256},
                         Row{"ec_certificate.pem", "ec.pem", Algorithm::ES256},
                         Row{"ed25519_certificate.pem", "ed25519.pem", Algorithm::Ed25519}}) {
    const auto signer = SigningKey::from_pem(Secret(key_file(row.private_key)), row.algorithm);
    const auto key = key_in(key_file(row.certificate), row.algorithm);
    ASSERT_TRUE(signer && key) << row.certificate;
    EXPECT_TRUE(key->verify("text", signer->sign("text"))) << row.certificate;
  }
}

TEST(Certificate, KeyMustFitTheAlgorithm) {
  EXPECT_EQ(key_in(key_file("ec_certificate.pem"), Algorithm::ES384).error(), KeyErrc::wrong_type);
  EXPECT_EQ(key_in(key_file("ec_certificate.pem"), Algorithm::HS256).error(), KeyErrc::wrong_type);
}

TEST(Certificate, OfAChainTheFirstCounts) {
  const std::string chain = key_file("ec_certificate.pem") + key_file("rsa_certificate.pem");
  EXPECT_TRUE(key_in(chain, Algorithm::ES256));
  EXPECT_EQ(key_in(chain, Algorithm::RS256).error(), KeyErrc::wrong_type);
}

TEST(Certificate, IsReadAsAJwk) {
  const auto jwk = Jwk::from_certificate(key_file("ec_certificate.pem"));
  ASSERT_TRUE(jwk);
  EXPECT_FALSE(jwk->is_private());
  EXPECT_EQ(jwk->thumbprint(), Jwk::from_pem(key_file("ec.pem"))->thumbprint());
}

TEST(Certificate, IsNotAKeyAndNoKeyIsOne) {
  EXPECT_EQ(VerificationKey::from_pem(key_file("ec_certificate.pem"), Algorithm::ES256).error(),
            KeyErrc::unreadable);
  EXPECT_EQ(key_in(key_file("ec.pub"), Algorithm::ES256).error(), KeyErrc::unreadable);
  EXPECT_EQ(key_in(key_file("ec.pem"), Algorithm::ES256).error(), KeyErrc::unreadable);
}

TEST(Certificate, ThatIsCutOffIsUnreadable) {
  const std::string pem = key_file("ec_certificate.pem");
  EXPECT_EQ(key_in(pem.substr(0, pem.size() / 2), Algorithm::ES256).error(), KeyErrc::unreadable);
  EXPECT_EQ(key_in("", Algorithm::ES256).error(), KeyErrc::empty);
}

}  // namespace
}  // namespace restjwt::jose
