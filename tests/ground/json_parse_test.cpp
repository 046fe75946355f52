#include <cmath>

#include <gtest/gtest.h>
#include <restjwt/json.hpp>

namespace restjwt {
namespace {

std::string again(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = parse_json(text, limits);
  return value ? to_text(*value) : value.error().code.message();
}

std::string refusal(JsonErrc errc) { return make_error_code(errc).message(); }

JsonError error_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? JsonError{} : value.error();
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (; times > 0; --times) text += part;
  return text;
}

TEST(ParseJson, ReadsEveryKind) {
  EXPECT_EQ(again(R"( {"a" : [ null, true, false, -1, 2.5, "x" ], "b":{}} )"),
            R"({"a":[null,true,false,-1,2.5,"x"],"b":{}})");
}

TEST(ParseJson, ASingleValueIsADocument) {
  EXPECT_EQ(again("null"), "null");
  EXPECT_EQ(again("\"\""), "\"\"");
  EXPECT_EQ(again("7"), "7");
}

TEST(ParseJson, KeepsTheOrderOfMembers) {
  EXPECT_EQ(again(R"({"b":1,"a":2,"c":3})"), R"({"b":1,"a":2,"c":3})");
}

TEST(ParseJson, DecodesEscapes) {
  EXPECT_EQ(parse_json(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00")")->as_string(),
            "\"\\/\b\f\n\r\tA\xC3\xA9\xF0\x9F\x98\x80");
}

TEST(ParseJson, KeepsANulCharacter) {
  EXPECT_EQ(parse_json(R"("a\u0000b")")->as_string(), (std::string("a\0b", 3)));
}

TEST(ParseJson, JoinsAStringLongerThanTheParsersBuffer) {
  const std::string text = repeated("x\\n", 20'000);
  EXPECT_EQ(parse_json("\"" + text + "\"")->as_string(), repeated("x\n", 20'000));
  EXPECT_EQ(parse_json("{\"" + text + "\":1}")->as_object().front().first, repeated("x\n", 20'000));
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const auto* text : {"",        " ",          "abc",   "[1,]",   "{\"a\":1,}", "{'a':1}",
                           "[1",      "\"a",        "01",    "+1",     "1.",         ".5",
                           "nul",     "[1] // one", "/**/1", "\"\t\"", R"("\x41")",  R"("\u12g4")",
                           "{\"a\"}", "{1:2}",      "[1 2]", "tru",    "TRUE"})
    EXPECT_EQ(again(text), refusal(JsonErrc::syntax)) << text;
}

TEST(ParseJson, RefusesNanAndInfinity) {
  for (const auto* text : {"NaN", "Infinity", "-Infinity", "[nan]", "inf"})
    EXPECT_EQ(again(text), refusal(JsonErrc::syntax)) << text;
}

TEST(ParseJson, RefusesAnythingBehindTheValue) {
  EXPECT_EQ(again("{} x"), refusal(JsonErrc::syntax));
  EXPECT_EQ(again("1 2"), refusal(JsonErrc::syntax));
  EXPECT_EQ(again(std::string_view("1\0", 2)), refusal(JsonErrc::syntax));
  EXPECT_EQ(again("{} \r\n\t"), "{}");
}

TEST(ParseJson, RefusesAByteOrderMark) {
  EXPECT_EQ(again("\xEF\xBB\xBF{}"), refusal(JsonErrc::syntax));
}

TEST(ParseJson, RefusesBytesThatAreNotUtf8) {
  for (const auto* text : {"\"\xFF\"", "\"\xC3\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"",
                           "\"\xF4\x90\x80\x80\"", "\"a\\n\xE2\x82\"", "{\"\xFE\":1}"})
    EXPECT_EQ(again(text), refusal(JsonErrc::invalid_utf8)) << text;
  EXPECT_EQ(again("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""),
            "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
}

TEST(ParseJson, RefusesHalfOfASurrogatePair) {
  for (const auto* text :
       {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\n")", R"("\ud800\u0041")",
        R"("\ud800\ud800\udc00")", R"({"\udfff":1})", R"("\ud800\u0041 and something behind it")"})
    EXPECT_EQ(again(text), refusal(JsonErrc::invalid_utf8)) << text;
}

TEST(ParseJson, AnEscapedBackslashBeforeAUIsNoSurrogate) {
  EXPECT_EQ(parse_json(R"("\\ud800")")->as_string(), R"(\ud800)");
  EXPECT_EQ(again(R"(["\\ud800" x])"), refusal(JsonErrc::syntax));
}

TEST(ParseJson, AcceptsJustAsManyLevelsAsAllowed) {
  const JsonLimits three{.max_depth = 3};
  EXPECT_EQ(again("[[[1]]]", three), "[[[1]]]");
  EXPECT_EQ(again("[[[[]]]]", three), refusal(JsonErrc::too_deep));
  EXPECT_EQ(again(R"({"a":{"a":[{}]}})", three), refusal(JsonErrc::too_deep));
  EXPECT_EQ(again("1", {.max_depth = 0}), "1");
  EXPECT_EQ(again("[]", {.max_depth = 0}), refusal(JsonErrc::too_deep));
}

TEST(ParseJson, LevelsSideBySideDoNotAddUp) {
  EXPECT_EQ(again("[[],[],[[]],{}]", {.max_depth = 3}), "[[],[],[[]],{}]");
}

TEST(ParseJson, ThirtyTwoLevelsAreTheDefault) {
  EXPECT_TRUE(parse_json(repeated("[", 32) + repeated("]", 32)));
  EXPECT_EQ(again(repeated("[", 33) + repeated("]", 33)), refusal(JsonErrc::too_deep));
}

TEST(ParseJson, AMillionBracketsAreRefusedLikeAnyOther) {
  EXPECT_EQ(again(repeated("[", 1'000'000)), refusal(JsonErrc::too_deep));
}

TEST(ParseJsonDuplicates, AreRefused) {
  EXPECT_EQ(again(R"({"a":1,"b":2,"a":3})"), refusal(JsonErrc::duplicate_member));
  EXPECT_EQ(again(R"([{"x":{"a":1,"a":1}}])"), refusal(JsonErrc::duplicate_member));
  EXPECT_EQ(again(R"({"a":{"a":1},"b":{"a":1}})"), R"({"a":{"a":1},"b":{"a":1}})");
}

TEST(ParseJsonDuplicates, AreComparedAfterDecoding) {
  EXPECT_EQ(again(R"({"a":1,"\u0061":2})"), refusal(JsonErrc::duplicate_member));
}

TEST(ParseJsonDuplicates, TheLastWinsAtThePlaceOfTheFirstWhenAsked) {
  EXPECT_EQ(again(R"({"a":1,"b":2,"a":3,"a":4})", {.last_duplicate_wins = true}),
            R"({"a":4,"b":2})");
}

// Objects of more members are searched in another way.
TEST(ParseJsonDuplicates, AreFoundInALargeObjectToo) {
  std::string members;
  for (int i = 0; i < 5'000; ++i) members += "\"name" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(parse_json("{" + members + "\"other\":1}"));
  EXPECT_EQ(again("{" + members + "\"name17\":2}"), refusal(JsonErrc::duplicate_member));

  const auto lenient = parse_json("{" + members + "\"name17\":2}", {.last_duplicate_wins = true});
  ASSERT_TRUE(lenient);
  EXPECT_EQ(lenient->as_object().size(), 5'000u);
  EXPECT_EQ(lenient->as_object()[17].second, Json(2));
}

TEST(ParseJsonNumbers, IntegersOf64BitsAreExact) {
  EXPECT_EQ(parse_json("9223372036854775807").value(), Json(INT64_MAX));
  EXPECT_EQ(parse_json("-9223372036854775808").value(), Json(INT64_MIN));
  EXPECT_EQ(parse_json("-0").value(), Json(0));
}

TEST(ParseJsonNumbers, LargerIntegersBecomeDoubles) {
  EXPECT_EQ(parse_json("9223372036854775808").value(), Json(9223372036854775808.0));
  EXPECT_EQ(parse_json("-9223372036854775809").value(), Json(-9223372036854775809.0));
  EXPECT_EQ(parse_json("18446744073709551616").value(), Json(18446744073709551616.0));
}

TEST(ParseJsonNumbers, AFractionOrAnExponentMakesADouble) {
  EXPECT_EQ(parse_json("1.0").value(), Json(1.0));
  EXPECT_EQ(parse_json("1e3").value(), Json(1000.0));
  EXPECT_EQ(parse_json("-0.0").value(), Json(-0.0));
}

TEST(ParseJsonNumbers, ADoubleIsTheNearestOne) {
  EXPECT_EQ(parse_json("7205759403792793199999e-5").value(), Json(7205759403792793199999e-5));
  EXPECT_EQ(parse_json("0.1").value(), Json(0.1));
  EXPECT_EQ(parse_json("5e-324").value(), Json(5e-324));
  EXPECT_EQ(parse_json("1.7976931348623157e308").value(), Json(1.7976931348623157e308));
  EXPECT_EQ(parse_json("2.2250738585072011e-308").value(), Json(2.2250738585072011e-308));
}

TEST(ParseJsonNumbers, RefusesANumberThatNoDoubleHolds) {
  for (const std::string text : {"1e400", "-1e400", "1.8e308", "1e99999999999"})
    EXPECT_EQ(again(text), refusal(JsonErrc::number_range)) << text;
  EXPECT_EQ(again("1" + std::string(400, '0')), refusal(JsonErrc::number_range));
}

TEST(ParseJsonNumbers, ANumberTooNearToZeroIsZero) {
  EXPECT_EQ(parse_json("1e-400").value(), Json(0.0));
  EXPECT_TRUE(std::signbit(parse_json("-1e-400")->as_double()));
  EXPECT_EQ(parse_json("0e400").value(), Json(0.0));
}

TEST(ParseJsonError, TellsTheByteWhereItStopped) {
  EXPECT_EQ(error_of("").offset, 0u);
  EXPECT_EQ(error_of("[1,]").offset, 3u);
  EXPECT_EQ(error_of("[1").offset, 2u);
  EXPECT_EQ(error_of("{} x").offset, 3u);
  EXPECT_EQ(error_of("[1e400]").offset, 6u);
  EXPECT_EQ(error_of("\"ab\xFF\"").offset, 3u);
  EXPECT_EQ(error_of(R"("ab\ud800")").offset, 3u);
  EXPECT_EQ(error_of(R"([{"a":1,"a":2}])").offset, 13u);
  EXPECT_EQ(error_of(repeated("[", 40)).offset, 32u);
}

TEST(ParseJsonError, TellsTheByteFarIntoALongText) {
  const std::string items = repeated("1,", 9'999);
  EXPECT_EQ(error_of("[" + items + "x]").offset, 1 + items.size());
  EXPECT_EQ(error_of("[" + items + "\"\xFF\"]").offset, 2 + items.size());
}

// Found by the fuzzer: Boost.JSON writes behind a buffer of 4096 bytes when a piece of that size
// begins inside a character. Sanitizers and its own assertion see it.
TEST(ParseJsonError, TellsTheByteBehindACharacterThatCrossesAPiece) {
  for (std::size_t before = 2040; before < 2056; ++before) {
    for (const auto* split : {"\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\\u20ac", "\\ud83d\\ude00"}) {
      const std::string text =
          "[\"\\n" + std::string(before, 'x') + split + std::string(9000, 'y') + "\", ?]";
      const auto refused = parse_json(text);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().offset, text.size() - 2);
    }
  }
  for (std::size_t before = 4085; before < 4100; ++before) {
    const std::string text =
        "[\"\\n" + std::string(before, 'x') + "\xE2\x82\xAC" + std::string(9000, 'y') + "\", ?]";
    EXPECT_EQ(parse_json(text).error().offset, text.size() - 2);
  }
}

}  // namespace
}  // namespace restjwt
