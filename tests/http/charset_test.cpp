#include "http/charset.hpp"

#include <gtest/gtest.h>

namespace restjwt::http {
namespace {

using namespace std::string_view_literals;

constexpr auto e_acute_and_smile = "\xC3\xA9\xF0\x9F\x98\x80"sv;

TEST(DecodeText, HandsUtf8OnAsItIs) {
  EXPECT_EQ(decode_text("utf-8", "\xC3\xA9"), "\xC3\xA9");
  EXPECT_EQ(decode_text("", "\xC3\xA9"), "\xC3\xA9");
}

TEST(DecodeText, TakesAnUnknownNameForUtf8) { EXPECT_EQ(decode_text("bogus", "x"), "x"); }

TEST(DecodeText, Latin1IsTheFirst256CodePoints) {
  EXPECT_EQ(decode_text("ISO-8859-1", "a\xE9\xFF"), "a\xC3\xA9\xC3\xBF");
}

TEST(DecodeText, AsciiEndsAt127) {
  EXPECT_EQ(decode_text("us-ascii", "a\x7F"), "a\x7F");
  EXPECT_EQ(decode_text("us-ascii", "a\x80"), std::nullopt);
}

TEST(DecodeText, Utf16FollowsItsByteOrderMark) {
  EXPECT_EQ(decode_text("utf-16", "\xFF\xFE\xE9\0\x3D\xD8\x00\xDE"sv), e_acute_and_smile);
  EXPECT_EQ(decode_text("utf-16", "\xFE\xFF\0\xE9\xD8\x3D\xDE\x00"sv), e_acute_and_smile);
}

TEST(DecodeText, NamesMayBeSpeltAsPythonTakesThem) {
  for (const auto* name : {"utf16", "UTF_16", "utf-16le", "UTF-16-LE"})
    EXPECT_EQ(decode_text(name, "a\0"sv), "a") << name;
  EXPECT_EQ(decode_text("utf-16be", "\0a"sv), "a");
  EXPECT_EQ(decode_text("utf-32be", "\0\0\0a"sv), "a");
  for (const auto* name : {"latin1", "latin-1", "iso8859-1", "ISO_8859_1"})
    EXPECT_EQ(decode_text(name, "\xE9"), "\xC3\xA9") << name;
}

TEST(DecodeText, Utf16WithoutAMarkIsLittleEndian) {
  EXPECT_EQ(decode_text("UTF-16", "a\0"sv), "a");
}

TEST(DecodeText, Utf16RefusesHalves) {
  for (const auto bytes : {"a"sv, "a\0b"sv, "\x3D\xD8"sv, "\x3D\xD8 "sv, "\x3D\xD8 \0"sv,
                           "\x00\xDE"sv, "\x3D\xD8\x3D\xD8"sv})
    EXPECT_EQ(decode_text("utf-16", bytes), std::nullopt);
}

TEST(DecodeText, Utf32FollowsItsByteOrderMark) {
  EXPECT_EQ(decode_text("utf-32", "\xFF\xFE\0\0\xE9\0\0\0\x00\xF6\x01\0"sv), e_acute_and_smile);
  EXPECT_EQ(decode_text("utf-32", "\0\0\xFE\xFF\0\0\0\xE9\0\x01\xF6\x00"sv), e_acute_and_smile);
  EXPECT_EQ(decode_text("utf-32", "a\0\0\0"sv), "a");
}

TEST(DecodeText, Utf32RefusesSurrogatesAndWhatLiesAboveUnicode) {
  EXPECT_EQ(decode_text("utf-32", "\x00\xD8\0\0"sv), std::nullopt);
  EXPECT_EQ(decode_text("utf-32", "\0\0\x11\0"sv), std::nullopt);
  EXPECT_EQ(decode_text("utf-32", "a\0\0"sv), std::nullopt);
}

TEST(DecodeText, NothingIsAnEmptyTextInEachOfThem) {
  for (const auto* charset : {"utf-8", "utf-16", "utf-32", "iso-8859-1", "us-ascii"})
    EXPECT_EQ(decode_text(charset, ""), "") << charset;
}

TEST(LossyUtf8, LeavesUtf8Alone) {
  EXPECT_EQ(lossy_utf8(std::string(e_acute_and_smile)), e_acute_and_smile);
  EXPECT_EQ(lossy_utf8(""), "");
}

// As many replacement characters as Python's errors="replace" writes.
TEST(LossyUtf8, ReplacesWhatIsNot) {
  EXPECT_EQ(lossy_utf8("a\xFF\xFEz"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(lossy_utf8("\xE2\x82z"), "\xEF\xBF\xBDz");
  EXPECT_EQ(lossy_utf8("\xF0\x9F\x98"), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace restjwt::http
