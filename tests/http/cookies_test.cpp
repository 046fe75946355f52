// Tokens in cookies: what is set, what is read, and what comes before it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <restjwt/http.hpp>

#include "http/cookies.hpp"
#include "support/site.hpp"

namespace restjwt::http {
namespace {

using testing::HasSubstr;
using Kind = Identity::Kind;
using namespace std::chrono_literals;

constexpr TimePoint now{1'795'473'458s};

Request with_cookies(std::initializer_list<std::string> values) {
  Request request{.method = "GET", .path = "/"};
  for (const auto& value : values) request.headers.add("cookie", value);
  return request;
}

TEST(FindCookie, ReadsNamesToTheLetterAndTheLastOfTwo) {
  const auto request = with_cookies({"a=1; b=2;c=3; b=4", "d=5"});
  EXPECT_EQ(find_cookie(request, "a"), "1");
  EXPECT_EQ(find_cookie(request, "b"), "4");
  EXPECT_EQ(find_cookie(request, "c"), "3");
  EXPECT_EQ(find_cookie(request, "d"), "5");
  EXPECT_EQ(find_cookie(request, "A"), std::nullopt);
  EXPECT_EQ(find_cookie(request, "2"), std::nullopt);
}

TEST(FindCookie, UnquotesAndKeepsWhatIsEmptyOrHoldsAnEqualsSign) {
  const auto request = with_cookies({R"(q="x.y"; e=; two=a=b; half="x; ;;=; lonely)"});
  EXPECT_EQ(find_cookie(request, "q"), "x.y");
  EXPECT_EQ(find_cookie(request, "e"), "");
  EXPECT_EQ(find_cookie(request, "two"), "a=b");
  EXPECT_EQ(find_cookie(request, "half"), "\"x");
  EXPECT_EQ(find_cookie(request, "lonely"), std::nullopt);
}

TEST(TokenCookie, LivesAsLongAsATokenAndIsSafeByDefault) {
  auth::CookieSettings settings;
  EXPECT_EQ(set_cookie({"jwt", "t", now, 300s}, settings),
            "jwt=t; expires=Mon, 23 Nov 2026 22:42:38 GMT; HttpOnly; Max-Age=300; Path=/; "
            "SameSite=Lax; Secure");
  settings = {.domain = "example.com",
              .path = "/api",
              .secure = false,
              .same_site = auth::SameSite::strict};
  EXPECT_EQ(set_cookie({"jwt", "t", now, 300s}, settings),
            "jwt=t; Domain=example.com; expires=Mon, 23 Nov 2026 22:42:38 GMT; HttpOnly; "
            "Max-Age=300; Path=/api; SameSite=Strict");
}

TEST(TokenCookie, IsRefusedWhereBrowsersWouldDropIt) {
  const std::string longest(longest_cookie - 3, 't');
  EXPECT_NO_THROW(set_cookie({.name = "jwt", .token = longest}, {}));
  EXPECT_THROW(set_cookie({.name = "jwtt", .token = longest}, {}), std::length_error);
}

auth::Settings with_both_cookies(auth::Profile profile) {
  auto settings = auth::Settings::of(profile);
  settings.secret_key = Secret(test::secret_text);
  settings.password_hasher = test::cheap_hasher();
  settings.cookies.auth = "jwt";
  settings.cookies.impersonation = "imp";
  return settings;
}

class CookieLogin : public testing::TestWithParam<auth::Profile> {
 protected:
  Identity ask(const std::string& cookies, const std::string& authorization = "") {
    auto request = with_cookies({cookies});
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    return jwt->authenticate(request, auth::Reach::store);
  }
  std::string prefix() const { return site.service.settings().auth_header_prefix; }

  test::Site site{with_both_cookies(GetParam())};
  auth::User other = site.add("other", "abc123");
  std::string other_token = site.service.issue(other);
  std::vector<std::string> impersonated{};
  std::shared_ptr<const Authenticator> jwt = jwt_authentication(
      site.service,
      [this](const Request&, const auth::User& user) { impersonated.push_back(user.username); });
};
INSTANTIATE_TEST_SUITE_P(AllProfiles, CookieLogin,
                         testing::Values(auth::Profile::v1_0_1, auth::Profile::v1_11_0,
                                         auth::Profile::drf_jwt));

TEST_P(CookieLogin, TheCookieLetsIn) {
  EXPECT_EQ(ask("jwt=" + site.token()).user->username, "admin");
  EXPECT_EQ(ask("other=" + site.token()).kind, Kind::anonymous);
  EXPECT_EQ(ask("jwt=").kind, Kind::refused);
  EXPECT_EQ(ask("jwt=abc").kind, Kind::refused);
}

TEST_P(CookieLogin, TheHeaderComesFirst) {
  EXPECT_EQ(ask("jwt=abc", prefix() + " " + site.token()).user->username, "admin");
  EXPECT_EQ(ask("jwt=" + site.token(), prefix() + " abc").kind, Kind::refused);
  EXPECT_EQ(ask("jwt=" + site.token(), "Token abc").kind, Kind::anonymous);
}

TEST_P(CookieLogin, BesideAMalformedHeaderOnlyDrfJwtReadsIt) {
  for (const auto& header : {prefix(), prefix() + " a b"}) {
    const auto identity = ask("jwt=" + site.token(), header);
    EXPECT_EQ(identity.kind, GetParam() == auth::Profile::drf_jwt ? Kind::user : Kind::refused);
  }
}

TEST_P(CookieLogin, TheImpersonationComesBeforeTheOwnAndIsSeen) {
  EXPECT_EQ(ask("jwt=" + site.token() + "; imp=" + other_token).user->username, "other");
  EXPECT_EQ(impersonated, std::vector<std::string>{"other"});
  EXPECT_EQ(ask("jwt=" + site.token() + "; imp=abc").kind, Kind::refused);
  EXPECT_EQ(ask("imp=" + other_token, prefix() + " " + site.token()).user->username, "admin");
  EXPECT_EQ(impersonated.size(), 1u);
  EXPECT_EQ(ask("jwt=" + site.token() + "; imp=").user->username, "admin");
}

TEST_P(CookieLogin, EveryTokenHandedOutIsSetToo) {
  Routes routes{GetParam()};
  add_token_routes(routes, site.service);
  const auto post = [&](std::string path, std::string body) {
    Request request{.method = "POST", .path = std::move(path)};
    request.headers.add("Content-Type", "application/json");
    request.body = std::move(body);
    return routes.answer(request);
  };
  const auto login = post("/api-token-auth/", R"({"username":"admin","password":"abc123"})");
  const auto token = parse_json(login.body)->find("token")->as_string();
  EXPECT_THAT(std::string(*login.headers.find("Set-Cookie")), HasSubstr("jwt=" + token + "; "));
  const auto verified = post("/api-token-verify/", R"({"token":")" + token + "\"}");
  EXPECT_THAT(std::string(*verified.headers.find("Set-Cookie")), HasSubstr("jwt=" + token + "; "));
  const auto refused = post("/api-token-auth/", R"({"username":"admin","password":"x"})");
  EXPECT_FALSE(refused.headers.find("Set-Cookie"));
}

std::vector<std::string> cookies_set(const Response& response) {
  std::vector<std::string> cookies;
  for (std::size_t i = 0; i < response.headers.size(); ++i)
    if (response.headers[i].name == "Set-Cookie") cookies.emplace_back(response.headers[i].value);
  return cookies;
}

TEST(TokenCookie, ThatNoBrowserWouldKeepIsAnErrorForWhoeverRunsThis) {
  auto settings = with_both_cookies(auth::Profile::v1_0_1);
  test::Site site{settings, {.payload = [](const auth::User& user, const auth::Issuing&) {
                    return Json::object({{"user_id", user.id.to_json()},
                                         {"all", std::string(longest_cookie, 'x')}});
                  }}};
  Routes routes{auth::Profile::v1_0_1};
  add_token_routes(routes, site.service);
  std::string told;
  routes.on_failure([&](const Request&, const std::exception& error) { told = error.what(); });
  Request request{.method = "POST", .path = "/api-token-auth/"};
  request.headers.add("Content-Type", "application/json");
  request.body = R"({"username":"admin","password":"abc123"})";
  const auto answer = routes.answer(request);
  EXPECT_EQ(answer.status, 500);
  EXPECT_TRUE(cookies_set(answer).empty());
  EXPECT_THAT(told, HasSubstr("does not fit into the cookie jwt"));
}

TEST(CsrfCookie, ComesWithTheTokenAndCanBeReadByScriptsOfTheWholeHost) {
  Response response;
  add_token_cookie(response, with_cookies({}), {"jwt", "a.b.c", now, 300s}, {.path = "/api"});
  const auto cookies = cookies_set(response);
  ASSERT_EQ(cookies.size(), 2u);
  EXPECT_THAT(cookies[0], testing::StartsWith("jwt=a.b.c; "));
  EXPECT_THAT(cookies[1],
              testing::MatchesRegex("csrftoken=[0-9a-f]{32}; expires=Mon, 22 Nov 2027 [0-9:]* GMT; "
                                    "Max-Age=31449600; Path=/; SameSite=Lax; Secure"));
}

TEST(CsrfCookie, OfAnotherProgramOnTheHostIsKept) {
  const auto set_beside = [&](const std::string& cookie) {
    Response response;
    add_token_cookie(response, with_cookies({cookie}), {"jwt", "a.b.c", now, 300s}, {});
    return cookies_set(response).size();
  };
  EXPECT_EQ(set_beside("csrftoken=" + std::string(32, 'a')), 1u);
  EXPECT_EQ(set_beside("csrftoken=" + std::string(64, 'Z')), 1u);
  EXPECT_EQ(set_beside("csrftoken=" + std::string(33, 'a')), 2u);
  EXPECT_EQ(set_beside("csrftoken=" + std::string(31, 'a') + "-"), 2u);
  EXPECT_EQ(set_beside("csrftoken="), 2u);
  Response both;
  for (const auto* name : {"access", "refresh"})
    add_token_cookie(both, with_cookies({}), {name, "a.b.c", now, 300s}, {});
  EXPECT_EQ(cookies_set(both).size(), 3u);
}

TEST(CsrfCookie, ImpersonationSetsBothToo) {
  test::Site site{with_both_cookies(auth::Profile::drf_jwt)};
  auth::User root = site.admin;
  root.username = "root";
  root.is_superuser = true;
  root = *site.users->add(root);
  Routes routes{auth::Profile::drf_jwt};
  routes.add("/impersonate/", impersonate_view(site.service, {jwt_authentication(site.service)}));
  Request request{.method = "POST", .path = "/impersonate/"};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Authorization", "Bearer " + site.service.issue(root));
  request.body = R"({"user":1})";
  const auto cookies = cookies_set(routes.answer(request));
  ASSERT_EQ(cookies.size(), 2u);
  EXPECT_THAT(cookies[0], testing::StartsWith("imp="));
  EXPECT_THAT(cookies[1], testing::StartsWith("csrftoken="));
  request.headers.add("Origin", "https://evil.example");
  EXPECT_EQ(routes.answer(request).status, 403);
}

}  // namespace
}  // namespace restjwt::http
