// The names of keys (RFC 7515 §4.1.4): what encode() writes, and which keys decode() tries.
#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwt.hpp>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

/// Each filling is another secret.
SigningKey signer(char filling, Algorithm algorithm = Algorithm::HS256) {
  return SigningKey::from_secret(Secret(std::string(64, filling)), algorithm).value();
}

VerificationKey key(char filling, std::string kid = {}, Algorithm algorithm = Algorithm::HS256) {
  return signer(filling, algorithm).verification_key().with_kid(std::move(kid));
}

/// A token signed with HS256 whose header has this text as its "kid"; none: no member.
std::string token_of(char filling, std::string_view kid_text = {}) {
  const std::string kid = kid_text.empty() ? "" : ",\"kid\":" + std::string(kid_text);
  const std::string input = base64url_encode(R"({"alg":"HS256")" + kid + "}") + ".e30";
  return input + '.' + base64url_encode(signer(filling).sign(input));
}

/// No error when the token is good.
std::error_code refusal(std::string_view token, const std::vector<VerificationKey>& keys,
                        const Validation& rules = {}) {
  const auto decoded = decode(token, KeySet(keys), rules, now);
  return decoded ? std::error_code{} : decoded.error();
}

const std::error_code none;

TEST(Kid, KeyHasNoneUntilItIsGivenOne) {
  EXPECT_EQ(signer('s').kid(), "");
  EXPECT_EQ(signer('s').verification_key().kid(), "");
  EXPECT_EQ(key('s', "new").kid(), "new");
}

TEST(Kid, GivingANameLeavesTheOtherHandleAsItWas) {
  const SigningKey plain = signer('s');
  const SigningKey named = plain.with_kid("a");
  const SigningKey renamed = named.with_kid("b");
  EXPECT_EQ(plain.kid(), "");
  EXPECT_EQ(named.kid(), "a");
  EXPECT_EQ(renamed.kid(), "b");
  EXPECT_EQ(plain.sign("text"), renamed.sign("text"));
}

TEST(Kid, VerificationKeyKeepsTheNameOfTheSigningKey) {
  EXPECT_EQ(signer('s').with_kid("a").verification_key().kid(), "a");
}

TEST(Kid, StandsBehindTypAndAlg) {
  const std::string token = encode(Json::object(), signer('s').with_kid("a"));
  EXPECT_TRUE(
      token.starts_with(base64url_encode(R"({"typ":"JWT","alg":"HS256","kid":"a"})") + '.'));
}

TEST(Kid, IsWrittenInAscii) {
  const std::string token = encode(Json::object(), signer('s').with_kid("\u00FC"));
  EXPECT_TRUE(
      token.starts_with(base64url_encode(R"({"typ":"JWT","alg":"HS256","kid":"\u00fc"})") + '.'));
  EXPECT_EQ(refusal(token, {key('s', "\u00FC")}), none);
}

TEST(Kid, WithoutOneTheHeaderHasNone) {
  EXPECT_TRUE(encode(Json::object(), signer('s'))
                  .starts_with(base64url_encode(R"({"typ":"JWT","alg":"HS256"})") + '.'));
}

TEST(Kid, KeyOfThatNameIsTried) {
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {key('x', "b"), key('s', "a")}), none);
}

TEST(Kid, KeyOfAnotherNameIsNotTriedEvenIfItFits) {
  const std::string token = token_of('s', R"("a")");
  EXPECT_EQ(refusal(token, {key('x', "a"), key('s', "b")}), TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(token, {key('s', "b")}), TokenErrc::unknown_key);
}

TEST(Kid, NameIsExact) {
  for (const char* kid : {R"("A")", R"("a ")", R"("a\u0000")", R"("aa")", R"("../a")"}) {
    EXPECT_EQ(refusal(token_of('s', kid), {key('s', "a")}), TokenErrc::unknown_key) << kid;
  }
  EXPECT_EQ(refusal(token_of('s', R"("\u0061")"), {key('s', "a")}), none);
}

TEST(Kid, TwoKeysMayHaveOneName) {
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {key('x', "a"), key('s', "a")}), none);
}

TEST(Kid, KeyWithoutANameIsTriedForEachToken) {
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {key('s')}), none);
  EXPECT_EQ(refusal(token_of('s'), {key('s')}), none);
}

TEST(Kid, TokenWithoutOneIsTriedWithEachKey) {
  EXPECT_EQ(refusal(token_of('s'), {key('x', "a"), key('s', "b")}), none);
  EXPECT_EQ(refusal(token_of('s'), {key('x', "a"), key('y', "b")}), TokenErrc::signature_mismatch);
}

TEST(Kid, EmptyOneIsNone) {
  EXPECT_EQ(refusal(token_of('s', R"("")"), {key('x', "a"), key('s', "b")}), none);
}

TEST(Kid, MustBeAString) {
  for (const char* kid : {"1", "null", "true", "1.5", R"(["a"])", R"({"kid":"a"})"}) {
    EXPECT_EQ(refusal(token_of('s', kid), {key('s', "a")}), TokenErrc::unknown_key) << kid;
    EXPECT_EQ(refusal(token_of('s', kid), {key('s')}), TokenErrc::unknown_key) << kid;
  }
}

TEST(Kid, MustBeThereWhereItIsRequired) {
  const Validation rules{.require_kid = true};
  EXPECT_EQ(refusal(token_of('s'), {key('s', "a")}, rules), TokenErrc::unknown_key);
  EXPECT_EQ(refusal(token_of('s', R"("")"), {key('s', "a")}, rules), TokenErrc::unknown_key);
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {key('s', "a")}, rules), none);
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {key('s')}, rules), none);
  EXPECT_EQ(refusal(token_of('s'), {key('s'), key('x', "a")}, rules), none);
}

TEST(Kid, AlgorithmOfNoKeyIsReportedBeforeAnUnknownName) {
  const auto hs512 = key('s', "b", Algorithm::HS512);
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {hs512}), TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(token_of('s', "1"), {hs512}), TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(token_of('s'), {hs512}, {.require_kid = true}),
            TokenErrc::algorithm_not_allowed);
}

TEST(Kid, UnknownNameIsReportedWhereTheAlgorithmIsThatOfSomeKey) {
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {key('s', "b"), key('s', "c", Algorithm::HS512)}),
            TokenErrc::unknown_key);
}

TEST(Kid, NamedKeyOfAnotherAlgorithmIsNotAllowed) {
  EXPECT_EQ(refusal(token_of('s', R"("a")"), {key('s', "b"), key('s', "a", Algorithm::HS512)}),
            TokenErrc::algorithm_not_allowed);
}

TEST(Kid, UnknownNameIsReportedBeforeTheClaims) {
  const std::string token = encode(Json::object({{"exp", 1}}), signer('s').with_kid("a"));
  EXPECT_EQ(refusal(token, {key('s', "a")}), TokenErrc::expired);
  EXPECT_EQ(refusal(token, {key('s', "b")}), TokenErrc::unknown_key);
}

}  // namespace
}  // namespace restjwt::jose
