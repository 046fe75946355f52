// RFC 7638 and RFC 8037 §2.
#include <cstdio>
#include <string>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwk.hpp>

#include "support/keys.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

std::string thumbprint_of(std::string_view json) {
  return Jwk::parse(parse_json(json).value()).value().thumbprint();
}

constexpr std::string_view rsa_of_rfc7638 =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPe"
    "bWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY36"
    "8QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4l"
    "Fd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
constexpr std::string_view thumbprint_of_rfc7638 = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";

TEST(Thumbprint, IsThatOfRfc7638) {
  const std::string n(rsa_of_rfc7638);
  EXPECT_EQ(thumbprint_of(R"({"kty":"RSA","n":")" + n +
                          R"(","e":"AQAB","alg":"RS256","kid":"2011-04-29"})"),
            thumbprint_of_rfc7638);
}

TEST(Thumbprint, IsThatOfRfc8037) {
  EXPECT_EQ(thumbprint_of(R"({"kty":"OKP","crv":"Ed25519",
                              "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(Thumbprint, DoesNotDependOnHowTheKeyIsSpelled) {
  const std::string bytes = base64url_decode(rsa_of_rfc7638).value();
  const std::string longer = base64url_encode(std::string(3, '\0') + bytes);
  EXPECT_EQ(thumbprint_of(R"({"n":")" + longer + R"(","e":"AAEAAQ","kty":"RSA"})"),
            thumbprint_of_rfc7638);
}

TEST(Thumbprint, IsTheSameForPrivateAndPublicPart) {
  for (const char* name : {"rsa", "ec", "ed25519", "ed448", "es256k"}) {
    const auto pair = Jwk::from_pem(test::key_file(std::string(name) + ".pem")).value();
    const auto half = Jwk::from_pem(test::key_file(std::string(name) + ".pub")).value();
    EXPECT_EQ(pair.thumbprint(), half.thumbprint()) << name;
  }
}

TEST(Thumbprint, DependsOnNoLabel) {
  const auto jwk = Jwk::generate(Algorithm::ES256);
  EXPECT_EQ(jwk.with_kid("another").thumbprint(), jwk.thumbprint());
}

class ThumbprintVectors : public test::VectorTest {};

TEST_F(ThumbprintVectors, AllCasesGiveTheirThumbprint) {
  const Json file = test::read_vectors("jwk_thumbprint.json");
  for (const Json& one : file.find("cases")->as_array()) {
    const auto jwk = Jwk::parse(*one.find("jwk"));
    ASSERT_TRUE(jwk) << test::text_of(one, "id");
    EXPECT_EQ(jwk->thumbprint(), test::text_of(one, "sha256_b64u")) << test::text_of(one, "id");
  }
  std::printf("jwk_thumbprint.json: %zu cases\n", file.find("cases")->as_array().size());
}

}  // namespace
}  // namespace restjwt::jose
