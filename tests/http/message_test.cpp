#include <restjwt/http/message.hpp>

#include <gtest/gtest.h>

namespace restjwt::http {
namespace {

TEST(SameName, DisregardsTheCaseOfAsciiLetters) {
  EXPECT_TRUE(same_name("Content-Type", "content-tYPE"));
  EXPECT_TRUE(same_name("", ""));
  EXPECT_FALSE(same_name("Content-Type", "Content-Typ"));
  EXPECT_FALSE(same_name("Content-Type", "Content_Type"));
}

TEST(SameName, DoesNotFoldWhatIsNoLetter) {
  EXPECT_FALSE(same_name("@", "`"));
  EXPECT_FALSE(same_name("[", "{"));
  EXPECT_FALSE(same_name("\xC3\x84", "\xC3\xA4"));
}

TEST(Headers, KeepTheOrderAndTheSpelling) {
  Headers headers;
  headers.add("B", "2");
  headers.add("a", "1");
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].name, "B");
  EXPECT_EQ(headers[0].value, "2");
  EXPECT_EQ(headers[1].name, "a");
  EXPECT_EQ(headers[1].value, "1");
}

TEST(Headers, FindTheFirstOfThatName) {
  Headers headers;
  headers.add("X", "1");
  headers.add("x", "2");
  EXPECT_EQ(headers.find("X"), "1");
  EXPECT_EQ(headers.find("x"), "1");
  EXPECT_EQ(headers.find("y"), std::nullopt);
}

TEST(Headers, AnEmptyValueIsNotNoValue) {
  Headers headers;
  headers.add("X", "");
  EXPECT_EQ(headers.find("X"), "");
}

TEST(Headers, JoinAllOfThatNameWithACommaAsWsgiDoes) {
  Headers headers;
  headers.add("Authorization", "JWT a");
  headers.add("Other", "x");
  headers.add("authorization", "JWT b");
  EXPECT_EQ(headers.joined("Authorization"), "JWT a,JWT b");
  EXPECT_EQ(headers.joined("Other"), "x");
  EXPECT_EQ(headers.joined("Missing"), std::nullopt);
}

TEST(Headers, SetReplacesTheFirstAndLeavesItsPlace) {
  Headers headers;
  headers.add("A", "1");
  headers.add("B", "2");
  headers.set("a", "a much longer value");
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].name, "A");
  EXPECT_EQ(headers[0].value, "a much longer value");
  EXPECT_EQ(headers[1].value, "2");
}

TEST(Headers, SetAddsWhatIsNotThere) {
  Headers headers;
  headers.set("A", "1");
  EXPECT_EQ(headers.find("A"), "1");
}

TEST(Headers, ACopyKeepsItsOwnText) {
  Headers original;
  original.add("A", "1");
  const Headers copy = original;
  original.clear();
  EXPECT_EQ(copy.find("A"), "1");
  EXPECT_EQ(original.size(), 0u);
}

TEST(Request, ClearEmptiesEveryPartAndKeepsTheMemory) {
  Request request{.method = "POST", .path = "/a", .query = "b", .body = std::string(1000, 'x')};
  request.request_id = "id";
  request.remote_address = "::1";
  request.headers.add("A", "1");
  const auto capacity = request.body.capacity();
  request.clear();
  for (const auto& part : {request.method, request.path, request.query, request.body,
                           request.request_id, request.remote_address})
    EXPECT_EQ(part, "");
  EXPECT_EQ(request.headers.size(), 0u);
  EXPECT_EQ(request.body.capacity(), capacity);
}

TEST(ReasonPhrase, IsThatOfRfc9110) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(415), "Unsupported Media Type");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
}

TEST(ReasonPhrase, EveryStatusWeSendHasOne) {
  for (const int status : {200, 201, 204, 301, 400, 401, 403, 404, 405, 406, 408,
                           411, 413, 414, 415, 417, 429, 431, 500, 501, 503, 505})
    EXPECT_NE(reason_phrase(status), "") << status;
  EXPECT_EQ(reason_phrase(299), "");
}

}  // namespace
}  // namespace restjwt::http
