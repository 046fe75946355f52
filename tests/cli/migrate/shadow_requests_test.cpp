#include "cli/migrate/shadow_requests.hpp"

#include <unistd.h>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.hpp"

namespace restjwt::cli::migrate {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr const char* token = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";

class ShadowRequests : public testing::Test {
 protected:
  ~ShadowRequests() override { std::filesystem::remove(file_); }

  std::vector<RecordedRequest> read(const std::string& text) {
    std::ofstream(file_) << text;
    return read_requests(file_, [](const std::string& name) -> std::optional<std::string> {
      if (name == "SECRET") return "a\"b&c";
      return std::nullopt;
    });
  }
  http::Request sent(const std::string& line, const std::vector<std::string>& tokens = {}) {
    return *filled(read(line).back(), tokens);
  }
  std::string complaint(const std::string& text) {
    try {
      read(text);
    } catch (const WrongUsage& wrong) {
      return wrong.what();
    }
    return "none";
  }

 private:
  std::filesystem::path file_ = std::filesystem::temp_directory_path() /
                                ("restjwt_shadow_" + std::to_string(getpid()) + ".jsonl");
};

TEST_F(ShadowRequests, APathIsEnough) {
  const auto request = sent(R"({"path": "/me/?page=2"})");
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/me/");
  EXPECT_EQ(request.query, "page=2");
  EXPECT_EQ(request.body, "");
}

TEST_F(ShadowRequests, BlankLinesAreLeftOut) {
  EXPECT_EQ(read("\n{\"path\": \"/a\"}\n\r\n{\"path\": \"/b\"}\n").size(), 2u);
}

TEST_F(ShadowRequests, ABodyMayBeTextOrJsonOrBase64) {
  EXPECT_EQ(sent(R"({"path": "/", "body": "a=1"})").body, "a=1");
  const auto json = sent(R"({"path": "/", "body": {"a": [1]}})");
  EXPECT_EQ(json.body, R"({"a":[1]})");
  EXPECT_EQ(json.headers.find("content-type"), "application/json");
  EXPECT_EQ(sent(R"({"path": "/", "body_b64": "/+8="})").body, "\xFF\xEF");
}

TEST_F(ShadowRequests, APasswordComesFromTheEnvironment) {
  constexpr const char* uses = R"("uses": {"password": "SECRET"}})";
  EXPECT_EQ(sent(std::string(R"({"path": "/", "body": {"p": "{password}"}, )") + uses).body,
            R"({"p":"a\"b&c"})");
  EXPECT_EQ(sent(std::string(R"({"path": "/", "body": "{\"p\": \"{password}\"}", )") + uses).body,
            R"({"p": "a\"b&c"})");
  EXPECT_EQ(sent(std::string(R"({"path": "/", "body": "p={password}", "headers": [["Content-Type",)"
                             R"( "application/x-www-form-urlencoded"]], )") +
                 uses)
                .body,
            "p=%61%22%62%26%63");
}

TEST_F(ShadowRequests, ATokenComesFromAnEarlierAnswer) {
  const auto requests = read(R"({"path": "/a"}
{"path": "/b", "headers": [["Authorization", "JWT {token}"]], "uses": {"token": 0}})");
  EXPECT_EQ(filled(requests[1], {token, ""})->headers.find("Authorization"),
            std::string("JWT ") + token);
  EXPECT_FALSE(filled(requests[1], {"", ""})) << "no token was issued";
}

TEST_F(ShadowRequests, OtherBracesStayAsTheyAre) {
  EXPECT_EQ(
      sent(R"({"path": "/", "body": "{}{token}{password", "uses": {"password": "SECRET"}})").body,
      "{}{token}{password");
}

TEST_F(ShadowRequests, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_THAT(complaint("{\"path\": \"/\"}\n\n[]"), EndsWith(".jsonl:3: not a JSON object"));
  EXPECT_THAT(complaint("{}"), EndsWith(":1: path: missing"));
  EXPECT_THAT(complaint(R"({"path": "/ "})"), EndsWith(":1: path: cannot be sent"));
  EXPECT_THAT(complaint(R"({"path": "http://a/"})"), EndsWith(":1: path: cannot be sent"));
  EXPECT_THAT(complaint(R"({"path": "/", "method": "G T"})"), EndsWith("method: cannot be sent"));
  EXPECT_THAT(complaint(R"({"path": "/", "header": []})"), HasSubstr("unknown member"));
  EXPECT_THAT(complaint(R"({"path": "/", "headers": [["A"]]})"), HasSubstr("[name, value]"));
  EXPECT_THAT(complaint(R"({"path": "/", "headers": [["A", "b\r\nC: d"]]})"),
              EndsWith("headers: a value that cannot be sent"));
  EXPECT_THAT(complaint(R"({"path": "/", "body_b64": "%"})"), EndsWith("body_b64: not base64"));
  EXPECT_THAT(complaint(R"({"path": "/", "uses": {"token": 0}})"), HasSubstr("an earlier request"));
  EXPECT_THAT(complaint(R"({"path": "/", "uses": {"p": "UNSET"}})"),
              EndsWith("uses: the environment variable is not set"));
  EXPECT_THAT(complaint("\n"), EndsWith("holds no request"));
}

TEST_F(ShadowRequests, NoComplaintRepeatsTheLine) {
  EXPECT_THAT(complaint(R"({"path": "/", "body": "hunter2")"), Not(HasSubstr("hunter2")));
}

TEST_F(ShadowRequests, AFileThatIsNotThereIsRefused) {
  EXPECT_THROW(read_requests("/nowhere.jsonl", {}), Refused);
}

TEST(ShadowIssuedToken, IsTheFirstInTheBodyOrElseInACookie) {
  http::Response answer;
  answer.headers.add("Set-Cookie", std::string("jwt=") + token + "; Path=/");
  EXPECT_EQ(issued_token(answer), token);
  answer.body = R"({"user": {"name": "a"}, "tokens": ["eyJhIjoxfQ.e30.c2ln"]})";
  EXPECT_EQ(issued_token(answer), "eyJhIjoxfQ.e30.c2ln");
  EXPECT_EQ(issued_token({}), "");
}

}  // namespace
}  // namespace restjwt::cli::migrate
