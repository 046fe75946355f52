#include <restjwt/unicode.hpp>

#include <gtest/gtest.h>

namespace restjwt {

bool operator==(const CodePoint& a, const CodePoint& b) {
  return a.value == b.value && a.size == b.size && a.valid == b.valid;
}

namespace {

TEST(FirstCodePoint, ReadsTheEdgesOfEachLength) {
  EXPECT_EQ(first_code_point("\x7F"), (CodePoint{0x7F, 1, true}));
  EXPECT_EQ(first_code_point("\xC2\x80"), (CodePoint{0x80, 2, true}));
  EXPECT_EQ(first_code_point("\xDF\xBF"), (CodePoint{0x7FF, 2, true}));
  EXPECT_EQ(first_code_point("\xE0\xA0\x80"), (CodePoint{0x800, 3, true}));
  EXPECT_EQ(first_code_point("\xEF\xBF\xBF"), (CodePoint{0xFFFF, 3, true}));
  EXPECT_EQ(first_code_point("\xF0\x90\x80\x80"), (CodePoint{0x10000, 4, true}));
  EXPECT_EQ(first_code_point("\xF4\x8F\xBF\xBF"), (CodePoint{0x10FFFF, 4, true}));
}

TEST(FirstCodePoint, RefusesOverlongForms) {
  for (const auto* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF"})
    EXPECT_FALSE(first_code_point(text).valid) << text;
}

TEST(FirstCodePoint, RefusesSurrogatesAndWhatLiesAboveUnicode) {
  for (const auto* text : {"\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"})
    EXPECT_FALSE(first_code_point(text).valid) << text;
  EXPECT_TRUE(first_code_point("\xED\x9F\xBF").valid);
}

TEST(FirstCodePoint, TakesAsManyWrongBytesAsCouldHaveBegunOne) {
  EXPECT_EQ(first_code_point("\x80"), (CodePoint{0xFFFD, 1, false}));
  EXPECT_EQ(first_code_point("\xE2\x82"), (CodePoint{0xFFFD, 2, false}));
  EXPECT_EQ(first_code_point("\xF0\x9F\x98x"), (CodePoint{0xFFFD, 3, false}));
  EXPECT_EQ(first_code_point("\xED\xA0\x80"), (CodePoint{0xFFFD, 1, false}));
}

TEST(FirstInvalidUtf8, TellsThePlaceOrTheEnd) {
  EXPECT_EQ(first_invalid_utf8(""), 0u);
  EXPECT_EQ(first_invalid_utf8("\xC3\xA9x"), 3u);
  EXPECT_EQ(first_invalid_utf8("\xC3\xA9\xFFx"), 2u);
  EXPECT_EQ(first_invalid_utf8("ab\xE2\x82"), 2u);
}

TEST(AppendUtf8, IsTheInverse) {
  for (const char32_t value : {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
    std::string text;
    append_utf8(text, value);
    EXPECT_EQ(first_code_point(text), (CodePoint{value, text.size(), true}));
  }
}

}  // namespace
}  // namespace restjwt
