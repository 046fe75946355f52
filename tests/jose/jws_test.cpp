#include <restjwt/jose/jws.hpp>

#include <vector>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>

namespace restjwt::jose {
namespace {

const SigningKey key =
    SigningKey::from_secret(Secret(std::string(32, 's')), Algorithm::HS256).value();

TEST(Jws, SignsAnyBytes) {
  for (const std::string& payload :
       {std::string(), std::string("no JSON"), std::string("\0\xFF", 2)})
    EXPECT_EQ(verify_jws(sign_jws(payload, key), key.verification_key()).value(), payload);
}

TEST(Jws, HeaderTellsTheAlgorithmAndTheKey) {
  EXPECT_TRUE(sign_jws("x", key).starts_with(base64url_encode(R"({"alg":"HS256"})") + '.'));
  EXPECT_TRUE(sign_jws("x", key.with_kid("a"))
                  .starts_with(base64url_encode(R"({"alg":"HS256","kid":"a"})") + '.'));
}

TEST(Jws, ChangedPayloadIsRefused) {
  const std::string text = sign_jws("x", key);
  const std::string other = sign_jws("y", key);
  const auto mixed = other.substr(0, other.rfind('.')) + text.substr(text.rfind('.'));
  EXPECT_EQ(verify_jws(mixed, key.verification_key()).error(), TokenErrc::signature_mismatch);
}

TEST(Jws, PayloadThatIsNoBase64urlIsMalformedEvenWhenSigned) {
  for (const char* payload : {"A", "AB", "A=", "+/", " "}) {
    const std::string input = base64url_encode(R"({"alg":"HS256"})") + '.' + payload;
    const std::string text = input + '.' + base64url_encode(key.sign(input));
    EXPECT_EQ(verify_jws(text, key.verification_key()).error(), TokenErrc::malformed) << payload;
  }
}

TEST(Jws, WhatIsNoJwsIsMalformedWhateverElseIsWrong) {
  const std::string text = sign_jws("x", key);
  const std::string header = text.substr(0, text.find('.'));
  for (const std::string& wrong :
       std::vector<std::string>{header + ".A." + base64url_encode(std::string(32, 'x')),
                                header + ".eA.A", "A.eA.eA", "e30.eA.A", ".."})
    EXPECT_EQ(verify_jws(wrong, key.verification_key()).error(), TokenErrc::malformed) << wrong;
}

TEST(Jws, LengthIsLimited) {
  const std::string text = sign_jws(std::string(100, 'x'), key);
  Validation rules;
  rules.max_length = text.size();
  EXPECT_TRUE(verify_jws(text, key.verification_key(), rules));
  rules.max_length = text.size() - 1;
  EXPECT_EQ(verify_jws(text, key.verification_key(), rules).error(), TokenErrc::too_long);
}

}  // namespace
}  // namespace restjwt::jose
