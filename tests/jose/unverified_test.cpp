#include <restjwt/jose/unverified.hpp>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>

namespace restjwt::jose {
namespace {

std::string token_of(std::string_view header, std::string_view payload) {
  return base64url_encode(header) + '.' + base64url_encode(payload) + ".c2ln";
}

TEST(Peek, ShowsHeaderAndClaimsWithoutAKey) {
  const auto token = peek(token_of(R"({"alg":"HS256"})", R"({"sub":"a"})"));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->header, Json::object({{"alg", "HS256"}}));
  EXPECT_EQ(token->claims, Json::object({{"sub", "a"}}));
}

TEST(Peek, DoesNotLookAtAlgorithmAndCrit) {
  EXPECT_TRUE(peek(token_of(R"({"alg":"none","crit":["x"]})", "{}")));
  EXPECT_TRUE(peek(token_of("{}", "{}")));
}

TEST(Peek, RefusesTextOverItsLimit) {
  const std::string token = token_of("{}", "{}");
  EXPECT_TRUE(peek(token, token.size()));
  EXPECT_EQ(peek(token, token.size() - 1).error(), TokenErrc::too_long);
}

TEST(Peek, RefusesOtherShapes) {
  EXPECT_EQ(peek("").error(), TokenErrc::malformed);
  EXPECT_EQ(peek("e30.e30").error(), TokenErrc::malformed);
  EXPECT_EQ(peek("e30.e30..").error(), TokenErrc::malformed);
  EXPECT_TRUE(peek("e30.e30."));
}

TEST(Peek, RefusesPartsThatAreNoObjects) {
  EXPECT_EQ(peek(token_of("[]", "{}")).error(), TokenErrc::malformed);
  EXPECT_EQ(peek(token_of("{}", "[]")).error(), TokenErrc::malformed);
  EXPECT_EQ(peek(token_of("{}", "")).error(), TokenErrc::malformed);
}

TEST(Peek, RefusesDuplicateMembers) {
  EXPECT_EQ(peek(token_of(R"({"a":1,"a":1})", "{}")).error(), TokenErrc::malformed);
  EXPECT_EQ(peek(token_of("{}", R"({"a":1,"\u0061":1})")).error(), TokenErrc::malformed);
}

}  // namespace
}  // namespace restjwt::jose
