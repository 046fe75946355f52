// Which key of many is tried. The rules of names are in kid_test.cpp.
#include <restjwt/jose/key_set.hpp>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwt.hpp>

namespace restjwt::jose {
namespace {

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

SigningKey signer(int number, std::string kid = {}) {
  std::string secret = std::to_string(number);
  secret.resize(32, '.');
  return SigningKey::from_secret(Secret(secret), Algorithm::HS256)->with_kid(std::move(kid));
}

/// Keys 0 to count, named by their numbers.
KeySet numbered(int count) {
  std::vector<VerificationKey> keys;
  for (int i = 0; i < count; ++i) keys.push_back(signer(i, std::to_string(i)).verification_key());
  return KeySet(std::move(keys));
}

std::error_code refusal(std::string_view token, const KeySet& keys) {
  const auto decoded = decode(token, keys, {}, now);
  return decoded ? std::error_code() : decoded.error();
}

const std::error_code none;

std::string token_with_header(std::string_view header, const SigningKey& key) {
  const std::string input = base64url_encode(header) + ".e30";
  return input + '.' + base64url_encode(key.sign(input));
}

TEST(KeySet, FindsAKeyAmongAThousandByItsName) {
  const KeySet keys = numbered(1000);
  for (const int number : {0, 500, 999}) {
    const auto token =
        decode(encode(Json::object(), signer(number, std::to_string(number))), keys, {}, now);
    ASSERT_TRUE(token) << number;
    EXPECT_EQ(token->kid(), std::to_string(number));
  }
  EXPECT_EQ(refusal(encode(Json::object(), signer(1, "1000")), keys), TokenErrc::unknown_key);
}

TEST(KeySet, NameOfOneKeyUnderTheSignatureOfAnotherIsRefused) {
  EXPECT_EQ(refusal(encode(Json::object(), signer(1, "2")), numbered(3)),
            TokenErrc::signature_mismatch);
}

TEST(KeySet, WithoutANameTheFirstSixteenAreTried) {
  const KeySet keys = numbered(20);
  EXPECT_EQ(refusal(encode(Json::object(), signer(15)), keys), none);
  EXPECT_EQ(refusal(encode(Json::object(), signer(16)), keys), TokenErrc::signature_mismatch);
}

TEST(KeySet, OfKeysWithoutANameOrOfOneNameSixteenAreTried) {
  for (const std::string kid : {"", "a"}) {
    std::vector<VerificationKey> keys;
    for (int i = 0; i < 20; ++i) keys.push_back(signer(i, kid).verification_key());
    EXPECT_EQ(refusal(encode(Json::object(), signer(15, kid)), KeySet(keys)), none);
    EXPECT_EQ(refusal(encode(Json::object(), signer(16, kid)), KeySet(keys)),
              TokenErrc::signature_mismatch);
  }
}

TEST(KeySet, NameThatIsNoUtf8IsInNoTokenAndCountsInNoSpelling) {
  const SigningKey odd = signer(1, "\xFF");
  const SigningKey replaced = signer(2, "\xEF\xBF\xBD");
  const KeySet keys({odd.verification_key(), replaced.verification_key()});
  EXPECT_EQ(refusal(encode(Json::object(), odd), keys), TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(encode(Json::object(), replaced), keys), none);
}

TEST(KeySet, TwoKeysMayHaveOneName) {
  const KeySet keys({signer(1, "a").verification_key(), signer(2, "a").verification_key()});
  EXPECT_EQ(refusal(encode(Json::object(), signer(1, "a")), keys), none);
  EXPECT_EQ(refusal(encode(Json::object(), signer(2, "a")), keys), none);
  EXPECT_EQ(refusal(encode(Json::object(), signer(3, "a")), keys), TokenErrc::signature_mismatch);
}

TEST(KeySet, SpellingOfTheHeaderDoesNotMatter) {
  const KeySet keys({signer(1, "a").verification_key(), signer(2).verification_key()});
  for (const char* header :
       {R"({"typ":"JWT","alg":"HS256","kid":"a"})", R"({"alg":"HS256","typ":"JWT","kid":"a"})",
        R"({"alg":"HS256","kid":"a","typ":"JWT"})", R"({"alg":"HS256","kid":"a"})",
        R"({"kid":"a","alg":"HS256"})", R"({ "kid" : "\u0061" , "alg" : "HS256", "x":[{}] })"}) {
    EXPECT_EQ(refusal(token_with_header(header, signer(1)), keys), none) << header;
    EXPECT_EQ(refusal(token_with_header(header, signer(3)), keys), TokenErrc::signature_mismatch)
        << header;
  }
  for (const char* header : {R"({"typ":"JWT","alg":"HS256"})", R"({"alg":"HS256","typ":"JWT"})",
                             R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"at+jwt"})"})
    EXPECT_EQ(refusal(token_with_header(header, signer(2)), keys), none) << header;
}

TEST(KeySet, KnownSpellingOfAnotherAlgorithmIsNotAllowed) {
  const KeySet keys({signer(1, "a").verification_key()});
  EXPECT_EQ(refusal(token_with_header(R"({"typ":"JWT","alg":"HS512","kid":"a"})", signer(1)), keys),
            TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(token_with_header(R"({"typ":"JWT","alg":"HS512"})", signer(1)), keys),
            TokenErrc::algorithm_not_allowed);
}

TEST(KeySet, NameMayHoldAnything) {
  for (const std::string kid : {"ü", "\"", "\\", "a\nb", "../../etc/passwd", "' OR 1=1 --"}) {
    const auto key = signer(1, kid);
    const auto token = decode(encode(Json::object(), key), key.verification_key(), {}, now);
    ASSERT_TRUE(token) << kid;
    EXPECT_EQ(token->kid(), kid);
  }
  const std::string longest(500, 'k');
  EXPECT_EQ(decode(encode(Json::object(), signer(1, longest)),
                   signer(1, longest).verification_key(), {}, now)
                ->kid(),
            longest);
}

TEST(KeySet, CopiesShareTheKeys) {
  KeySet copy;
  {
    const KeySet keys = numbered(2);
    copy = keys;
  }
  EXPECT_EQ(copy.keys().size(), 2u);
  EXPECT_EQ(refusal(encode(Json::object(), signer(1, "1")), copy), none);
}

}  // namespace
}  // namespace restjwt::jose
