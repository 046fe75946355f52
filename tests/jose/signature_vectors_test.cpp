// Raw signatures as data: Wycheproof's, and our deterministic ones.
#include <cstdio>

#include <restjwt/jose/base64url.hpp>

#include "jose/jwk_keys.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::from_hex;
using test::text_of;

class SignatureVectors : public test::VectorTest,
                         public testing::WithParamInterface<const char*> {};

VerificationKey secret_of(const Json& one) {
  const auto algorithm = algorithm_named(text_of(one, "alg")).value();
  // Wycheproof has short keys, too; the policy on length is tested elsewhere.
  const Secret secret{from_hex(text_of(one, "key"))};
  return VerificationKey::from_secret(secret, algorithm, {.allow_short_secret = true}).value();
}

std::optional<VerificationKey> key_of(const Json& one, const Json& file) {
  if (one.find("tag") != nullptr) return secret_of(one);
  for (auto& key : keys_of(*file.find("keys")->find(text_of(one, "key")))) {
    if (goes_by(key.algorithm(), text_of(one, "alg"))) return key;
  }
  return std::nullopt;
}

TEST_P(SignatureVectors, AllCasesGiveTheirVerdict) {
  const Json file = test::read_vectors(GetParam());
  for (const Json& one : file.find("cases")->as_array()) {
    const auto key = key_of(one, file);
    const std::string signature = from_hex(text_of(one, one.find("tag") ? "tag" : "sig"));
    const bool verified = key && key->verify(from_hex(text_of(one, "msg")), signature);
    if (text_of(one, "expect") == "either") continue;
    EXPECT_EQ(verified, text_of(one, "expect") == "valid") << text_of(one, "id");
  }
  std::printf("%s: %zu cases\n", GetParam(), file.find("cases")->as_array().size());
}

INSTANTIATE_TEST_SUITE_P(
    Files, SignatureVectors,
    testing::Values("wycheproof_hmac_sha256.json", "wycheproof_hmac_sha384.json",
                    "wycheproof_hmac_sha512.json", "wycheproof_ecdsa_secp256r1_sha256_p1363.json",
                    "wycheproof_ecdsa_secp384r1_sha384_p1363.json",
                    "wycheproof_ecdsa_secp521r1_sha512_p1363.json",
                    "wycheproof_ecdsa_secp256k1_sha256_p1363.json", "wycheproof_ed25519.json",
                    "wycheproof_ed448.json", "wycheproof_rsa_pss_2048_sha256_mgf1_0.json",
                    "wycheproof_rsa_pss_2048_sha256_mgf1_32.json",
                    "wycheproof_rsa_pss_2048_sha256_mgf1sha1_20.json",
                    "wycheproof_rsa_pss_2048_sha384_mgf1_48.json",
                    "wycheproof_rsa_pss_4096_sha512_mgf1_64.json",
                    "wycheproof_rsa_signature_2048_sha256.json",
                    "wycheproof_rsa_signature_3072_sha384.json",
                    "wycheproof_rsa_signature_4096_sha512.json"),
    [](const auto& file) {
      const std::string name = file.param;
      return name.substr(0, name.find('.'));
    });

class SigningVectors : public test::VectorTest, public testing::WithParamInterface<const char*> {};

TEST_P(SigningVectors, EachTokenIsMadeToTheByte) {
  const Json file = test::read_vectors(GetParam());
  for (const Json& one : file.find("cases")->as_array()) {
    const Json& jwk = *file.find("keys")->find(text_of(one, "key"));
    const auto key = signing_key_of(jwk, text_of(one, "alg")).value();
    const std::string input = text_of(one, "protected_b64u") + '.' + text_of(one, "payload_b64u");
    EXPECT_EQ(input + '.' + base64url_encode(key.sign(input)), text_of(one, "token"))
        << text_of(one, "id");
  }
  std::printf("%s: %zu tokens made\n", GetParam(), file.find("cases")->as_array().size());
}

INSTANTIATE_TEST_SUITE_P(Files, SigningVectors,
                         testing::Values("own_signing.json", "rfc_deterministic_signing.json"),
                         [](const auto& file) {
                           const std::string name = file.param;
                           return name.substr(0, name.find('.'));
                         });

}  // namespace
}  // namespace restjwt::jose
