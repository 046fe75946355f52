// Requests that a page of somebody else makes its visitor's browser send.

#include <gtest/gtest.h>

#include <restjwt/http.hpp>

#include "http/csrf.hpp"
#include "http/origin.hpp"
#include "support/site.hpp"

namespace restjwt::http {
namespace {

using Header = std::pair<const char*, std::string>;
using HeaderList = std::vector<Header>;

TEST(Origin, IsWrittenAsBrowsersDo) {
  EXPECT_EQ(origin_of("https://example.com"), "https://example.com");
  EXPECT_EQ(origin_of("HTTPS://Example.COM:443/path?a#b"), "https://example.com");
  EXPECT_EQ(origin_of("http://example.com:80"), "http://example.com");
  EXPECT_EQ(origin_of("http://example.com:443"), "http://example.com:443");
  EXPECT_EQ(origin_of("http://localhost:8000?a"), "http://localhost:8000");
  EXPECT_EQ(origin_of("http://[::1]:8000/"), "http://[::1]:8000");
  EXPECT_EQ(origin_of("https://[::1]"), "https://[::1]");
}

TEST(Origin, OfAnythingElseThereIsNone) {
  for (const auto* text : {"",
                           "null",
                           "*",
                           "example.com",
                           "//example.com",
                           "://a",
                           "http://",
                           "http:///a",
                           "http://:80",
                           "ftp://example.com",
                           "file:///",
                           "http://user@example.com",
                           "http://a b",
                           "http://a:x",
                           "http://a:",
                           "http://a:123456",
                           "http://a,http://b",
                           "http://[::1",
                           "http://[]",
                           "http://a]",
                           "http://[::1]x",
                           "http://[::1]:",
                           "http://\xc3\xa9",
                           "http://a\\b"})
    EXPECT_EQ(origin_of(text), std::nullopt) << text;
  EXPECT_EQ(origin_of("http://" + std::string(100'000, 'a')), std::nullopt);
}

class Csrf : public testing::Test {
 protected:
  static auth::Settings settings() {
    auto settings = test::test_settings();
    settings.cookies.auth = "jwt";
    settings.cookies.impersonation = "imp";
    return settings;
  }

  Routes routes_of(const std::string& scheme, const Cors& cors = {}) {
    Routes made{auth::Profile::v1_0_1, scheme};
    made.allow(cors);
    add_token_routes(made, site.service);
    made.add("/protected-url/", user_view(site.service, {jwt_authentication(site.service)}));
    return made;
  }

  Response send(const std::string& method, const HeaderList& headers,
                const std::string& path = "/protected-url/", const std::string& body = "") const {
    Request request{.method = method, .path = path};
    request.headers.add("Host", "api.example.com");
    request.headers.add("Content-Type", "application/json");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    request.body = body;
    return routes->answer(request);
  }
  Response post(const HeaderList& headers) const { return send("POST", headers); }

  /// A POST that the cookie identifies, and that shows what a foreign page cannot.
  int status_with(HeaderList headers) const {
    headers.push_back(cookie);
    headers.emplace_back("X-Requested-With", "XMLHttpRequest");
    return post(headers).status;
  }

  static std::string why(const Response& response) {
    return parse_json(response.body)->find("detail")->as_string();
  }

  test::Site site{settings()};
  Header cookie{"Cookie", "jwt=" + site.token() + "; csrftoken=abc"};
  std::optional<Routes> routes = routes_of("https");
};

TEST_F(Csrf, ACookieAloneChangesNothing) {
  const auto refused = post({cookie});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(why(refused), "CSRF Failed: CSRF token missing.");
  for (const auto* method : {"DELETE", "PUT", "PATCH", "get", "ODD"})
    EXPECT_EQ(send(method, {cookie}).status, 403) << method;
  for (const auto* method : {"GET", "HEAD", "OPTIONS"})
    EXPECT_EQ(send(method, {cookie}).status, 200) << method;
  EXPECT_EQ(send("TRACE", {cookie}).status, 405);
}

TEST_F(Csrf, TheCookieOfAnImpersonationIsOneToo) {
  EXPECT_EQ(post({{"Cookie", "imp=" + site.token()}}).status, 403);
  EXPECT_EQ(post({{"Cookie", "imp=" + site.token()}, {"X-Requested-With", "x"}}).status, 200);
}

TEST_F(Csrf, AHeaderThatNoFormCanSetShowsWhoAsks) {
  EXPECT_EQ(post({cookie, {"X-Requested-With", "XMLHttpRequest"}}).status, 200);
  EXPECT_EQ(post({cookie, {"X-Requested-With", ""}}).status, 200);
  EXPECT_EQ(post({cookie, {"X-CSRFToken", "abc"}}).status, 200);
}

TEST_F(Csrf, TheTokenIsThatOfTheCookie) {
  constexpr const char* incorrect =
      "CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect.";
  for (const auto* wrong : {"", "ab", "abd", "ABC", "abcd"})
    EXPECT_EQ(why(post({cookie, {"X-CSRFToken", wrong}})), incorrect) << wrong;
  EXPECT_EQ(why(post({cookie, {"X-CSRFToken", "abc"}, {"X-CSRFToken", "abc"}})), incorrect);
  EXPECT_EQ(why(post({cookie, {"X-CSRFToken", std::string(100'000, 'a')}})), incorrect);
  for (const auto* none : {"", "; csrftoken=", "; csrftoken=\"\""})
    EXPECT_EQ(why(post({{"Cookie", "jwt=" + site.token() + none}, {"X-CSRFToken", ""}})),
              "CSRF Failed: CSRF cookie not set.");
}

TEST_F(Csrf, AFormFieldIsNotEnough) {
  const auto response =
      send("POST", {cookie}, "/protected-url/", R"({"csrfmiddlewaretoken":"abc"})");
  EXPECT_EQ(response.status, 403);
}

TEST_F(Csrf, ATokenInTheHeaderNeedsNoneOfThat) {
  const Header authorization{"Authorization", "JWT " + site.token()};
  EXPECT_EQ(post({authorization}).status, 200);
  EXPECT_EQ(post({authorization, cookie, {"Origin", "https://evil.example"}}).status, 200);
}

TEST_F(Csrf, WhoeverIsNobodyIsToldThatFirst) {
  EXPECT_EQ(post({}).status, 401);
  EXPECT_EQ(post({{"Cookie", "jwt=abc"}, {"Origin", "https://evil.example"}}).status, 401);
}

TEST_F(Csrf, ThePageIsOurs) {
  EXPECT_EQ(status_with({{"Origin", "https://api.example.com"}}), 200);
  EXPECT_EQ(status_with({{"Origin", "https://api.example.com"}, {"Sec-Fetch-Site", "same-origin"}}),
            200);
  for (const auto* origin :
       {"https://evil.example", "http://api.example.com", "https://api.example.com:444",
        "https://api.example.com.evil.example", "https://evil.example/api.example.com",
        "https://example.com", "null", "", "api.example.com", "https://api.example.com/",
        "https://API.example.com", "https://api.example.com:443", "https://api.example.com\x01"})
    EXPECT_EQ(status_with({{"Origin", origin}}), 403) << origin;
  EXPECT_EQ(status_with({{"Origin", std::string(100'000, 'a')}}), 403);
  EXPECT_EQ(
      status_with({{"Origin", "https://api.example.com"}, {"Origin", "https://api.example.com"}}),
      403);
}

TEST_F(Csrf, TheRefusalNamesTheOriginIfItIsOne) {
  HeaderList headers{cookie, {"X-Requested-With", "x"}, {"Origin", "https://evil.example"}};
  EXPECT_EQ(why(post(headers)),
            "CSRF Failed: Origin checking failed - https://evil.example does not match any trusted "
            "origins.");
  headers.back().second = "null";
  EXPECT_EQ(why(post(headers)),
            "CSRF Failed: Origin checking failed - null does not match any trusted origins.");
  headers.back().second = "<script>";
  EXPECT_EQ(why(post(headers)).find("script"), std::string::npos);
}

TEST_F(Csrf, WithoutTLSAPageThatCameOverItIsOursToo) {
  routes = routes_of("http");
  EXPECT_EQ(status_with({{"Origin", "http://api.example.com"}}), 200);
  EXPECT_EQ(status_with({{"Origin", "https://api.example.com"}}), 200);
  EXPECT_EQ(status_with({{"Origin", "http://evil.example"}}), 403);
}

TEST_F(Csrf, WhereTheHostIsNotKnownNoOriginIsOurs) {
  Request request{.method = "POST", .path = "/protected-url/"};
  request.headers.add("Cookie", cookie.second);
  request.headers.add("X-Requested-With", "x");
  EXPECT_EQ(routes->answer(request).status, 200);
  request.headers.add("Origin", "https://");
  EXPECT_EQ(routes->answer(request).status, 403);
  request.headers.add("Host", "");
  EXPECT_EQ(routes->answer(request).status, 403);
}

TEST_F(Csrf, WithoutAnOriginTheRefererSaysWhoAsks) {
  EXPECT_EQ(status_with({{"Referer", "https://api.example.com/page?a"}}), 200);
  EXPECT_EQ(status_with({{"Referer", "https://evil.example/https://api.example.com/"}}), 403);
  EXPECT_EQ(status_with({{"Referer", "https://api.example.com@evil.example/"}}), 403);
  EXPECT_EQ(status_with({{"Referer", ""}}), 403);
  // The Origin decides where there is one.
  EXPECT_EQ(status_with({{"Origin", "https://api.example.com"}, {"Referer", "https://a.example/"}}),
            200);
}

TEST_F(Csrf, WhatTheBrowserCallsCrossSiteIsRefused) {
  EXPECT_EQ(status_with({{"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(status_with({{"Origin", "https://api.example.com"}, {"Sec-Fetch-Site", "cross-site"}}),
            403);
  EXPECT_EQ(status_with({{"Sec-Fetch-Site", "none"}}), 200);
}

TEST_F(Csrf, PagesThatMayUseCookiesAreTrusted) {
  const std::string page = "https://app.example.com";
  const HeaderList asked{{"Origin", page}, {"Sec-Fetch-Site", "cross-site"}};
  routes = routes_of("https", {.allowed_origins = {page}, .allow_credentials = true});
  EXPECT_EQ(status_with(asked), 200);
  EXPECT_EQ(status_with({{"Referer", page + "/a"}}), 200);
  EXPECT_EQ(post({cookie, {"Origin", page}}).status, 403);  // its header is asked for all the same
  EXPECT_EQ(status_with({{"Origin", "https://evil.example"}}), 403);
  routes = routes_of("https", {.allowed_origins = {page}});
  EXPECT_EQ(status_with(asked), 403);
}

// Somebody logs his visitor in as himself, and waits for what the visitor types then.
TEST_F(Csrf, AForeignPageLogsNobodyIn) {
  const std::string login = R"({"username":"admin","password":"abc123"})";
  const std::string token = R"({"token":")" + site.token() + "\"}";
  for (const auto& [path, body] : {std::pair{"/api-token-auth/", login},
                                   {"/api-token-refresh/", token},
                                   {"/api-token-verify/", token}}) {
    const auto ask = [&](const HeaderList& headers) { return send("POST", headers, path, body); };
    EXPECT_TRUE(ask({}).headers.find("Set-Cookie")) << path;
    EXPECT_TRUE(ask({{"Origin", "https://api.example.com"}}).headers.find("Set-Cookie")) << path;
    for (const auto& header : HeaderList{{"Origin", "https://evil.example"},
                                         {"Origin", "null"},
                                         {"Referer", "https://evil.example/"},
                                         {"Sec-Fetch-Site", "cross-site"}}) {
      const auto refused = ask({header});
      EXPECT_EQ(refused.status, 403) << path << header.first;
      EXPECT_FALSE(refused.headers.find("Set-Cookie")) << path << header.first;
      EXPECT_EQ(refused.body.find(site.token()), std::string::npos);
    }
  }
}

TEST_F(Csrf, WhereNoCookieIsSetAForeignPageMayAsk) {
  test::Site plain;
  Routes others{auth::Profile::v1_0_1, "https"};
  add_token_routes(others, plain.service);
  Request request{.method = "POST", .path = "/api-token-auth/"};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Origin", "https://evil.example");
  request.body = R"({"username":"admin","password":"abc123"})";
  EXPECT_EQ(others.answer(request).status, 200);
}

}  // namespace
}  // namespace restjwt::http
