#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <restjwt/json.hpp>

namespace restjwt {
namespace {

const Json sample = Json::object({{"a", 1},
                                  {"b", Json::array({true, nullptr, "\xC3\xA9"})},
                                  {"c", Json::object()},
                                  {"d", Json::array()}});

TEST(ToText, CompactHasNoBlanksAndKeepsUtf8) {
  EXPECT_EQ(to_text(sample), "{\"a\":1,\"b\":[true,null,\"\xC3\xA9\"],\"c\":{},\"d\":[]}");
}

TEST(ToText, SpacedIsPythonsDefault) {
  EXPECT_EQ(to_text(sample, JsonStyle::spaced),
            R"({"a": 1, "b": [true, null, "\u00e9"], "c": {}, "d": []})");
}

TEST(ToText, AsciiIsCompactWithEscapes) {
  EXPECT_EQ(to_text(sample, JsonStyle::ascii), R"({"a":1,"b":[true,null,"\u00e9"],"c":{},"d":[]})");
}

TEST(ToText, AsciiWritesASurrogatePair) {
  EXPECT_EQ(to_text("\xF0\x9F\x98\x80", JsonStyle::ascii), R"("\ud83d\ude00")");
}

TEST(ToText, EscapesQuotesBackslashesAndControls) {
  EXPECT_EQ(to_text("\"\\/\b\f\n\r\t\x01\x1f\x7f"),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
  EXPECT_EQ(to_text("\x7f", JsonStyle::ascii), R"("\u007f")");
  EXPECT_EQ(to_text(std::string("\0", 1)), R"("\u0000")");
}

TEST(ToText, EscapesMemberNamesToo) {
  EXPECT_EQ(to_text(Json::object({{"a\"\n", 1}})), R"({"a\"\n":1})");
}

TEST(ToText, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(to_text("a\xFF\x62\xE2\x82"), "\"a\xEF\xBF\xBD\x62\xEF\xBF\xBD\"");
  EXPECT_EQ(to_text("\xED\xA0\x80", JsonStyle::ascii), R"("\ufffd\ufffd\ufffd")");
}

TEST(ToText, IntegersAreWrittenInFull) {
  EXPECT_EQ(to_text(Json(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(to_text(Json(INT64_MAX)), "9223372036854775807");
}

// The right column is what Python's repr writes.
TEST(ToText, DoublesAreShortAndStayDoubles) {
  const std::pair<double, const char*> doubles[] = {
      {1.0, "1.0"},
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {0.1, "0.1"},
      {1e30, "1e+30"},
      {1e16, "1e+16"},
      {1e15, "1000000000000000.0"},
      {123456789012345680.0, "1.2345678901234568e+17"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {1.5e-7, "1.5e-07"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {9007199254740993.0, "9007199254740992.0"},
      {-1795473396.25, "-1795473396.25"},
      {2.0 / 3, "0.6666666666666666"}};
  for (const auto& [value, text] : doubles) {
    EXPECT_EQ(to_text(value), text);
    EXPECT_EQ(parse_json(text).value(), Json(value));
  }
}

TEST(ToText, NanAndInfinityAreNull) {
  EXPECT_EQ(to_text(std::nan("")), "null");
  EXPECT_EQ(to_text(-std::numeric_limits<double>::infinity()), "null");
}

TEST(ToTextIndented, PutsEachItemOnALineOfItsOwn) {
  EXPECT_EQ(to_text_indented(sample, JsonStyle::compact, 2),
            "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null,\n    \"\xC3\xA9\"\n  ],\n"
            "  \"c\": {},\n  \"d\": []\n}");
}

// Python 2 left the blank behind the comma, and so do the recorded answers of 1.0.1.
TEST(ToTextIndented, SpacedKeepsTheBlankBehindTheComma) {
  EXPECT_EQ(to_text_indented(Json::object({{"a", 1}, {"b", 2}}), JsonStyle::spaced, 4),
            "{\n    \"a\": 1, \n    \"b\": 2\n}");
}

TEST(ToTextIndented, ByNothingStillBreaksLines) {
  EXPECT_EQ(to_text_indented(Json::array({1, 2}), JsonStyle::compact, 0), "[\n1,\n2\n]");
}

}  // namespace
}  // namespace restjwt
