// Whatever is wrong with a request, the answer is JSON.

#include "server/app_fixture.hpp"

namespace restjwt::test {
namespace {

struct Bad {
  const char* name;
  std::string request;
  int status;
};

class Refusal : public AppTest, public testing::WithParamInterface<Bad> {};

TEST_P(Refusal, IsJson) {
  start();
  const auto answer = ask(GetParam().request);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(answer.headers.find("Content-Type"), "application/json");
  const auto body = parse_json(answer.body);
  ASSERT_TRUE(body) << answer.body;
  EXPECT_TRUE(body->is_object());
}

INSTANTIATE_TEST_SUITE_P(
    App, Refusal,
    testing::Values(
        Bad{"NotHttp", "hello\r\n\r\n", 400}, Bad{"NoHost", "GET /healthz HTTP/1.1\r\n\r\n", 400},
        Bad{"TwoLengths",
            "POST /api-token-auth/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: "
            "2\r\n\r\nab",
            400},
        Bad{"MalformedJson",
            request_text("POST", "/api-token-auth/", "Content-Type: application/json\r\n", "{"),
            400},
        Bad{"NoToken", request_text("GET", "/protected-url/"), 401},
        Bad{"UnknownPath", request_text("GET", "/a/b"), 404},
        Bad{"OtherMethod", request_text("PUT", "/api-token-auth/"), 405},
        Bad{"OtherAccept", request_text("GET", "/protected-url/", "Accept: text/html\r\n"), 406},
        Bad{"LongBody", request_text("POST", "/api-token-auth/", {}, std::string(70'000, 'x')),
            413},
        Bad{"LongTarget", request_text("GET", "/" + std::string(9'000, 'x')), 414},
        Bad{"OtherMedia",
            request_text("POST", "/api-token-auth/", "Content-Type: text/plain\r\n", "x"), 415},
        Bad{"OtherExpectation", request_text("POST", "/api-token-auth/", "Expect: more\r\n"), 417},
        Bad{"LongField", request_text("GET", "/healthz", "A: " + std::string(9'000, 'x') + "\r\n"),
            431},
        Bad{"Connect", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501},
        Bad{"OtherVersion", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505}),
    [](const auto& bad) { return bad.param.name; });

}  // namespace
}  // namespace restjwt::test
