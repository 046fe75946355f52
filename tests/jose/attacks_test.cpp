// Known attacks on tokens, each beside its legitimate twin.
#include <array>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/unverified.hpp>

#include "jose/hmac.hpp"
#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};
const std::string secret(32, 's');

/// What an attacker who knows `key` writes; he is not bound to our rules for keys.
std::string forge(std::string_view header, std::string_view payload,
                  std::string_view key = secret) {
  const std::string input = base64url_encode(header) + '.' + base64url_encode(payload);
  return input + '.' + base64url_encode(HmacKey(Algorithm::HS256, key).mac(input).view());
}

Result<VerifiedToken> decode_hmac(std::string_view token) {
  const auto key = VerificationKey::from_secret(Secret(secret), Algorithm::HS256).value();
  return decode(token, std::array{key}, {}, now);
}

Result<VerifiedToken> decode_rsa(std::string_view token) {
  const auto key = VerificationKey::from_pem(test::key_file("rsa.pub"), Algorithm::RS256).value();
  return decode(token, std::array{key}, {}, now);
}

constexpr std::string_view header = R"({"alg":"HS256"})";

TEST(Attack, AlgNoneInAnySpelling) {
  EXPECT_TRUE(decode_hmac(forge(header, "{}")));
  for (const char* none : {"none", "None", "NONE", "nOnE", "none ", " none", "", "none\\u0000",
                           "n\\u006fne", "HS256none"}) {
    const std::string unsigned_header = R"({"alg":")" + std::string(none) + "\"}";
    const std::string token = forge(unsigned_header, "{}");
    EXPECT_EQ(decode_hmac(token).error(), TokenErrc::algorithm_not_allowed) << none;
    EXPECT_EQ(decode_hmac(token.substr(0, token.rfind('.') + 1)).error(),
              TokenErrc::algorithm_not_allowed);
    EXPECT_EQ(decode_rsa(token).error(), TokenErrc::algorithm_not_allowed) << none;
  }
}

TEST(Attack, AlgInAnotherCase) {
  EXPECT_EQ(decode_hmac(forge(R"({"alg":"hs256"})", "{}")).error(),
            TokenErrc::algorithm_not_allowed);
}

TEST(Attack, PublicKeyAsHmacSecret) {
  for (const char* file : {"rsa.pub", "rsa_pkcs1.pub"}) {
    const std::string pem = test::key_file(file);
    for (const std::string& spelling : {pem, pem.substr(0, pem.size() - 1), ' ' + pem}) {
      EXPECT_EQ(decode_rsa(forge(header, "{}", spelling)).error(),
                TokenErrc::algorithm_not_allowed);
      EXPECT_EQ(decode_rsa(forge(R"({"alg":"RS256"})", "{}", spelling)).error(),
                TokenErrc::signature_mismatch);
      EXPECT_EQ(VerificationKey::from_secret(Secret(spelling), Algorithm::HS256).error(),
                KeyErrc::wrong_type);
    }
  }
}

TEST(Attack, KeyInTheHeader) {
  const std::string own_key = base64url_encode("the attacker's own secret, 32 byte");
  const std::string with_key = R"({"alg":"HS256","jwk":{"kty":"oct","k":")" + own_key + "\"}}";
  EXPECT_EQ(decode_hmac(forge(with_key, "{}", "the attacker's own secret, 32 byte")).error(),
            TokenErrc::signature_mismatch);
  EXPECT_TRUE(decode_hmac(forge(with_key, "{}")));
}

TEST(Attack, UnknownCriticalExtension) {
  EXPECT_EQ(decode_hmac(forge(R"({"alg":"HS256","crit":["x"],"x":1})", "{}")).error(),
            TokenErrc::critical_header);
}

TEST(Attack, DuplicateMembersAlsoWhenEscaped) {
  for (const char* text :
       {R"({"alg":"HS256","alg":"HS256"})", R"({"alg":"none","\u0061lg":"HS256"})"}) {
    EXPECT_EQ(decode_hmac(forge(text, "{}")).error(), TokenErrc::malformed) << text;
  }
  for (const char* text : {R"({"sub":"a","sub":"b"})", R"({"sub":"a","s\u0075b":"b"})",
                           R"({"a":{"sub":"a","sub":"b"}})"}) {
    EXPECT_EQ(decode_hmac(forge(header, text)).error(), TokenErrc::malformed) << text;
  }
}

TEST(Attack, OtherSpellingsOfOneToken) {
  const std::string token = forge(header, "{}");
  ASSERT_TRUE(decode_hmac(token));
  std::string spare_bits = token;  // the last of 43 characters has two bits that make no byte
  spare_bits.back() = static_cast<char>(spare_bits.back() + 1);
  for (const std::string& text : {token + '=', token + "==", token + ' ', ' ' + token, token + '\n',
                                  token + '\0', spare_bits, "\xEF\xBB\xBF" + token}) {
    EXPECT_EQ(decode_hmac(text).error(), TokenErrc::malformed) << text;
  }
}

TEST(Attack, FourAndFiveParts) {
  const std::string token = forge(header, "{}");
  EXPECT_EQ(decode_hmac(token + ".e30").error(), TokenErrc::malformed);
  EXPECT_EQ(decode_hmac(token + ".e30.e30").error(), TokenErrc::malformed);
}

TEST(Attack, JsonSerializationIsNoToken) {
  EXPECT_EQ(decode_hmac(R"({"payload":"e30","protected":"e30","signature":""})").error(),
            TokenErrc::malformed);
}

TEST(Attack, TokenOfAMegabyte) {
  const std::string token = forge(header, R"({"a":")" + std::string(1 << 20, 'a') + "\"}");
  EXPECT_EQ(decode_hmac(token).error(), TokenErrc::too_long);
  EXPECT_EQ(decode_hmac(std::string(1 << 20, '.')).error(), TokenErrc::too_long);
  EXPECT_EQ(peek(token).error(), TokenErrc::too_long);
}

TEST(Attack, DeepJson) {
  const auto nested = [](int depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(decode_hmac(forge(header, nested(31))));
  EXPECT_EQ(decode_hmac(forge(header, nested(32))).error(), TokenErrc::malformed);
  EXPECT_EQ(decode_hmac(forge(header, R"({"a":)" + std::string(10'000, '['))).error(),
            TokenErrc::malformed);
}

TEST(Attack, SignatureOfAnotherAlgorithmCutShort) {
  const std::string input = base64url_encode(header) + ".e30";
  const std::string mac(HmacKey(Algorithm::HS256, secret).mac(input).view());
  ASSERT_TRUE(decode_hmac(input + '.' + base64url_encode(mac)));
  for (std::size_t size = 0; size < mac.size(); ++size) {
    EXPECT_EQ(decode_hmac(input + '.' + base64url_encode(mac.substr(0, size))).error(),
              TokenErrc::signature_mismatch);
  }
}

}  // namespace
}  // namespace restjwt::jose
