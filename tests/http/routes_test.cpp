// The table of routes, and what every view has in common. Views here run without a socket.

#include <gtest/gtest.h>

#include <stdexcept>

#include <restjwt/http.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

using test::Site;

class RoutesTest : public testing::Test {
 protected:
  RoutesTest() {
    add_token_routes(routes, site.service);
    routes.add("/protected-url/", user_view(site.service, {jwt_authentication(site.service)}));
    routes.add("/public/",
               user_view(site.service, {jwt_authentication(site.service)}, Permission::allow_any));
    routes.add("/admin-only/", user_view(site.service, {jwt_authentication(site.service)},
                                         Permission::is_admin_user));
  }

  Request request(std::string method, std::string path, std::string body = {},
                  std::string type = "application/json") {
    Request made{.method = std::move(method), .path = std::move(path)};
    made.headers.add("Host", "127.0.0.1:8000");
    if (!body.empty()) made.headers.add("Content-Type", type);
    made.body = std::move(body);
    return made;
  }

  Request with_token(Request made, const std::string& token) {
    made.headers.add("Authorization", "JWT " + token);
    return made;
  }

  Response answer(const Request& asked) { return routes.answer(asked); }

  Site site;
  Routes routes{auth::Profile::v1_0_1};
};

std::string header(const Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("(none)"));
}

TEST_F(RoutesTest, ObtainAnswersTheTokenInTheOriginalsStyle) {
  const auto response =
      answer(request("POST", "/api-token-auth/", R"({"username":"admin","password":"abc123"})"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"token": ")" + site.token() + R"("})");
  EXPECT_EQ(header(response, "Allow"), "POST, OPTIONS");
  EXPECT_EQ(header(response, "Vary"), "Cookie");
  EXPECT_EQ(header(response, "X-Frame-Options"), "SAMEORIGIN");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(header(response, "Content-Type"), "application/json");
}

TEST_F(RoutesTest, ObtainTakesAForm) {
  const auto response = answer(request("POST", "/api-token-auth/", "username=admin&password=abc123",
                                       "application/x-www-form-urlencoded"));
  EXPECT_EQ(response.status, 200);
}

TEST_F(RoutesTest, ObtainNamesEveryMissingField) {
  const auto response = answer(request("POST", "/api-token-auth/", "{}"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(
      response.body,
      R"({"username": ["This field is required."], "password": ["This field is required."]})");
}

TEST_F(RoutesTest, ObtainRefusesBadCredentialsInOneSentence) {
  const auto response =
      answer(request("POST", "/api-token-auth/", R"({"username":"admin","password":"no"})"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            R"({"non_field_errors": ["Unable to login with provided credentials."]})");
}

TEST_F(RoutesTest, NumbersAndTruthAreTurnedIntoText) {
  site.add("123", "456");
  EXPECT_EQ(
      answer(request("POST", "/api-token-auth/", R"({"username":123,"password":456})")).status,
      200);
  site.add("True", "1.5");
  EXPECT_EQ(
      answer(request("POST", "/api-token-auth/", R"({"username":true,"password":1.5})")).status,
      200);
}

TEST_F(RoutesTest, UnknownMediaTypeIs415WithTheTypeAsItCame) {
  const auto response = answer(request("POST", "/api-token-auth/", "x", "text/plain; a=b"));
  EXPECT_EQ(response.status, 415);
  EXPECT_EQ(response.body, R"({"detail": "Unsupported media type 'text/plain; a=b' in request."})");
}

TEST_F(RoutesTest, VerifyAnswersTheVeryToken) {
  const auto token = site.token();
  const auto response =
      answer(request("POST", "/api-token-verify/", R"({"token":")" + token + R"("})"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"token": ")" + token + R"("})");
}

TEST_F(RoutesTest, RefreshRefusesGarbageWith400) {
  const auto response = answer(request("POST", "/api-token-refresh/", R"({"token":"a.b.c"})"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, R"({"non_field_errors": ["Error decoding signature."]})");
}

TEST_F(RoutesTest, ProtectedSaysWhoItIs) {
  for (const char* method : {"GET", "POST"}) {
    const auto response = answer(with_token(request(method, "/protected-url/"), site.token()));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"user": "admin"})");
    EXPECT_EQ(header(response, "Allow"), "GET, POST, HEAD, OPTIONS");
  }
}

TEST_F(RoutesTest, ProtectedWithoutATokenIs401WithAChallenge) {
  const auto response = answer(request("GET", "/protected-url/"));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(header(response, "WWW-Authenticate"), "JWT realm=\"api\"");
  EXPECT_EQ(response.body, R"({"detail": "Authentication credentials were not provided."})");
}

TEST_F(RoutesTest, ABadTokenIsRefusedOnAnOpenViewToo) {
  EXPECT_EQ(answer(request("GET", "/public/")).body, R"({"user": ""})");
  EXPECT_EQ(answer(with_token(request("GET", "/public/"), "abc")).status, 401);
}

TEST_F(RoutesTest, ABadTokenBeatsAWrongMethod) {
  EXPECT_EQ(answer(with_token(request("DELETE", "/protected-url/"), "abc")).status, 401);
  EXPECT_EQ(answer(with_token(request("DELETE", "/protected-url/"), site.token())).status, 405);
}

TEST_F(RoutesTest, AdminOnlyIsForStaff) {
  EXPECT_EQ(answer(with_token(request("GET", "/admin-only/"), site.token())).status, 200);
  const auto plain = site.service.issue(site.add("plain", "abc123"));
  const auto response = answer(with_token(request("GET", "/admin-only/"), plain));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.body, R"({"detail": "You do not have permission to perform this action."})");
  EXPECT_EQ(answer(request("GET", "/admin-only/")).status, 401);
}

TEST_F(RoutesTest, WrongMethodIs405AndHeadHasNoBody) {
  EXPECT_EQ(answer(request("GET", "/api-token-auth/")).body,
            R"({"detail": "Method 'GET' not allowed."})");
  const auto head = answer(request("HEAD", "/api-token-auth/"));
  EXPECT_EQ(head.status, 405);
  EXPECT_EQ(head.body, "");
}

TEST_F(RoutesTest, OptionsDescribesTheView) {
  const auto response = answer(request("OPTIONS", "/api-token-auth/"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*parse_json(response.body).value().find("name"), Json("Obtain Json Web Token"));
}

TEST_F(RoutesTest, APathMatchesExactly) {
  for (const char* path : {"/api-token-auth/whatever", "/API-TOKEN-AUTH/", "//api-token-auth/",
                           "/api-token-auth%2f", "/./api-token-auth/", "/", ""}) {
    const auto response = answer(request("POST", path));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.body, R"({"detail": "Not found"})");
  }
}

TEST_F(RoutesTest, WithoutItsSlashAPathLeadsToTheOneWithIt) {
  auto asked = request("POST", "/api-token-auth");
  asked.query = "a=b";
  const auto response = answer(asked);
  EXPECT_EQ(response.status, 301);
  EXPECT_EQ(header(response, "Location"), "http://127.0.0.1:8000/api-token-auth/?a=b");
  EXPECT_EQ(response.body, "");
}

TEST_F(RoutesTest, BehindATlsProxyTheRedirectStaysOnTls) {
  Routes behind_proxy{auth::Profile::v1_0_1, "https"};
  add_token_routes(behind_proxy, site.service);
  EXPECT_EQ(header(behind_proxy.answer(request("POST", "/api-token-auth")), "Location"),
            "https://127.0.0.1:8000/api-token-auth/");
}

TEST_F(RoutesTest, AcceptThatLeavesJsonOutIs406) {
  auto asked = request("GET", "/protected-url/");
  asked.headers.add("Accept", "text/html");
  EXPECT_EQ(answer(asked).status, 406);
}

TEST_F(RoutesTest, UnknownFormatIs404) {
  auto asked = request("POST", "/api-token-auth/");
  asked.query = "format=xml";
  EXPECT_EQ(answer(asked).status, 404);
  asked.query = "format=json";
  EXPECT_EQ(answer(asked).status, 400);
}

TEST_F(RoutesTest, IndentIsWhatTheClientAsks) {
  auto asked = with_token(request("GET", "/protected-url/"), site.token());
  asked.headers.add("Accept", "application/json; indent=4");
  const auto response = answer(asked);
  EXPECT_EQ(response.body, "{\n    \"user\": \"admin\"\n}");
  EXPECT_EQ(header(response, "Content-Type"), "application/json; indent=4");
}

// Django REST framework 3 leaves the parameter out of the type, and takes an indent of 0 for none.
TEST_F(RoutesTest, IndentInLaterProfilesIsDrf3s) {
  Routes later{auth::Profile::v1_11_0};
  later.add("/public/", user_view(site.service, {}, Permission::allow_any));
  const auto ask = [&](const std::string& accept) {
    auto asked = request("GET", "/public/");
    asked.headers.add("Accept", accept);
    return later.answer(asked);
  };
  const auto indented = ask("application/json; indent=2");
  EXPECT_EQ(header(indented, "Content-Type"), "application/json");
  EXPECT_EQ(indented.body, "{\n  \"user\": \"\"\n}");
  EXPECT_EQ(ask("application/json; indent=0").body.find('\n'), std::string::npos);
  EXPECT_EQ(ask("text/html").status, 200);
}

TEST_F(RoutesTest, FromMemoryOnlyWhatMemoryKnows) {
  const auto asked = with_token(request("GET", "/protected-url/"), site.token());
  EXPECT_FALSE(routes.answer(asked, auth::Reach::memory));
  EXPECT_EQ(routes.answer(asked, auth::Reach::store)->status, 200);
  EXPECT_EQ(routes.answer(asked, auth::Reach::memory)->status, 200);
}

TEST_F(RoutesTest, OnlyPostingALoginHashes) {
  EXPECT_EQ(routes.cost(request("POST", "/api-token-auth/")), Cost::hashing);
  EXPECT_EQ(routes.cost(request("GET", "/api-token-auth/")), Cost::fast);
  EXPECT_EQ(routes.cost(request("OPTIONS", "/api-token-auth/")), Cost::fast);
  EXPECT_EQ(routes.cost(request("POST", "/api-token-refresh/")), Cost::fast);
  EXPECT_EQ(routes.cost(request("POST", "/nowhere/")), Cost::fast);
}

TEST_F(RoutesTest, AFailingStoreIs503AndIsReported) {
  std::string reported;
  routes.on_failure([&](const Request&, const std::exception& error) { reported = error.what(); });
  routes.add_plain("/broken", Cost::slow,
                   [](const Request&) -> Response { throw auth::StoreError("locked"); });
  const auto response = answer(request("GET", "/broken"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(header(response, "Retry-After"), "1");
  EXPECT_EQ(reported, "locked");
}

TEST_F(RoutesTest, TheUnforeseenIsABare500WithTheRequestId) {
  routes.add_plain("/bug", Cost::fast,
                   [](const Request&) -> Response { throw std::logic_error("inner detail"); });
  auto asked = request("GET", "/bug");
  asked.request_id = "abc-1";
  const auto response = answer(asked);
  EXPECT_EQ(response.status, 500);
  EXPECT_NE(response.body.find("abc-1"), std::string::npos);
  EXPECT_EQ(response.body.find("inner detail"), std::string::npos);
}

TEST_F(RoutesTest, WhatHashesIsNotRunForAnAnswerFromMemory) {
  int runs = 0;
  routes.add("/hashes/", {.post = [&](const Call&) -> Answer {
                            ++runs;
                            return Response{};
                          },
                          .cost = Cost::hashing});
  routes.add_plain("/plain", Cost::hashing, [&](const Request&) {
    ++runs;
    return Response{};
  });
  for (const auto* path : {"/hashes/", "/plain"}) {
    EXPECT_FALSE(routes.answer(request("POST", path), auth::Reach::memory)) << path;
    EXPECT_TRUE(routes.answer(request("POST", path), auth::Reach::store)) << path;
  }
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace restjwt::http
