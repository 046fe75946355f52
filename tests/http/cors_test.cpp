// Pages of other origins, and what a browser lets them read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include <restjwt/http.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

using testing::HasSubstr;

const std::string page = "https://app.example.com";

TEST(AllowedOrigin, IsWrittenAsBrowsersSendIt) {
  for (const auto* good : {"https://app.example.com", "http://localhost:3000", "http://[::1]:80000",
                           "https://example.com:80"})
    EXPECT_EQ(refuse_origin(good), std::nullopt) << good;
  EXPECT_THAT(refuse_origin("*").value(), HasSubstr("every page on the internet"));
  EXPECT_THAT(refuse_origin("null").value(), HasSubstr("sandbox"));
  EXPECT_THAT(refuse_origin("https://App.example.com:443/").value(),
              HasSubstr("\"https://app.example.com\""));
  for (const auto* bad : {"", "app.example.com", "https://*.example.com",
                          "https://a.example https://b", "ftp://a.example"})
    EXPECT_THAT(refuse_origin(bad).value(), HasSubstr("expected an origin")) << bad;
}

class CorsTest : public testing::Test {
 protected:
  Routes routes_of(const Cors& cors) {
    Routes made{auth::Profile::v1_0_1, "https"};
    made.allow(cors);
    add_token_routes(made, site.service);
    made.add("/protected-url/", user_view(site.service, {jwt_authentication(site.service)}));
    made.add_plain("/broken", Cost::fast, [](const Request&) -> Response {
      throw auth::StoreError("the store does not answer");
    });
    return made;
  }

  static Request request(const std::string& method, const std::string& path,
                         const std::string& origin) {
    Request made{.method = method, .path = path};
    made.headers.add("Host", "api.example.com");
    if (!origin.empty()) made.headers.add("Origin", origin);
    return made;
  }
  static Request asked_before(const std::string& origin,
                              const std::string& path = "/protected-url/") {
    auto made = request("OPTIONS", path, origin);
    made.headers.add("Access-Control-Request-Method", "POST");
    made.headers.add("Access-Control-Request-Headers", "authorization");
    return made;
  }
  Response get(const std::string& origin, const std::string& path = "/protected-url/") const {
    return routes->answer(request("GET", path, origin));
  }

  static std::string header(const Response& response, std::string_view name) {
    return response.headers.joined(name).value_or("(none)");
  }

  test::Site site;
  std::optional<Routes> routes = routes_of({.allowed_origins = {"http://localhost:3000", page}});
};

TEST_F(CorsTest, OffByDefault) {
  routes = routes_of({});
  const auto response = get(page);
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "(none)");
  EXPECT_EQ(header(response, "Vary"), "Accept, Cookie");
  const auto options = routes->answer(asked_before(page));
  EXPECT_EQ(header(options, "Access-Control-Allow-Methods"), "(none)");
}

TEST_F(CorsTest, EveryAnswerCanBeReadByAnAllowedPage) {
  for (const auto& [path, status] : {std::pair{"/protected-url/", 401},
                                     {"/nowhere/", 404},
                                     {"/protected-url", 301},
                                     {"/broken", 503},
                                     {"/api-token-auth/", 405}}) {
    const auto response = get(page, path);
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), page) << path;
    EXPECT_THAT(header(response, "Vary"), testing::EndsWith("origin")) << path;
    EXPECT_EQ(header(response, "Access-Control-Expose-Headers"), "Retry-After, WWW-Authenticate");
    EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "(none)");
  }
  EXPECT_EQ(header(get(page), "Vary"), "Accept, Cookie, origin");
  const auto busy = routes->refuse(request("GET", "/", page), 503, "Busy.");
  EXPECT_EQ(busy.body, R"({"detail": "Busy."})");
  EXPECT_EQ(header(busy, "Access-Control-Allow-Origin"), page);
  EXPECT_EQ(header(busy, "Vary"), "origin");
}

TEST_F(CorsTest, OthersCannotAndCachesKeepThemApart) {
  for (const std::string origin :
       {"https://evil.example", "null", "*", "http://app.example.com", "https://APP.example.com",
        "https://app.example.com:443", "https://app.example.com/", "",
        "https://app.example.com.evil"}) {
    const auto response = get(origin);
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "(none)") << origin;
    EXPECT_EQ(header(response, "Access-Control-Expose-Headers"), "(none)") << origin;
    EXPECT_THAT(header(response, "Vary"), testing::EndsWith(", origin")) << origin;
    const auto options = routes->answer(asked_before(origin));
    EXPECT_EQ(header(options, "Access-Control-Allow-Methods"), "(none)") << origin;
    EXPECT_EQ(header(options, "Access-Control-Allow-Origin"), "(none)") << origin;
  }
  auto twice = request("GET", "/protected-url/", page);
  twice.headers.add("Origin", page);
  EXPECT_EQ(header(routes->answer(twice), "Access-Control-Allow-Origin"), "(none)");
}

TEST_F(CorsTest, WhoAsksBeforeIsToldWhatMayBeSent) {
  for (const auto* path : {"/protected-url/", "/api-token-auth/", "/nowhere/"}) {
    const auto response = routes->answer(asked_before(page, path));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), page);
    EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "DELETE, GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(header(response, "Access-Control-Allow-Headers"),
              "accept, authorization, content-type, x-csrftoken, x-requested-with");
    EXPECT_EQ(header(response, "Access-Control-Max-Age"), "86400");
    EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "(none)");
    EXPECT_EQ(header(response, "Vary"), "origin");
  }
}

TEST_F(CorsTest, AHeaderOfTheSitesOwnMayBeSentToo) {
  routes = routes_of({.allowed_origins = {page}, .more_headers = {"X-Access-Token"}});
  EXPECT_THAT(header(routes->answer(asked_before(page)), "Access-Control-Allow-Headers"),
              testing::EndsWith("x-requested-with, X-Access-Token"));
}

TEST_F(CorsTest, AnyOtherOptionsTellsOfTheView) {
  auto token = request("OPTIONS", "/protected-url/", page);
  token.headers.add("Authorization", "JWT " + site.token());
  const auto response = routes->answer(token);
  EXPECT_THAT(response.body, HasSubstr(R"("name": "Protected")"));
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), page);
  auto no_options = request("GET", "/protected-url/", page);
  no_options.headers.add("Access-Control-Request-Method", "POST");
  EXPECT_EQ(routes->answer(no_options).status, 401);
}

TEST_F(CorsTest, CookiesCountOnlyWhereThatIsSaid) {
  routes = routes_of({.allowed_origins = {page}, .allow_credentials = true});
  EXPECT_EQ(header(get(page), "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(routes->answer(asked_before(page)), "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(get("https://evil.example"), "Access-Control-Allow-Credentials"), "(none)");
}

TEST_F(CorsTest, RoutesTakeNoOriginThatCannotBeMeant) {
  for (const auto* origin : {"*", "null", "https://a.example/"})
    EXPECT_THROW(routes->allow({.allowed_origins = {origin}}), std::invalid_argument) << origin;
}

}  // namespace
}  // namespace restjwt::http
