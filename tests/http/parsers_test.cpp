#include <restjwt/http/parsers.hpp>

#include <gtest/gtest.h>

namespace restjwt::http {
namespace {

using namespace std::string_view_literals;
using Kind = BodyError::Kind;

constexpr auto json = "application/json";
constexpr auto form = "application/x-www-form-urlencoded";

/// The value as text, or what a client would read.
std::string read(std::string_view type, std::string_view body, const BodyLimits& limits = {}) {
  const auto value = parse_body(type, body, limits);
  return value ? to_text(*value) : "refused: " + value.error().detail;
}

Kind kind_of_refusal(std::string_view type, std::string_view body, const BodyLimits& limits = {}) {
  const auto value = parse_body(type, body, limits);
  EXPECT_FALSE(value) << body;
  return value ? Kind{} : value.error().kind;
}

TEST(ParseBody, TheTypeChoosesTheParser) {
  EXPECT_EQ(read(json, R"({"a":"1"})"), R"({"a":"1"})");
  EXPECT_EQ(read(form, "a=1"), R"({"a":"1"})");
  EXPECT_EQ(read("multipart/form-data; boundary=x",
                 "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n"),
            R"({"a":"1"})");
}

TEST(ParseBody, TheTypeIsMatchedWithoutCaseAndParameters) {
  EXPECT_EQ(read("Application/JSON; profile=x", "{}"), "{}");
  EXPECT_EQ(read("APPLICATION/X-WWW-FORM-URLENCODED; charset=iso-8859-1", "a=%C3%A9"),
            "{\"a\":\"\xC3\xA9\"}");
}

TEST(ParseBody, AnEmptyBodyIsAnEmptyObjectWhateverItsType) {
  for (const auto* type : {json, form, "multipart/form-data", "text/plain", "garbage", ""})
    EXPECT_EQ(read(type, ""), "{}") << type;
}

TEST(ParseBody, OtherTypesAreRefused) {
  for (const auto* type : {"", "garbage", "text/plain", "application/xml",
                           "application/vnd.api+json", "application/jsonx", "multipart/mixed"})
    EXPECT_EQ(kind_of_refusal(type, "x"), Kind::unsupported_media_type) << type;
}

TEST(ParseJsonBody, MayBeAnyValue) {
  for (const auto* body : {"[]", "\"abc\"", "42", "1.5", "null", "false", "{}"})
    EXPECT_EQ(read(json, body), body);
}

TEST(ParseJsonBody, TheLastOfTwoEqualNamesWins) {
  EXPECT_EQ(read(json, R"({"a":1,"a":2})"), R"({"a":2})");
}

TEST(ParseJsonBody, TheCharsetIsHonoured) {
  EXPECT_EQ(read("application/json; charset=iso-8859-1", "\"\xE9\""), "\"\xC3\xA9\"");
  EXPECT_EQ(read("application/json; charset=\"UTF-16\"", "\xFF\xFE{\0}\0"sv), "{}");
  EXPECT_EQ(read("application/json; charset=utf-8", "\"\xC3\xA9\""), "\"\xC3\xA9\"");
}

TEST(ParseJsonBody, AnUnknownCharsetMeansUtf8) {
  EXPECT_EQ(read("application/json; charset=bogus", "\"\xC3\xA9\""), "\"\xC3\xA9\"");
}

TEST(ParseJsonBody, RefusesBytesOutsideTheCharset) {
  const auto refused = "refused: the body is not in the character set that Content-Type names";
  EXPECT_EQ(read("application/json; charset=us-ascii", "\"\xE9\""), refused);
  EXPECT_EQ(read("application/json; charset=utf-16", "{\0}"sv), refused);
  EXPECT_EQ(kind_of_refusal("application/json; charset=utf-16", "x"), Kind::json);
}

TEST(ParseJsonBody, RefusesWhatPythonsParserLetPass) {
  for (const auto* body : {"{\"a\":NaN}", "Infinity", "\"\\ud800\""})
    EXPECT_EQ(kind_of_refusal(json, body), Kind::json) << body;
}

TEST(ParseJsonBody, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(read(json, "abc"), "refused: not valid JSON: line 1 column 1 (char 0)");
  EXPECT_EQ(read(json, "{\"a\": 1,\n \"b\": x}"),
            "refused: not valid JSON: line 2 column 7 (char 15)");
  EXPECT_EQ(read(json, "\"a\xFF\""),
            "refused: not valid UTF-8, or half of a surrogate pair: line 1 column 3 (char 2)");
  EXPECT_EQ(read(json, "\xEF\xBB\xBF{}"), "refused: not valid JSON: line 1 column 1 (char 0)");
  EXPECT_EQ(read(json, "1e400"), "refused: number out of range: line 1 column 6 (char 5)");
}

TEST(ParseJsonBody, CountsCharactersNotBytes) {
  EXPECT_EQ(read(json, "[\"\xC3\xA9\xF0\x9F\x98\x80\",]"),
            "refused: not valid JSON: line 1 column 7 (char 6)");
}

TEST(ParseJsonBody, NeverRepeatsTheBody) {
  const auto value = parse_body(json, R"({"password":"s3cret" "x"})");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().detail.find("s3cret"), std::string::npos);
}

TEST(ParseJsonBody, IsRefusedBelowTheDeepestLevel) {
  EXPECT_EQ(read(json, "[[[]]]", {.max_depth = 3}), "[[[]]]");
  EXPECT_EQ(read(json, "[[[[]]]]", {.max_depth = 3}),
            "refused: arrays and objects nested too deeply: line 1 column 4 (char 3)");
}

TEST(ParseJsonBody, IsRefusedAboveTheMostMembers) {
  EXPECT_EQ(read(json, R"({"a":1,"b":2})", {.max_fields = 2}), R"({"a":1,"b":2})");
  EXPECT_EQ(read(json, R"({"a":1,"b":2,"c":3})", {.max_fields = 2}),
            "refused: more than 2 members");
}

TEST(ParseFormBody, DecodesPlusAndPercent) {
  EXPECT_EQ(read(form, "a+b=c+d%20%2B%26%3D%3d"), R"({"a b":"c d +&=="})");
  EXPECT_EQ(read(form, "u=%C3%A9"), "{\"u\":\"\xC3\xA9\"}");
}

TEST(ParseFormBody, ABadEscapeStaysAsItIs) {
  EXPECT_EQ(read(form, "a=%ZZ&b=%&c=%4&d=%+1&e=%-1&f=%4g&g=%%41"),
            R"({"a":"%ZZ","b":"%","c":"%4","d":"% 1","e":"%-1","f":"%4g","g":"%A"})");
}

TEST(ParseFormBody, TheLastOfTwoEqualNamesWins) {
  EXPECT_EQ(read(form, "a=1&a=2"), R"({"a":"2"})");
}

TEST(ParseFormBody, AFieldWithoutAnEqualsSignIsBlank) {
  EXPECT_EQ(read(form, "username&password"), R"({"password":"","username":""})");
  EXPECT_EQ(read(form, "a="), R"({"a":""})");
}

TEST(ParseFormBody, OnlyTheFirstEqualsSignParts) {
  EXPECT_EQ(read(form, "a=b=c"), R"({"a":"b=c"})");
}

TEST(ParseFormBody, NothingBetweenTwoSeparatorsIsNoField) {
  EXPECT_EQ(read(form, "&&a=1&"), R"({"a":"1"})");
  EXPECT_EQ(read(form, "&"), "{}");
}

TEST(ParseFormBody, BytesThatAreNotUtf8AreReplaced) {
  const auto replaced = "{\"a\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"}";
  EXPECT_EQ(read(form, "a=%FF%FE"), replaced);
  EXPECT_EQ(read(form, "a=\xFF\xFE"), replaced);
}

TEST(ParseFormBody, ANulCharacterIsKept) { EXPECT_EQ(read(form, "a=b%00"), R"({"a":"b\u0000"})"); }

TEST(ParseFormBody, ASemicolonPartsFieldsOnlyWhenAsked) {
  EXPECT_EQ(read(form, "a=1;b=2"), R"({"a":"1;b=2"})");
  EXPECT_EQ(read(form, "a=1;b=2&c=3", {.semicolon_separates = true}),
            R"({"a":"1","b":"2","c":"3"})");
}

TEST(ParseFormBody, IsRefusedAboveTheMostFields) {
  EXPECT_EQ(read(form, "a=1&a=2", {.max_form_fields = 2}), R"({"a":"2"})");
  EXPECT_EQ(read(form, "a=1&a=2&a=3", {.max_form_fields = 2}),
            "refused: The form has more than 2 fields.");
  EXPECT_EQ(kind_of_refusal(form, "a=1&b=2", {.max_form_fields = 1}), Kind::form);
}

}  // namespace
}  // namespace restjwt::http
