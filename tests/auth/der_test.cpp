#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <restjwt/auth/settings.hpp>

#include "support/keys.hpp"

namespace restjwt::auth {
namespace {

/// What the PEM has between its first two lines of dashes.
std::string der_of(const std::string& pem) {
  const auto begin = pem.find('\n') + 1;
  std::string base64 = pem.substr(begin, pem.find("-----END") - begin);
  std::erase(base64, '\n');
  std::string der(base64.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(der.data()),
                                   reinterpret_cast<const unsigned char*>(base64.data()),
                                   static_cast<int>(base64.size()));
  der.resize(static_cast<std::size_t>(size) - (base64.ends_with("==") ? 2 : base64.ends_with('=')));
  return der;
}

TEST(Der, EveryKindOfKeyAndCertificateIsRecognized) {
  for (const auto* file :
       {"rsa.pem", "rsa.pub", "rsa_pkcs1.pem", "rsa_pkcs1.pub", "ec.pem", "ec.pub", "ed25519.pem",
        "ed25519.pub", "ec_encrypted.pem", "rsa_certificate.pem"})
    EXPECT_TRUE(is_der(Secret(der_of(test::key_file(file))))) << file;
}

TEST(Der, WhoseLastLineFeedWasDroppedIsRecognizedToo) {
  const auto der = der_of(test::key_file("ec.pub"));
  EXPECT_TRUE(is_der(Secret(der.substr(0, der.size() - 1))));
  EXPECT_FALSE(is_der(Secret(der.substr(0, der.size() - 2))));
}

TEST(Der, SecretsAreNone) {
  for (const auto* text : {"", "0", "00", "0 an unpublished secret that begins so"})
    EXPECT_FALSE(is_der(Secret(text))) << text;
  // The length of the whole fits by chance; what stands in it does not.
  EXPECT_FALSE(is_der(Secret("0\x1e" + std::string(30, 'x'))));
  EXPECT_FALSE(is_der(Secret("0\x1e\x02\x7f" + std::string(28, 'x'))));
  EXPECT_FALSE(is_der(Secret("0\x84\xff\xff")));
}

TEST(Der, IsNoSecretForTheSettings) {
  const auto problems = check({.secret_key = Secret(der_of(test::key_file("rsa.pub")))});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].setting, "JWT_SECRET_KEY");
  EXPECT_NE(problems[0].reason.find("DER"), std::string::npos) << problems[0].reason;
}

}  // namespace
}  // namespace restjwt::auth
