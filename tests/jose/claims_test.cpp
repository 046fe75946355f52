#include <restjwt/jose/claims.hpp>

#include <gtest/gtest.h>

namespace restjwt::jose {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t horizon = 1'000'000'000'000;

Claims claims(std::string_view json) { return Claims::parse(json).value(); }
NumericDate at(std::chrono::microseconds time) { return NumericDate(time); }

TEST(Claims, RegisteredOnesHaveTheirTypes) {
  const Claims all = claims(
      R"({"iss":"me","sub":"42","jti":"a1","exp":1700000300,"nbf":1700000000.5,"iat":1700000000})");
  EXPECT_EQ(all.issuer(), "me");
  EXPECT_EQ(all.subject(), "42");
  EXPECT_EQ(all.token_id(), "a1");
  EXPECT_EQ(all.expires_at(), at(1700000300s));
  EXPECT_EQ(all.not_before(), at(1700000000s + 500ms));
  EXPECT_EQ(all.issued_at(), at(1700000000s));
}

TEST(Claims, AbsentOnesAreNotThere) {
  const Claims none = claims("{}");
  EXPECT_FALSE(none.issuer() || none.subject() || none.token_id());
  EXPECT_FALSE(none.expires_at() || none.not_before() || none.issued_at());
  EXPECT_FALSE(none.is_for(""));
}

TEST(Claims, OnesOfAnotherTypeAreNotThere) {
  const Claims odd = claims(R"({"iss":1,"sub":null,"jti":["a"],"exp":"1700000300","nbf":true})");
  EXPECT_FALSE(odd.issuer() || odd.subject() || odd.token_id());
  EXPECT_FALSE(odd.expires_at() || odd.not_before());
  EXPECT_TRUE(odd.find("iss")->is_int());
}

TEST(Claims, NumberThatNoClockWillShowIsNoTime) {
  EXPECT_EQ(claims(R"({"exp":1000000000000})").expires_at(), at(std::chrono::seconds(horizon)));
  EXPECT_EQ(claims(R"({"exp":-1000000000000})").expires_at(), at(-std::chrono::seconds(horizon)));
  for (const char* time : {"1000000000001", "-1000000000001", "9223372036854775807",
                           "-9223372036854775808", "1e308", "-1e308", "1000000000000.5"})
    EXPECT_FALSE(claims(R"({"exp":)" + std::string(time) + "}").expires_at()) << time;
}

TEST(Claims, AudienceIsOneStringOrAListOfStrings) {
  EXPECT_TRUE(claims(R"({"aud":"a"})").is_for("a"));
  EXPECT_FALSE(claims(R"({"aud":"a"})").is_for("A"));
  EXPECT_TRUE(claims(R"({"aud":["b","a"]})").is_for("a"));
  EXPECT_FALSE(claims(R"({"aud":["b"]})").is_for("a"));
  EXPECT_FALSE(claims(R"({"aud":[]})").is_for("a"));
}

TEST(Claims, AudienceListWithAnythingButStringsIsNobodys) {
  for (const char* aud : {R"(["a",1])", R"([1,"a"])", R"(["a",["a"]])", R"({"a":"a"})", "null"})
    EXPECT_FALSE(claims(R"({"aud":)" + std::string(aud) + "}").is_for("a")) << aud;
}

TEST(Claims, OthersAreFoundByTheirName) {
  const Claims some = claims(R"({"user_id":7,"admin":true})");
  EXPECT_EQ(some.find("user_id")->as_int(), 7);
  EXPECT_TRUE(some.find("admin")->as_bool());
  EXPECT_FALSE(some.find("user"));
}

TEST(Claims, GiveTheWholeAsOneValue) {
  EXPECT_EQ(claims(R"({"a":{"b":[1,null]},"c":"\u00fc"})").to_json(),
            Json::object({{"a", Json::object({{"b", Json::array({1, nullptr})}})}, {"c", "ü"}}));
  EXPECT_EQ(Claims().to_json(), Json::object());
}

TEST(Claims, AreAnObjectInStrictJson) {
  for (const char* text : {"", "[]", "1", R"({"a":1,"a":2})", R"({"a":1,})", "{\"a\":\"\xFF\"}"})
    EXPECT_EQ(Claims::parse(text).error(), TokenErrc::malformed) << text;
}

}  // namespace
}  // namespace restjwt::jose
