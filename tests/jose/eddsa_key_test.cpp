// Ed25519 and Ed448 (RFC 8037, RFC 8032).
#include <array>
#include <string>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/key.hpp>

#include "support/keys.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::from_hex;
using test::key_file;

struct EdwardsCurve {
  const char* crv;
  Algorithm algorithm;
  const char* private_file;
  const char* public_file;
  std::size_t signature_size;
};
constexpr std::array<EdwardsCurve, 2> curves{
    {{"Ed25519", Algorithm::Ed25519, "ed25519.pem", "ed25519.pub", 64},
     {"Ed448", Algorithm::Ed448, "ed448.pem", "ed448.pub", 114}}};

SigningKey signer_of(const EdwardsCurve& curve) {
  return SigningKey::from_pem(Secret(key_file(curve.private_file)), curve.algorithm).value();
}

Result<Jwk> jwk_of_point(const char* crv, const std::string& hex) {
  return Jwk::parse(
      Json::object({{"kty", "OKP"}, {"crv", crv}, {"x", base64url_encode(from_hex(hex))}}));
}

std::string repeated(const char* hex, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += hex;
  return all;
}

/// The same point or, where x is 0, the same y with the sign that RFC 8032 §5.1.3 forbids.
std::string with_sign(std::string hex) {
  const std::size_t at = hex.size() - 2;
  hex.replace(at, 1, std::string(1, "89abcdef"[hex[at] - '0']));
  return hex;
}

TEST(EdDsaKey, VerifiesWhatItSigned) {
  for (const auto& curve : curves) {
    const auto key = VerificationKey::from_pem(key_file(curve.public_file), curve.algorithm);
    ASSERT_TRUE(key) << curve.crv;
    const std::string signature = signer_of(curve).sign("text");
    EXPECT_EQ(signature.size(), curve.signature_size);
    EXPECT_TRUE(key->verify("text", signature)) << curve.crv;
    EXPECT_TRUE(signer_of(curve).verification_key().verify("text", signature)) << curve.crv;
    EXPECT_FALSE(key->verify("Text", signature)) << curve.crv;
  }
}

TEST(EdDsaKey, RefusesASignatureOfAnotherLength) {
  for (const auto& curve : curves) {
    const auto signer = signer_of(curve);
    const std::string signature = signer.sign("text");
    EXPECT_FALSE(signer.verification_key().verify("text", signature + '\0'));
    EXPECT_FALSE(signer.verification_key().verify("text", signature.substr(1)));
    EXPECT_FALSE(signer.verification_key().verify("text", ""));
  }
}

TEST(EdDsaKey, MustBeOnTheCurveOfItsAlgorithm) {
  EXPECT_EQ(VerificationKey::from_pem(key_file("ed25519.pub"), Algorithm::Ed448).error(),
            KeyErrc::wrong_type);
  EXPECT_EQ(VerificationKey::from_pem(key_file("ed448.pem"), Algorithm::Ed25519).error(),
            KeyErrc::wrong_type);
  EXPECT_EQ(VerificationKey::from_pem(key_file("ed25519.pub"), Algorithm::ES256).error(),
            KeyErrc::wrong_type);
}

TEST(EdDsaKey, OfKeyAgreementIsOfAnotherType) {
  EXPECT_EQ(VerificationKey::from_pem(key_file("x25519.pem"), Algorithm::Ed25519).error(),
            KeyErrc::wrong_type);
}

TEST(EdDsaKey, NeedsAPrivatePartToSign) {
  EXPECT_EQ(SigningKey::from_pem(Secret(key_file("ed25519.pub")), Algorithm::Ed25519).error(),
            KeyErrc::no_private_part);
}

TEST(EdDsaKey, HeaderSaysEdDsaUnlessToldOtherwise) {
  const auto signer = signer_of(curves[1]);
  EXPECT_EQ(signer.header_alg(), "EdDSA");
  EXPECT_EQ(signer.with_fully_specified_alg().header_alg(), "Ed448");
}

// Orders 1, 2, 4 and 8: such a key verifies signatures that nobody made.
TEST(EdDsaKey, PointOfSmallOrderIsUnreadable) {
  const std::array points{
      "01" + repeated("00", 31), "ec" + repeated("ff", 30) + "7f", repeated("00", 32),
      std::string("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
      std::string("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")};
  for (const std::string& point : points) {
    EXPECT_EQ(jwk_of_point("Ed25519", point).error(), KeyErrc::unreadable) << point;
    EXPECT_EQ(jwk_of_point("Ed25519", with_sign(point)).error(), KeyErrc::unreadable) << point;
  }
}

TEST(EdDsaKey, PointOfSmallOrderOnEd448IsUnreadable) {
  const std::array points{
      "01" + repeated("00", 56),
      "fe" + repeated("ff", 27) + "fe" + repeated("ff", 27) + "00",
      repeated("00", 57),
  };
  for (const std::string& point : points) {
    EXPECT_EQ(jwk_of_point("Ed448", point).error(), KeyErrc::unreadable) << point;
    EXPECT_EQ(jwk_of_point("Ed448", with_sign(point)).error(), KeyErrc::unreadable) << point;
  }
}

// RFC 8032 §5.1.3: decoding fails. The first are 0 and 1 again, the last is just a number.
TEST(EdDsaKey, CoordinateAboveThePrimeIsUnreadable) {
  for (const char* first : {"ed", "ee", "f0"}) {
    const std::string point = first + repeated("ff", 30) + "7f";
    EXPECT_EQ(jwk_of_point("Ed25519", point).error(), KeyErrc::unreadable) << point;
    EXPECT_EQ(jwk_of_point("Ed25519", with_sign(point)).error(), KeyErrc::unreadable) << point;
  }
  const std::string top = "fe" + repeated("ff", 27);
  for (const std::string& point :
       {repeated("ff", 28) + top + "00", repeated("00", 28) + repeated("ff", 28) + "00",
        repeated("03", 56) + "01"}) {
    EXPECT_EQ(jwk_of_point("Ed448", point).error(), KeyErrc::unreadable) << point;
  }
}

TEST(EdDsaKey, PointOfSmallOrderInPemIsUnreadable) {
  const std::string pem =
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
      "-----END PUBLIC KEY-----\n";
  EXPECT_TRUE(VerificationKey::from_pem(key_file("ed25519.pub"), Algorithm::Ed25519));
  EXPECT_EQ(VerificationKey::from_pem(pem, Algorithm::Ed25519).error(), KeyErrc::unreadable);
}

}  // namespace
}  // namespace restjwt::jose
