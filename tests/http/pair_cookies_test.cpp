// A pair in cookies: the access token goes everywhere, the refresh token to its own doors only, and
// no script reads either.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <restjwt/http.hpp>
#include <restjwt/http/pair_routes.hpp>
#include <restjwt/http/session_routes.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

/// What a browser keeps.
using Jar = std::map<std::string, std::string>;

class PairCookies : public testing::Test {
 protected:
  static auth::PairSettings pairs() {
    return {.rotate_refresh_tokens = true, .auth_cookie = "acc", .auth_cookie_refresh = "ref"};
  }

  void start(const auth::PairSettings& pairs) {
    routes_.emplace(auth::Profile::v1_11_0);
    service_.reset();
    service_ = std::make_unique<auth::Service>(
        auth::Parts{.settings = test::settings_of(auth::Profile::v1_11_0),
                    .users = *users_,
                    .sessions = auth::SessionParts{*sessions_, *revocations_, *audit_},
                    .pairs = pairs,
                    .clock = [this] { return now_; }});
    service_->sessions()->catch_up();
    const auto all = all_authentication(*service_);
    add_pair_routes(*routes_, *service_);
    add_session_routes(*routes_, *service_, all);
    routes_->add("/protected-url/", user_view(*service_, all));
  }

  void SetUp() override {
    users_->add(
        {.username = "ada",
         .password = auth::make_password(Secret("abc123"), test::cheap_hasher(), system_random())});
    start(pairs());
  }

  /// As a page of ours asks, with the cookies of the jar.
  Response ask(const std::string& method, const std::string& path, const std::string& body = "",
               const std::vector<std::pair<const char*, std::string>>& headers = {
                   {"X-Requested-With", "fetch"}}) {
    Request request{.method = method, .path = path};
    request.headers.add("Host", "api.example");
    if (!body.empty()) request.headers.add("Content-Type", "application/json");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    std::string cookies;
    for (const auto& [name, value] : jar_) cookies += name + "=" + value + "; ";
    if (!cookies.empty()) request.headers.add("Cookie", cookies);
    request.body = body;
    return keep(routes_->answer(request));
  }

  Response keep(Response response) {
    set_.clear();
    for (std::size_t i = 0; i < response.headers.size(); ++i) {
      if (response.headers[i].name != "Set-Cookie") continue;
      const std::string text(response.headers[i].value);
      set_.push_back(text);
      const auto equals = text.find('='), end = text.find(';');
      const auto name = text.substr(0, equals);
      if (text.find("Max-Age=0") != text.npos) jar_.erase(name);
      else jar_[name] = text.substr(equals + 1, end - equals - 1);
    }
    return response;
  }

  Response log_in() {
    now_ += 1s;
    return ask("POST", "/api/token/", R"({"username":"ada","password":"abc123"})");
  }
  int who() { return ask("GET", "/protected-url/").status; }

  TimePoint now_{1'795'473'400s};
  storage::MemoryDatabase database_{[this] { return now_; }};
  std::unique_ptr<auth::UserStore> users_ = database_.users();
  std::unique_ptr<auth::SessionStore> sessions_ = database_.sessions();
  std::unique_ptr<auth::RevocationLog> revocations_ = database_.revocations();
  std::unique_ptr<auth::AuditLog> audit_ = database_.audit();
  std::unique_ptr<auth::Service> service_;
  std::optional<Routes> routes_;
  Jar jar_;
  std::vector<std::string> set_;  // by the last answer
};

TEST_F(PairCookies, ALoginSetsThemAndTheBodyHoldsNone) {
  const auto answer = log_in();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}");
  ASSERT_EQ(set_.size(), 3u);
  EXPECT_THAT(set_[0], StartsWith("ref=eyJ"));
  EXPECT_THAT(set_[0],
              HasSubstr("; HttpOnly; Max-Age=86400; Path=/api/token/; SameSite=Strict; Secure"));
  EXPECT_THAT(set_[1], StartsWith("csrftoken="));
  EXPECT_THAT(set_[2], StartsWith("acc=eyJ"));
  EXPECT_THAT(set_[2], HasSubstr("; HttpOnly; Max-Age=300; Path=/; SameSite=Lax; Secure"));
  EXPECT_EQ(who(), 200);
}

TEST_F(PairCookies, EachIsGoodAtItsOwnDoorOnly) {
  log_in();
  std::swap(jar_["acc"], jar_["ref"]);
  EXPECT_EQ(who(), 401);
  EXPECT_EQ(ask("POST", "/api/token/refresh/").status, 401);
}

TEST_F(PairCookies, ARefreshTakesTheCookieAndRotatesIt) {
  log_in();
  const Jar first = jar_;
  now_ += 1min;
  const auto answer = ask("POST", "/api/token/refresh/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}");
  EXPECT_EQ(set_.size(), 2u);  // the browser has a csrftoken
  EXPECT_NE(jar_["acc"], first.at("acc"));
  EXPECT_NE(jar_["ref"], first.at("ref"));
  EXPECT_EQ(who(), 200);
  EXPECT_EQ(ask("POST", "/api/token/refresh/", "{}").status, 200);
}

TEST_F(PairCookies, WithoutRotationTheRefreshTokenStays) {
  auto settings = pairs();
  settings.rotate_refresh_tokens = false;
  start(settings);
  log_in();
  const auto refresh = jar_["ref"];
  EXPECT_EQ(ask("POST", "/api/token/refresh/").body, "{}");
  EXPECT_EQ(set_.size(), 1u);
  EXPECT_EQ(jar_["ref"], refresh);
}

TEST_F(PairCookies, OnlyOneOfThemMayTravelSo) {
  start({.auth_cookie_refresh = "ref"});
  const auto answer = log_in();
  EXPECT_THAT(answer.body, StartsWith(R"({"access":"eyJ)"));
  EXPECT_THAT(answer.body, testing::Not(HasSubstr("refresh")));
  EXPECT_EQ(who(), 401);
  const auto refreshed = ask("POST", "/api/token/refresh/");
  EXPECT_THAT(refreshed.body, StartsWith(R"({"access":"eyJ)"));
  EXPECT_FALSE(jar_.contains("acc"));
}

TEST_F(PairCookies, WithoutTheSettingNoCookieIsLookedAt) {
  start({});
  const auto pair = *parse_json(log_in().body);
  jar_ = {{"", pair.find("refresh")->as_string()},
          {"ref", pair.find("refresh")->as_string()},
          {"acc", pair.find("access")->as_string()}};
  EXPECT_EQ(ask("POST", "/api/token/refresh/").status, 400);
  EXPECT_EQ(ask("POST", "/api/token/blacklist/").status, 400);
  EXPECT_EQ(who(), 401);
  EXPECT_TRUE(set_.empty());
}

TEST_F(PairCookies, TheBodyGoesFirst) {
  log_in();
  EXPECT_EQ(ask("POST", "/api/token/refresh/", R"({"refresh":"abc"})").status, 401);
  EXPECT_EQ(ask("POST", "/api/token/refresh/", R"({"refresh":null})").status, 400);
  EXPECT_EQ(ask("POST", "/api/token/refresh/", "[]").status, 400);
  EXPECT_EQ(ask("POST", "/api/token/refresh/", "{").status, 400);
}

TEST_F(PairCookies, AHeaderGoesFirst) {
  log_in();
  for (const auto* value : {"Bearer abc", "Token abc", ""})
    EXPECT_EQ(ask("GET", "/protected-url/", "", {{"Authorization", value}}).status, 401) << value;
}

TEST_F(PairCookies, AForeignPageRefreshesAndEndsNothing) {
  log_in();
  const Jar before = jar_;
  for (const auto* path : {"/api/token/refresh/", "/api/token/blacklist/"}) {
    EXPECT_EQ(ask("POST", path, "", {}).status, 403) << path;
    for (const auto& [name, value] : {std::pair{"Origin", "https://evil.example"},
                                      {"Origin", "null"},
                                      {"Sec-Fetch-Site", "cross-site"},
                                      {"Referer", "https://evil.example/"}}) {
      const auto answer = ask("POST", path, "", {{name, value}, {"X-Requested-With", "x"}});
      EXPECT_EQ(answer.status, 403) << path << name;
      EXPECT_THAT(answer.body, HasSubstr("CSRF Failed: "));
      EXPECT_TRUE(set_.empty());
    }
  }
  EXPECT_EQ(ask("POST", "/api/token/", R"({"username":"ada","password":"abc123"})",
                {{"Origin", "https://evil.example"}})
                .status,
            403);
  EXPECT_EQ(ask("POST", "/auth/logout", "", {}).status, 403);
  EXPECT_EQ(jar_, before);
  EXPECT_EQ(who(), 200);
  EXPECT_EQ(ask("POST", "/api/token/refresh/", "", {{"X-CSRFToken", jar_["csrftoken"]}}).status,
            200);
}

TEST_F(PairCookies, BlacklistingTakesBothAway) {
  log_in();
  const Jar stolen = jar_;
  EXPECT_EQ(ask("POST", "/api/token/blacklist/").body, "{}");
  EXPECT_FALSE(jar_.contains("acc") || jar_.contains("ref"));
  EXPECT_THAT(set_.back(), HasSubstr("Path=/api/token/; SameSite=Strict; Secure"));
  jar_ = stolen;
  EXPECT_EQ(who(), 401);
  EXPECT_EQ(ask("POST", "/api/token/refresh/").status, 401);
}

TEST_F(PairCookies, BlacklistingAnotherSessionLeavesThemHere) {
  log_in();
  const auto other = jar_["ref"];
  jar_.clear();
  log_in();
  EXPECT_EQ(ask("POST", "/api/token/blacklist/", R"({"refresh":")" + other + "\"}").status, 200);
  EXPECT_TRUE(set_.empty());
  EXPECT_EQ(who(), 200);
}

TEST_F(PairCookies, ALogoutTakesBothAwayToo) {
  log_in();
  const auto refresh = jar_["ref"];
  EXPECT_EQ(ask("POST", "/auth/logout").status, 200);
  EXPECT_FALSE(jar_.contains("acc") || jar_.contains("ref"));
  EXPECT_EQ(ask("POST", "/api/token/refresh/", R"({"refresh":")" + refresh + "\"}").status, 401);
}

TEST_F(PairCookies, ASlidingTokenHasOne) {
  start({.auth_cookie = "acc", .auth_token_classes = {auth::PairSettings::TokenClass::sliding}});
  EXPECT_EQ(log_in().body, "{}");
  EXPECT_EQ(who(), 200);
  const auto before = jar_["acc"];
  now_ += 1min;
  EXPECT_EQ(ask("POST", "/api/token/refresh/").body, "{}");
  EXPECT_NE(jar_["acc"], before);
  EXPECT_EQ(who(), 200);
  EXPECT_EQ(ask("POST", "/api/token/refresh/", "", {}).status, 403);
}

}  // namespace
}  // namespace restjwt::http
