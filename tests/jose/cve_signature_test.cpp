// Weaknesses of other systems in signatures, keys and encodings, each beside its legitimate twin.
// The ids lead here from docs/security-tokens.md.
#include <algorithm>
#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "jose/forgery.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using namespace forgery;

constexpr std::array ec{Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::ES256K};

constexpr std::string_view message = "what is signed";

/// The orders of P-256 and P-521 (FIPS 186-4), and that of Ed25519's base point, lowest byte first
/// (RFC 8032).
const std::string p256_order =
    base64url_decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE").value();
const std::string p521_order = test::from_hex(
    "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc01"
    "48f709a5d03bb5c9b8899c47aebb6fb71e91386409");
const std::string ed25519_order =
    base64url_decode("7dP1XBpjEljWnPei3vneFAAAAAAAAAAAAAAAAAAAABA").value();

/// The sum of two numbers of one length, highest byte first; nothing where it is longer.
std::optional<std::string> sum(std::string_view a, std::string_view b) {
  std::string total(a.size(), '\0');
  unsigned carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    carry += static_cast<unsigned char>(a[i]) + static_cast<unsigned char>(b[i]);
    total[i] = static_cast<char>(carry & 0xFF);
    carry >>= 8;
  }
  if (carry != 0) return std::nullopt;
  return total;
}

// CVE-2022-21449, CVE-2022-24884, CVE-2022-41340: r = s = 0 was a signature of every message.
TEST(Cve202221449, ZeroIsNoNumberOfASignature) {
  for (const auto algorithm : ec) {
    const SigningKey key = signing_key(algorithm);
    const std::string good = key.sign(message), zeros(good.size() / 2, '\0');
    const std::string r = good.substr(0, zeros.size()), s = good.substr(zeros.size());
    const VerificationKey verifier = key.verification_key();
    EXPECT_TRUE(verifier.verify(message, good));
    for (const std::string& bad : {zeros + zeros, r + zeros, zeros + s})
      EXPECT_FALSE(verifier.verify(message, bad)) << name(algorithm);
  }
}

TEST(Cve202221449, TheOrderOfTheCurveIsNoNumberOfASignature) {
  const SigningKey key = signing_key(Algorithm::ES256);
  const std::string good = key.sign(message);
  const std::string r = good.substr(0, 32), s = good.substr(32);
  const std::string& n = p256_order;
  const VerificationKey verifier = key.verification_key();
  for (const std::string& bad : {n + n, r + n, n + s, std::string(64, '\xFF')})
    EXPECT_FALSE(verifier.verify(message, bad));
}

// CVE-2020-13822, CVE-2019-14859, CVE-2024-48949, CVE-2024-42459, CVE-2024-42460, CVE-2024-42461:
// one signature had many texts.
TEST(Cve202013822, AnEcSignatureHasOneLength) {
  for (const auto algorithm : ec) {
    const SigningKey key = signing_key(algorithm);
    const std::string good = key.sign(message);
    const std::size_t half = good.size() / 2;
    const std::string zero(1, '\0'), r = good.substr(0, half), s = good.substr(half);
    const VerificationKey verifier = key.verification_key();
    EXPECT_TRUE(verifier.verify(message, good));
    for (const std::string& bad : {zero + r + zero + s, good + zero, zero + good, r.substr(1) + s,
                                   good.substr(1), r, s + r, std::string(), good + good})
      EXPECT_FALSE(verifier.verify(message, bad)) << name(algorithm);
  }
}

TEST(Cve202013822, AnEcSignatureInDerIsRefused) {
  const SigningKey key = signing_key(Algorithm::ES256);
  const std::string good = key.sign(message);
  const auto integer = [](std::string number) {
    if (number.front() & 0x80) number.insert(0, 1, '\0');
    return std::string("\x02") + static_cast<char>(number.size()) + number;
  };
  const std::string both = integer(good.substr(0, 32)) + integer(good.substr(32));
  const std::string der = std::string("\x30") + static_cast<char>(both.size()) + both;
  EXPECT_FALSE(key.verification_key().verify(message, der));
}

TEST(Cve202013822, ANumberPlusTheOrderIsRefused) {
  const SigningKey key = signing_key(Algorithm::ES512);  // where the sum fits the length
  const std::string good = key.sign(message), r = good.substr(0, 66), s = good.substr(66);
  const VerificationKey verifier = key.verification_key();
  EXPECT_TRUE(verifier.verify(message, good));
  EXPECT_FALSE(verifier.verify(message, sum(r, p521_order).value() + s));
  EXPECT_FALSE(verifier.verify(message, r + sum(s, p521_order).value()));
}

// RFC 8032 §5.1.7, CVE-2020-36843: S of EdDSA was not compared with the order of the group.
TEST(Cve202036843, SPlusTheOrderIsRefused) {
  const SigningKey key = signing_key(Algorithm::Ed25519);
  const std::string good = key.sign(message);
  std::string s(good.rbegin(), good.rbegin() + 32);  // highest byte first
  const std::string order(ed25519_order.rbegin(), ed25519_order.rend());
  std::string bigger = sum(s, order).value();
  std::ranges::reverse(bigger);
  EXPECT_TRUE(key.verification_key().verify(message, good));
  EXPECT_FALSE(key.verification_key().verify(message, good.substr(0, 32) + bigger));
}

TEST(Cve202036843, APointOfSmallOrderIsNoKey) {
  for (const char* x : {"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",      // the neutral point
                        "7P___________________________________________38",  // of order 2
                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {   // of order 4
    const Json jwk = Json::object({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", x}});
    EXPECT_FALSE(Jwk::parse(jwk)) << x;
  }
  EXPECT_TRUE(Jwk::parse(*Jwk::generate(Algorithm::Ed25519).public_json()));
}

// CVE-2020-28042: a signature was compared over its own length only.
TEST(Cve202028042, ASignatureCutShortIsRefused) {
  for (const auto algorithm : all_algorithms) {
    const SigningKey key = signing_key(algorithm);
    const std::string good = key.sign(message);
    const VerificationKey verifier = key.verification_key();
    EXPECT_TRUE(verifier.verify(message, good));
    for (std::size_t size = 0; size < good.size(); ++size)
      EXPECT_FALSE(verifier.verify(message, good.substr(0, size))) << name(algorithm) << size;
    EXPECT_FALSE(verifier.verify(message, good + '\0')) << name(algorithm);
  }
}

// CVE-2016-7036, CVE-2024-25190, CVE-2024-25189, CVE-2016-5429: how long a comparison takes told
// where it failed. See also tests/timing and tests/source_check.
TEST(Cve20167036, AMacDifferingAtAnyByteIsRefused) {
  const std::string token = forge(hs256, "{}");
  const std::size_t start = token.rfind('.') + 1;
  const std::string mac = base64url_decode(token.substr(start)).value();
  for (std::size_t i = 0; i < mac.size(); ++i) {
    std::string other = mac;
    other[i] ^= 1;
    EXPECT_EQ(refusal(token.substr(0, start) + base64url_encode(other)),
              TokenErrc::signature_mismatch);
  }
  EXPECT_EQ(refusal(token), none);
}

// CVE-2026-27840: a token cut short was still good.
TEST(Cve202627840, EachBeginningOfATokenIsRefused) {
  const std::string token = forge(hs256, R"({"sub":"42"})");
  ASSERT_EQ(refusal(token), none);
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_NE(refusal(token.substr(0, size)), none) << size;
}

// RFC 4648 §3.5: one token had several texts, which lists of revoked tokens did not know.
TEST(Base64urlMalleability, ATokenHasOneText) {
  const std::string token = forge(hs256, "{}");
  ASSERT_EQ(refusal(token), none);
  std::string spare_bits = token;  // the last of 43 characters has two bits that make no byte
  spare_bits.back() = static_cast<char>(spare_bits.back() + 1);
  for (const std::string& text :
       {token + '=', token + "==", token + ' ', ' ' + token, token + '\n', token + '\0', spare_bits,
        "\xEF\xBB\xBF" + token, "Bearer " + token}) {
    EXPECT_EQ(refusal(text), TokenErrc::malformed) << text;
  }
}

TEST(Base64urlMalleability, ACharacterLeftOverIsRefusedWhateverStandsBehindIt) {
  const std::string_view text = "AAAAAAAA";
  EXPECT_EQ(base64url_decode(text.substr(0, 4)), std::string(3, '\0'));
  EXPECT_FALSE(base64url_decode(text.substr(0, 1)));
  EXPECT_FALSE(base64url_decode(text.substr(0, 5)));
}

// CVE-2017-15361 and e = 1: weak RSA keys. (The fingerprint of ROCA itself is not looked for.)
TEST(Cve201715361, AnExponentThatKeepsNothingIsRefused) {
  const Json good = Jwk::from_pem(test::key_file("rsa.pub"))->public_json().value();
  EXPECT_TRUE(Jwk::parse(good));
  for (const char* e : {"AQ", "Ag", "AQAA", "AQAAAAE"}) {  // 1, 2, 65536, 2^32 + 1
    Json weak = good;
    weak.set("e", e);
    EXPECT_EQ(Jwk::parse(weak).error(), KeyErrc::weak_exponent) << e;
  }
}

// CVE-2020-0601: the peer chose the parameters of the curve.
TEST(Cve20200601, APointOffTheCurveIsNoKey) {
  Json jwk = Jwk::generate(Algorithm::ES256).public_json().value();
  EXPECT_TRUE(Jwk::parse(jwk));
  jwk.set("y", jwk.find("x")->as_string());
  EXPECT_EQ(Jwk::parse(jwk).error(), KeyErrc::unreadable);
}

// CVE-2022-0778, CVE-2023-6237, CVE-2023-3446: looking at a huge or crooked key took minutes.
TEST(Cve20236237, AHugeRsaKeyIsRefusedUnchecked) {
  std::string modulus(2048, '\xFF');  // 16,384 bits
  for (const std::size_t size : {std::size_t{2048}, std::size_t{12'500}}) {
    modulus.resize(size, '\xFF');
    const Json jwk =
        Json::object({{"kty", "RSA"}, {"n", base64url_encode(modulus)}, {"e", "AQAB"}});
    EXPECT_EQ(Jwk::parse(jwk).error(), KeyErrc::too_long);
  }
  EXPECT_EQ(
      VerificationKey::from_pem(test::rsa_public_pem(modulus, "\x01\x00\x01"), Algorithm::RS256)
          .error(),
      KeyErrc::unreadable);  // over 16 KiB of text
}

TEST(Cve20236237, AHugeExponentIsRefused) {
  Json jwk = Jwk::from_pem(test::key_file("rsa.pub"))->public_json().value();
  jwk.set("e", base64url_encode(std::string(2048, '\xFF')));
  EXPECT_EQ(Jwk::parse(jwk).error(), KeyErrc::weak_exponent);
}

}  // namespace
}  // namespace restjwt::jose
