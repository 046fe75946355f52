#include <gtest/gtest.h>
#include <restjwt/http/parsers.hpp>

namespace restjwt::http {
namespace {

std::string read(std::string_view body, std::string_view boundary = "x",
                 const BodyLimits& limits = {}) {
  const auto value = parse_multipart_body(boundary, body, limits);
  if (value) return to_text(*value);
  EXPECT_EQ(value.error().kind, BodyError::Kind::multipart);
  return "refused: " + value.error().detail;
}

std::string part(std::string_view disposition, std::string_view content) {
  return "--x\r\nContent-Disposition: " + std::string(disposition) + "\r\n\r\n" +
         std::string(content) + "\r\n";
}

const std::string a_is_1 = part("form-data; name=\"a\"", "1");

TEST(ParseMultipartBody, ReadsTheFields) {
  EXPECT_EQ(read(a_is_1 + part("form-data; name=\"b\"", "2") + "--x--\r\n"),
            R"({"a":"1","b":"2"})");
}

TEST(ParseMultipartBody, TheLastOfTwoEqualNamesWins) {
  EXPECT_EQ(read(a_is_1 + part("form-data; name=\"a\"", "2") + "--x--"), R"({"a":"2"})");
}

TEST(ParseMultipartBody, ContentKeepsItsBytes) {
  EXPECT_EQ(read(part("form-data; name=a", " \r\n--y\r\n\r\n+%41 ") + "--x--"),
            R"({"a":" \r\n--y\r\n\r\n+%41 "})");
  EXPECT_EQ(read(part("form-data; name=a", "") + "--x--"), R"({"a":""})");
}

TEST(ParseMultipartBody, ContentIsNotTransferDecoded) {
  EXPECT_EQ(read("--x\r\nContent-Transfer-Encoding: base64\r\n"
                 "Content-Disposition: form-data; name=a\r\n\r\nYWJj\r\n--x--"),
            R"({"a":"YWJj"})");
}

TEST(ParseMultipartBody, NamesMayBeQuotedAndEscaped) {
  EXPECT_EQ(read(part(R"(form-data; name="a\"; b")", "1") + "--x--"), R"({"a\"; b":"1"})");
}

TEST(ParseMultipartBody, HeaderNamesAreReadWithoutCaseAndOthersAreSkipped) {
  EXPECT_EQ(read("--x\r\nX-Other: y\r\nno colon\r\ncontent-disposition:form-data;name=a\r\n"
                 "Content-Type: text/plain\r\n\r\n1\r\n--x--"),
            R"({"a":"1"})");
}

TEST(ParseMultipartBody, FilesAreLeftOut) {
  EXPECT_EQ(read(part(R"(form-data; name="f"; filename="f.txt")", "text") + a_is_1 + "--x--"),
            R"({"a":"1"})");
  EXPECT_EQ(read(part("form-data; name=f; filename*=UTF-8''f", "text") + "--x--"), "{}");
}

TEST(ParseMultipartBody, AnEmptyFileNameIsNoFile) {
  EXPECT_EQ(read(part(R"(form-data; name="a"; filename="")", "1") + "--x--"), R"({"a":"1"})");
}

TEST(ParseMultipartBody, PartsThatAreNoFieldsAreSkipped) {
  EXPECT_EQ(read("--x\r\n\r\nno header\r\n--x\r\nneither\r\n" + part("form-data", "no name") +
                 a_is_1 + "--x--"),
            R"({"a":"1"})");
}

TEST(ParseMultipartBody, WhatStandsBeforeAndBehindIsSkipped) {
  EXPECT_EQ(read("preamble\r\n" + a_is_1 + "--x--\r\nepilogue\r\n" + a_is_1), R"({"a":"1"})");
}

TEST(ParseMultipartBody, BlanksBehindTheBoundaryAreSkipped) {
  EXPECT_EQ(read("--x \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--"),
            R"({"a":"1"})");
}

TEST(ParseMultipartBody, ALongerBoundaryIsContent) {
  EXPECT_EQ(read(part("form-data; name=a", "1\r\n--xy\r\n2") + "--x--"),
            R"({"a":"1\r\n--xy\r\n2"})");
}

TEST(ParseMultipartBody, ACutOffBodyIsReadAsFarAsItGoes) {
  EXPECT_EQ(read(a_is_1 + "--x\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n-"),
            R"({"a":"1","b":"2\r\n-"})");
  EXPECT_EQ(read(a_is_1 + "--x\r\nContent-Dispo"), R"({"a":"1"})");
  EXPECT_EQ(read(a_is_1 + "--x"), R"({"a":"1"})");
  EXPECT_EQ(read("--x"), "{}");
  EXPECT_EQ(read("nothing of the kind"), "{}");
}

TEST(ParseMultipartBody, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(read(part("form-data; name=\"\xFF\"", "\xFE") + "--x--"),
            "{\"\xEF\xBF\xBD\":\"\xEF\xBF\xBD\"}");
}

TEST(ParseMultipartBody, WithoutABoundaryIsRefusedAsDjangoDoes) {
  EXPECT_EQ(read(a_is_1, ""), "refused: Invalid boundary in multipart: None");
  EXPECT_EQ(parse_body("multipart/form-data", a_is_1).error().detail,
            "Invalid boundary in multipart: None");
}

TEST(ParseMultipartBody, ABoundaryThatIsNoneIsRefused) {
  for (const auto& boundary :
       {std::string("a\nb"), std::string("\xC3\xA9"), std::string("a "), std::string(71, 'x')})
    EXPECT_EQ(read(a_is_1, boundary), "refused: Invalid boundary in multipart");
}

TEST(ParseMultipartBody, ABoundaryMayHaveSeventyCharactersAndBlanks) {
  const std::string boundary = "a 'b' " + std::string(64, 'c');
  EXPECT_EQ(read("--" + boundary + "\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--" +
                     boundary + "--",
                 boundary),
            R"({"a":"1"})");
}

TEST(ParseMultipartBody, IsRefusedAboveTheMostParts) {
  EXPECT_EQ(read(a_is_1 + a_is_1 + "--x--", "x", {.max_fields = 2}), R"({"a":"1"})");
  EXPECT_EQ(read(a_is_1 + a_is_1 + a_is_1 + "--x--", "x", {.max_fields = 2}),
            "refused: more than 2 parts");
}

}  // namespace
}  // namespace restjwt::http
