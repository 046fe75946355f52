#include <restjwt/jose/algorithm.hpp>

#include <gtest/gtest.h>

namespace restjwt::jose {
namespace {

TEST(Algorithm, EachIsFoundByItsName) {
  for (const Algorithm algorithm : all_algorithms) {
    EXPECT_EQ(algorithm_named(name(algorithm)), algorithm);
  }
}

TEST(Algorithm, NamesAreThoseOfRfc7518) {
  EXPECT_EQ(name(Algorithm::HS256), "HS256");
  EXPECT_EQ(name(Algorithm::HS384), "HS384");
  EXPECT_EQ(name(Algorithm::HS512), "HS512");
  EXPECT_EQ(name(Algorithm::RS256), "RS256");
  EXPECT_EQ(name(Algorithm::RS384), "RS384");
  EXPECT_EQ(name(Algorithm::RS512), "RS512");
  EXPECT_EQ(name(Algorithm::PS256), "PS256");
  EXPECT_EQ(name(Algorithm::PS384), "PS384");
  EXPECT_EQ(name(Algorithm::PS512), "PS512");
  EXPECT_EQ(name(Algorithm::ES256), "ES256");
  EXPECT_EQ(name(Algorithm::ES384), "ES384");
  EXPECT_EQ(name(Algorithm::ES512), "ES512");
}

TEST(Algorithm, NamesAreThoseOfRfc8812AndRfc9864) {
  EXPECT_EQ(name(Algorithm::ES256K), "ES256K");
  EXPECT_EQ(name(Algorithm::Ed25519), "Ed25519");
  EXPECT_EQ(name(Algorithm::Ed448), "Ed448");
}

TEST(Algorithm, EdDsaIsEd25519ByName) {
  EXPECT_EQ(algorithm_named("EdDSA"), Algorithm::Ed25519);
  EXPECT_EQ(algorithm_named("Ed448"), Algorithm::Ed448);
}

TEST(Algorithm, HeaderSaysEdDsaForBothEdwardsCurves) {
  EXPECT_EQ(header_name(Algorithm::Ed25519), "EdDSA");
  EXPECT_EQ(header_name(Algorithm::Ed448), "EdDSA");
  EXPECT_EQ(header_name(Algorithm::ES256K), "ES256K");
}

TEST(Algorithm, HeaderMayCallEdwardsCurvesByBothNames) {
  EXPECT_TRUE(goes_by(Algorithm::Ed448, "Ed448"));
  EXPECT_TRUE(goes_by(Algorithm::Ed448, "EdDSA"));
  EXPECT_FALSE(goes_by(Algorithm::Ed448, "Ed25519"));
  EXPECT_FALSE(goes_by(Algorithm::ES256, "EdDSA"));
}

TEST(Algorithm, NoSpellingOfNoneIsAName) {
  for (const char* text : {"none", "None", "NONE", "nOnE", ""}) {
    EXPECT_FALSE(algorithm_named(text)) << text;
  }
}

TEST(Algorithm, NamesAreExact) {
  for (const char* text :
       {"hs256", "HS256 ", " HS256", "HS2567", "HS25", "HS1", "EDDSA", "ed25519", "ES256k"}) {
    EXPECT_FALSE(algorithm_named(text)) << text;
  }
}

TEST(Algorithm, FamilyTellsTheKindOfKey) {
  EXPECT_EQ(family(Algorithm::HS384), Family::hmac);
  EXPECT_EQ(family(Algorithm::RS384), Family::rsa);
  EXPECT_EQ(family(Algorithm::PS384), Family::rsa_pss);
  EXPECT_EQ(family(Algorithm::ES384), Family::ec);
  EXPECT_EQ(family(Algorithm::ES256K), Family::ec);
  EXPECT_EQ(family(Algorithm::Ed448), Family::eddsa);
}

TEST(Algorithm, HashSizeIsInBytes) {
  EXPECT_EQ(hash_size(Algorithm::HS256), 32u);
  EXPECT_EQ(hash_size(Algorithm::RS384), 48u);
  EXPECT_EQ(hash_size(Algorithm::HS512), 64u);
  EXPECT_EQ(hash_size(Algorithm::PS512), 64u);
  EXPECT_EQ(hash_size(Algorithm::ES256), 32u);
  EXPECT_EQ(hash_size(Algorithm::Ed25519), 0u);
}

}  // namespace
}  // namespace restjwt::jose
