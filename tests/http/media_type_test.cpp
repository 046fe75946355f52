#include <gtest/gtest.h>
#include <restjwt/http/parsers.hpp>

namespace restjwt::http {
namespace {

TEST(ParseMediaType, LowersTheTypeAndKeepsTheParametersAsTheyAre) {
  const MediaType media = parse_media_type(" Application/JSON ; Charset=UTF-8; q=1");
  EXPECT_EQ(media.type, "application/json");
  EXPECT_EQ(media.parameters, " Charset=UTF-8; q=1");
}

TEST(ParseMediaType, TakesWildcardsAndSuffixes) {
  EXPECT_EQ(parse_media_type("*/*").type, "*/*");
  EXPECT_EQ(parse_media_type("application/vnd.api+json").type, "application/vnd.api+json");
}

TEST(ParseMediaType, WhatIsNotOfTheFormHasNoType) {
  for (const auto* text :
       {"", "garbage", "/", "a/", "/b", "a/b/c", "a b/c", "a/b c", ";a/b", "a,b/c"})
    EXPECT_EQ(parse_media_type(text).type, "") << text;
}

TEST(MediaTypeParameter, IsFoundByItsNameWithoutCase) {
  const MediaType media = parse_media_type("a/b; one=1;TWO = 2 ;three=3");
  EXPECT_EQ(media.parameter("one"), "1");
  EXPECT_EQ(media.parameter("two"), "2");
  EXPECT_EQ(media.parameter("Three"), "3");
  EXPECT_EQ(media.parameter("four"), "");
}

TEST(MediaTypeParameter, IsUnquoted) {
  EXPECT_EQ(parse_media_type(R"(a/b; x="1;2 \"3\" \\"; y=4)").parameter("x"), R"(1;2 "3" \)");
  EXPECT_EQ(parse_media_type(R"(a/b; x="1;2 \"3\" \\"; y=4)").parameter("y"), "4");
}

TEST(MediaTypeParameter, MayBeCutOff) {
  EXPECT_EQ(parse_media_type("a/b; x=\"1;2").parameter("x"), "1;2");
  EXPECT_EQ(parse_media_type("a/b; x=\"1\\").parameter("x"), "1\\");
  EXPECT_EQ(parse_media_type("a/b; x=").parameter("x"), "");
  EXPECT_EQ(parse_media_type("a/b; x").parameter("x"), "");
  EXPECT_EQ(parse_media_type("a/b;").parameter(""), "");
}

TEST(MediaTypeParameter, TheFirstOfTwoWins) {
  EXPECT_EQ(parse_media_type("a/b; x=1; x=2").parameter("x"), "1");
}

TEST(MediaTypeParameter, ANameInsideAQuotedValueIsNotFound) {
  EXPECT_EQ(parse_media_type(R"(a/b; x="; y=1"; z=2)").parameter("y"), "");
}

}  // namespace
}  // namespace restjwt::http
