#include <restjwt/jose/jwt.hpp>

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t t0 = 1'700'000'000;
constexpr TimePoint now{std::chrono::seconds{t0}};

SigningKey hmac_signer(char filling = 's', Algorithm algorithm = Algorithm::HS256) {
  return SigningKey::from_secret(Secret(std::string(64, filling)), algorithm).value();
}

/// A token with any header and payload, well signed.
std::string token_of(std::string_view header, std::string_view payload,
                     const SigningKey& key = hmac_signer()) {
  const std::string input = base64url_encode(header) + '.' + base64url_encode(payload);
  return input + '.' + base64url_encode(key.sign(input));
}

Result<VerifiedToken> decode_with(std::string_view token, const SigningKey& key = hmac_signer(),
                                  const Validation& rules = {}) {
  return decode(token, key.verification_key(), rules, now);
}

constexpr std::string_view good_header = R"({"alg":"HS256"})";

TEST(Encode, WritesTypAndAlgThenTheClaimsAsTheyStand) {
  const std::string token = encode(Json::object({{"b", 1}, {"a", "\u00FC"}}), hmac_signer());
  EXPECT_TRUE(token.starts_with(base64url_encode(R"({"typ":"JWT","alg":"HS256"})") + '.' +
                                base64url_encode(R"({"b":1,"a":"\u00fc"})") + '.'));
}

TEST(Encode, ClaimsMustBeAnObject) {
  EXPECT_THROW((void)encode(Json::array(), hmac_signer()), std::invalid_argument);
}

TEST(Decode, GivesBackWhatEncodeWasGiven) {
  const Json claims = Json::object({{"sub", "42"}, {"exp", t0 + 300}, {"n", 0.5}});
  for (const auto algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
    const auto key = hmac_signer('s', algorithm);
    const auto token = decode_with(encode(claims, key), key);
    ASSERT_TRUE(token);
    EXPECT_EQ(token->claims().to_json(), claims);
    EXPECT_EQ(token->algorithm(), algorithm);
  }
}

TEST(Decode, TakesTokensOfKeyPairs) {
  const auto is_taken = [](const char* file, Algorithm algorithm) {
    const auto key = SigningKey::from_pem(Secret(test::key_file(file)), algorithm).value();
    const auto token = decode_with(encode(Json::object({{"sub", "42"}}), key), key);
    return token && token->claims().subject() == "42";
  };
  EXPECT_TRUE(is_taken("rsa.pem", Algorithm::RS256));
  EXPECT_TRUE(is_taken("rsa.pem", Algorithm::PS256));
  EXPECT_TRUE(is_taken("ec.pem", Algorithm::ES256));
}

TEST(Decode, OtherPaddingOfTheSameRsaKeyIsNotAllowed) {
  const Secret pem(test::key_file("rsa.pem"));
  const auto pkcs1 = SigningKey::from_pem(pem, Algorithm::RS256).value();
  const auto pss = SigningKey::from_pem(pem, Algorithm::PS256).value();
  EXPECT_EQ(decode_with(encode(Json::object(), pss), pkcs1).error(),
            TokenErrc::algorithm_not_allowed);
  EXPECT_TRUE(decode_with(encode(Json::object(), pss), pss));
}

TEST(Decode, RefusesTextOverMaxLength) {
  const std::string token = token_of(good_header, "{}");
  Validation rules;
  rules.max_length = token.size();
  EXPECT_TRUE(decode_with(token, hmac_signer(), rules));
  rules.max_length = token.size() - 1;
  EXPECT_EQ(decode_with(token, hmac_signer(), rules).error(), TokenErrc::too_long);
}

TEST(Decode, RefusesAnythingButThreeParts) {
  const std::string token = token_of(good_header, "{}");
  EXPECT_TRUE(decode_with(token));
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("..."), '.' + token,
        token + '.', token.substr(0, token.rfind('.')), token + ".e30"}) {
    EXPECT_EQ(decode_with(text).error(), TokenErrc::malformed) << text;
  }
}

TEST(Decode, TriesAllKeysOfTheAlgorithm) {
  const std::vector keys{hmac_signer('x').verification_key(),
                         hmac_signer('s', Algorithm::HS512).verification_key(),
                         hmac_signer('s').verification_key()};
  const std::string token = token_of(good_header, "{}");
  EXPECT_TRUE(decode(token, KeySet(keys), {}, now));
  EXPECT_EQ(decode(token, KeySet({keys[0], keys[1]}), {}, now).error(),
            TokenErrc::signature_mismatch);
}

TEST(Decode, WithoutKeysNoAlgorithmIsAllowed) {
  EXPECT_EQ(decode(token_of(good_header, "{}"), KeySet(), {}, now).error(),
            TokenErrc::algorithm_not_allowed);
}

TEST(Decode, AlgorithmOfAnotherKeyIsNotAllowed) {
  const std::string token =
      token_of(R"({"alg":"HS512"})", "{}", hmac_signer('s', Algorithm::HS512));
  EXPECT_EQ(decode_with(token).error(), TokenErrc::algorithm_not_allowed);
  EXPECT_TRUE(decode_with(token, hmac_signer('s', Algorithm::HS512)));
}

TEST(Decode, AlgMustBeAString) {
  for (const char* header : {"{}", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":256})"}) {
    EXPECT_EQ(decode_with(token_of(header, "{}")).error(), TokenErrc::algorithm_not_allowed)
        << header;
  }
}

TEST(Decode, HeaderMustBeOneStrictObject) {
  for (const char* header : {"", "[]", "null", R"("HS256")", R"({"alg":"HS256"}{})", "{\"alg\"}",
                             "{\"alg\":\"HS256\",}", "{\"alg\":\"HS256\",\"x\":\"\xFF\"}"}) {
    EXPECT_EQ(decode_with(token_of(header, "{}")).error(), TokenErrc::malformed) << header;
  }
}

TEST(Decode, PayloadMustBeOneStrictObject) {
  EXPECT_TRUE(decode_with(token_of(good_header, " {} ")));
  for (const char* payload : {"", "[]", "1", "null", "{}{}", "{\"a\":NaN}", "{\"a\":\"\xFF\"}"}) {
    EXPECT_EQ(decode_with(token_of(good_header, payload)).error(), TokenErrc::malformed) << payload;
  }
}

TEST(Decode, CritIsRefusedWhateverItHolds) {
  for (const char* crit : {"[\"exp\"]", "[\"b64\"]", "[]", "null", "\"alg\"", "true"}) {
    const std::string header = R"({"alg":"HS256","crit":)" + std::string(crit) + "}";
    EXPECT_EQ(decode_with(token_of(header, "{}")).error(), TokenErrc::critical_header) << crit;
  }
}

TEST(Decode, UnencodedPayloadIsRefused) {
  EXPECT_EQ(decode_with(token_of(R"({"alg":"HS256","b64":false})", "{}")).error(),
            TokenErrc::critical_header);
  EXPECT_EQ(decode_with(token_of(R"({"alg":"HS256","b64":true})", "{}")).error(),
            TokenErrc::critical_header);
}

TEST(Decode, TypIsNotLookedAt) {
  for (const char* more : {R"("typ":"JWT")", R"("typ":"x")", R"("typ":1)"}) {
    const std::string header = R"({"alg":"HS256",)" + std::string(more) + "}";
    EXPECT_TRUE(decode_with(token_of(header, "{}"))) << more;
  }
}

TEST(Decode, WrongSignatureIsReportedBeforeTheClaims) {
  for (const char* payload : {R"({"exp":1})", R"({"exp":"x"})", "[]", "not JSON"}) {
    EXPECT_EQ(decode_with(token_of(good_header, payload, hmac_signer('x'))).error(),
              TokenErrc::signature_mismatch)
        << payload;
  }
  EXPECT_EQ(decode_with(token_of(good_header, R"({"exp":1})")).error(), TokenErrc::expired);
}

TEST(Decode, WrongShapeIsReportedBeforeTheSignature) {
  const std::string token = token_of(good_header, "{}", hmac_signer('x'));
  EXPECT_EQ(decode_with(token).error(), TokenErrc::signature_mismatch);
  EXPECT_EQ(decode_with(token + "=").error(), TokenErrc::malformed);
}

TEST(Decode, EmptySignatureIsAMismatch) {
  const std::string token = token_of(good_header, "{}");
  EXPECT_EQ(decode_with(token.substr(0, token.rfind('.') + 1)).error(),
            TokenErrc::signature_mismatch);
}

TEST(Decode, EachChangedBitOfTheTokenIsNoticed) {
  const std::string token = token_of(good_header, R"({"sub":"42"})");
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = token;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      EXPECT_FALSE(decode_with(changed)) << changed;
    }
  }
}

TEST(Decode, ClaimsAreCheckedAgainstTheRules) {
  const std::string token = token_of(good_header, R"({"iss":"you"})");
  EXPECT_TRUE(decode_with(token, hmac_signer(), {.issuer = "you"}));
  EXPECT_EQ(decode_with(token, hmac_signer(), {.issuer = "me"}).error(), TokenErrc::wrong_issuer);
}

}  // namespace
}  // namespace restjwt::jose
