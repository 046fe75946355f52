// JWKs as data: ours, and those of other libraries.
#include <cstdio>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwk.hpp>

#include "jose/jwk_keys.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::text_of;

class JwkVectors : public test::VectorTest, public testing::WithParamInterface<const char*> {};

std::string reason(const Result<Jwk>& jwk) { return jwk ? "taken" : jwk.error().message(); }

TEST_P(JwkVectors, AllCasesGiveTheirVerdict) {
  const Json file = test::read_vectors(GetParam());
  for (const Json& one : file.find("cases")->as_array()) {
    const auto jwk = Jwk::parse(*one.find("jwk"));
    if (text_of(one, "expect") == "either") continue;
    EXPECT_EQ(jwk.has_value(), text_of(one, "expect") == "valid")
        << text_of(one, "id") << ": " << reason(jwk);
  }
  std::printf("%s: %zu cases\n", GetParam(), file.find("cases")->as_array().size());
}

TEST_P(JwkVectors, WhatIsTakenIsWrittenAndReadAgain) {
  const Json file = test::read_vectors(GetParam());
  for (const Json& one : file.find("cases")->as_array()) {
    const auto jwk = Jwk::parse(*one.find("jwk"));
    if (!jwk) continue;
    const auto again = jwk->is_private()
                           ? Jwk::parse(parse_json(jwk->reveal_private_json().reveal()).value())
                           : Jwk::parse(jwk->public_json().value());
    ASSERT_TRUE(again) << text_of(one, "id");
    EXPECT_EQ(again->thumbprint(), jwk->thumbprint()) << text_of(one, "id");
    EXPECT_EQ(again->algorithm(), jwk->algorithm()) << text_of(one, "id");
  }
}

INSTANTIATE_TEST_SUITE_P(Files, JwkVectors,
                         testing::Values("own_jwk.json", "jwk_jose.json", "jwk_joserfc.json",
                                         "jwk_libjwt.json", "jwk_php_jwt.json", "jwk_pyjwt.json"),
                         [](const auto& file) {
                           const std::string name = file.param;
                           return name.substr(0, name.find('.'));
                         });

class JwkSetVectors : public test::VectorTest {};

/// The part of the token that only its keys decide: no claim is looked at.
bool is_signed(const std::string& token, const std::vector<VerificationKey>& keys) {
  const std::size_t first = token.find('.'), last = token.rfind('.');
  const Json header = parse_json(base64url_decode(token.substr(0, first)).value()).value();
  const auto signature = base64url_decode(token.substr(last + 1));
  for (const VerificationKey& key : keys) {
    if (signature && goes_by(key.algorithm(), test::text_or(header, "alg")) &&
        key.verify(token.substr(0, last), *signature)) {
      return true;
    }
  }
  return false;
}

TEST_F(JwkSetVectors, SetsOfWycheproofVerifyWhatTheyShould) {
  const Json file = test::read_vectors("wycheproof_json_web_key.json");
  for (const Json& one : file.find("cases")->as_array()) {
    const Json& set = *file.find("keys")->find(text_of(one, "key"));
    const bool verified = is_signed(text_of(one, "token"), keys_of(set));
    if (text_of(one, "expect") == "either") continue;
    EXPECT_EQ(verified, text_of(one, "expect") == "valid") << text_of(one, "id");
  }
  std::printf("wycheproof_json_web_key.json: %zu cases\n", file.find("cases")->as_array().size());
}

}  // namespace
}  // namespace restjwt::jose
