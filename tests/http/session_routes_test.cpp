#include <gtest/gtest.h>

#include <restjwt/http.hpp>
#include <restjwt/http/session_routes.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

using namespace std::chrono_literals;

auth::Settings settings_of(auth::Profile profile) {
  auto settings = test::settings_of(profile);
  settings.cookies.auth = "jwt";
  return settings;
}

class SessionRoutesTest : public testing::Test {
 protected:
  explicit SessionRoutesTest(auth::Profile profile = auth::Profile::v1_11_0) : profile_(profile) {
    ada_ = add("ada");
    add("root", true);
    service_.sessions()->catch_up();
    const auto jwt = jwt_authentication(service_);
    add_token_routes(routes_, service_);
    add_session_routes(routes_, service_, {jwt});
    routes_.add("/protected-url/", user_view(service_, {jwt}));
  }

  auth::User add(const std::string& name, bool staff = false) {
    const auth::User user{
        .username = name,
        .email = name + "@example.com",
        .is_staff = staff,
        .password = auth::make_password(Secret("abc123"), test::cheap_hasher(), system_random())};
    return users_->add(user).value();
  }

  Response ask(const std::string& method, const std::string& path, const std::string& token = "",
               const std::string& body = "") {
    Request request{.method = method, .path = path, .remote_address = "192.0.2.7"};
    request.headers.add("User-Agent", "a browser");
    if (!body.empty()) request.headers.add("Content-Type", "application/json");
    if (!token.empty())
      request.headers.add("Authorization", service_.settings().auth_header_prefix + " " + token);
    request.body = body;
    return routes_.answer(request);
  }

  static Json body_of(const Response& response) { return parse_json(response.body).value(); }

  std::string log_in(const std::string& name = "ada") {
    now_ += 1s;  // sessions that begin in one second cannot be told apart
    const auto answer = ask("POST", "/api-token-auth/", "",
                            R"({"username":")" + name + R"(","password":"abc123"})");
    return body_of(answer).find("token")->as_string();
  }
  int status_of(const std::string& token) { return ask("GET", "/protected-url/", token).status; }

  std::vector<std::string> session_ids(const Response& listed) {
    std::vector<std::string> ids;
    const Json body = body_of(listed);
    for (const auto& session : body.find("sessions")->as_array())
      ids.push_back(session.find("id")->as_string());
    return ids;
  }

  const auth::Profile profile_;
  TimePoint now_{1'795'473'400s};
  storage::MemoryDatabase database_{[this] { return now_; }};
  std::unique_ptr<auth::UserStore> users_ = database_.users();
  std::unique_ptr<auth::SessionStore> sessions_ = database_.sessions();
  std::unique_ptr<auth::RevocationLog> revocations_ = database_.revocations();
  std::unique_ptr<auth::AuditLog> audit_ = database_.audit();
  auth::Service service_{{.settings = settings_of(profile_),
                          .users = *users_,
                          .sessions = auth::SessionParts{*sessions_, *revocations_, *audit_},
                          .clock = [this] { return now_; }}};
  Routes routes_{profile_};
  auth::User ada_;
};

class BlacklistTest : public SessionRoutesTest {
 protected:
  BlacklistTest() : SessionRoutesTest(auth::Profile::drf_jwt) {}
};

TEST_F(SessionRoutesTest, MeTellsWhoIAm) {
  const auto token = log_in();
  const auto body = body_of(ask("GET", "/auth/me", token));
  EXPECT_EQ(*body.find("id"), Json(1));
  EXPECT_EQ(*body.find("username"), Json("ada"));
  EXPECT_EQ(*body.find("email"), Json("ada@example.com"));
  EXPECT_EQ(*body.find("is_staff"), Json(false));
  EXPECT_EQ(body.find("session")->as_string(),
            service_.sessions()->of(token, auth::Reach::store)->id.text());
  EXPECT_EQ(ask("GET", "/auth/me").status, 401);
}

TEST_F(SessionRoutesTest, SessionsTellWhereFromAndWhichIsThisOne) {
  log_in();
  const auto token = log_in();
  const auto answer = ask("GET", "/auth/sessions", token);
  EXPECT_EQ(answer.status, 200);
  const Json body = body_of(answer);
  const auto& sessions = body.find("sessions")->as_array();
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(*sessions[0].find("current"), Json(true));
  EXPECT_EQ(*sessions[1].find("current"), Json(false));
  EXPECT_EQ(*sessions[0].find("address"), Json("192.0.2.7"));
  EXPECT_EQ(*sessions[0].find("user_agent"), Json("a browser"));
  EXPECT_EQ(*sessions[0].find("created"), Json(rfc3339(now_)));
  EXPECT_EQ(*sessions[0].find("idle_limit"), Json(rfc3339(now_ + 5min)));
  EXPECT_EQ(*sessions[0].find("absolute_limit"), Json(rfc3339(now_ + std::chrono::days{7})));
}

TEST_F(SessionRoutesTest, LogoutEndsThisSessionAndItsCookie) {
  const auto other = log_in();
  const auto token = log_in();
  const auto answer = ask("POST", "/auth/logout", token);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"ended":1})");
  EXPECT_NE(answer.headers.find("Set-Cookie")->find("jwt=\"\"; expires=Thu, 01 Jan 1970"),
            std::string_view::npos);
  EXPECT_EQ(status_of(token), 401);
  EXPECT_EQ(status_of(other), 200);
}

TEST_F(SessionRoutesTest, ARevokedTokenIsRefusedInTheEcosystemsWords) {
  const auto token = log_in();
  ask("POST", "/auth/logout", token);
  const auto answer = ask("GET", "/protected-url/", token);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, R"({"detail":"Token is blacklisted."})");
  EXPECT_TRUE(answer.headers.find("WWW-Authenticate"));
  for (const auto* door : {"/api-token-verify/", "/api-token-refresh/"}) {
    const auto refused = ask("POST", door, "", R"({"token":")" + token + R"("})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, R"({"non_field_errors":["Token is blacklisted."]})");
  }
  EXPECT_EQ(ask("POST", "/auth/logout", token).status, 401);
}

TEST_F(SessionRoutesTest, LogoutTakesAScope) {
  const auto one = log_in(), two = log_in(), three = log_in();
  EXPECT_EQ(ask("POST", "/auth/logout", two, R"({"scope":"others"})").body, R"({"ended":2})");
  EXPECT_EQ(status_of(one), 401);
  EXPECT_EQ(status_of(three), 401);
  EXPECT_EQ(status_of(two), 200);
  EXPECT_EQ(ask("POST", "/auth/logout", two, R"({"scope":"all"})").status, 200);
  EXPECT_EQ(status_of(two), 401);
}

TEST_F(SessionRoutesTest, AScopeThatIsNoneIsRefusedAndEndsNothing) {
  const auto token = log_in();
  for (const auto* body : {R"({"scope":"everything"})", R"({"scope":1})", R"({"scope":null})"}) {
    const auto answer = ask("POST", "/auth/logout", token, body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, R"({"scope":["Expected \"this\", \"others\" or \"all\"."]})");
  }
  EXPECT_EQ(status_of(token), 200);
}

TEST_F(SessionRoutesTest, OneSessionEndsByItsId) {
  const auto one = log_in();
  const auto two = log_in();
  const auto ids = session_ids(ask("GET", "/auth/sessions", two));
  const auto answer = ask("DELETE", "/auth/sessions/" + ids[1], two);
  EXPECT_EQ(answer.status, 204);
  EXPECT_TRUE(answer.body.empty());
  EXPECT_EQ(status_of(one), 401);
  EXPECT_EQ(status_of(two), 200);
  EXPECT_EQ(ask("DELETE", "/auth/sessions/" + ids[1], two).status, 404);
  EXPECT_EQ(ask("DELETE", "/auth/sessions/nonsense", two).status, 404);
}

TEST_F(SessionRoutesTest, NobodyEndsTheSessionOfAnother) {
  const auto token = log_in();
  const auto ids = session_ids(ask("GET", "/auth/sessions", token));
  add("eve");
  const auto eve = log_in("eve");
  EXPECT_EQ(ask("DELETE", "/auth/sessions/" + ids[0], eve).status, 404);
  EXPECT_EQ(status_of(token), 200);
}

TEST_F(SessionRoutesTest, StaffDoesTheSameForAnybody) {
  const auto token = log_in();
  const auto root = log_in("root");
  EXPECT_EQ(*body_of(ask("GET", "/admin/users/1", root)).find("username"), Json("ada"));
  const auto ids = session_ids(ask("GET", "/admin/users/1/sessions", root));
  ASSERT_EQ(ids.size(), 1u);
  EXPECT_EQ(ask("DELETE", "/admin/users/1/sessions/" + ids[0], root).status, 204);
  EXPECT_EQ(status_of(token), 401);
  const auto again = log_in();
  EXPECT_EQ(ask("POST", "/admin/users/1/logout", root).status, 204);
  EXPECT_EQ(status_of(again), 401);
  EXPECT_EQ(status_of(root), 200);
  EXPECT_EQ(ask("GET", "/admin/users/99/sessions", root).status, 404);
}

TEST_F(SessionRoutesTest, NobodyElseAdministers) {
  const auto token = log_in();
  for (const auto* path : {"/admin/users/2", "/admin/users/2/sessions"}) {
    EXPECT_EQ(ask("GET", path, token).status, 403) << path;
    EXPECT_EQ(ask("GET", path).status, 401) << path;
  }
  EXPECT_EQ(ask("POST", "/admin/users/2/logout", token).status, 403);
  EXPECT_EQ(ask("DELETE", "/admin/users/2/sessions/x", token).status, 403);
}

TEST_F(SessionRoutesTest, OtherMethodsAreNamed) {
  const auto token = log_in();
  const auto answer = ask("GET", "/auth/logout", token);
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.find("Allow"), "POST, OPTIONS");
  EXPECT_EQ(ask("POST", "/auth/sessions", token).status, 405);
  EXPECT_EQ(ask("GET", "/auth/sessions/x", token).headers.find("Allow"), "DELETE, OPTIONS");
}

TEST_F(SessionRoutesTest, WhileRevocationsAreUnknownTheAnswerIs503) {
  const auto token = log_in();
  service_.sessions()->lose_track();
  const auto answer = ask("GET", "/protected-url/", token);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.find("Retry-After"), "1");
  EXPECT_EQ(ask("POST", "/api-token-verify/", "", R"({"token":")" + token + R"("})").status, 503);
}

TEST_F(SessionRoutesTest, OnlyDrfJwtHasABlacklist) {
  EXPECT_EQ(ask("POST", "/api-token-blacklist/", log_in()).status, 404);
}

TEST_F(BlacklistTest, TakesThePresentedTokenAndRefusesItFromThenOn) {
  for (const auto* body : {"", "{}"}) {
    const auto token = log_in();
    const auto answer = ask("POST", "/api-token-blacklist/", token, body);
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, R"({"token":")" + token + R"("})");
    EXPECT_TRUE(
        answer.headers.find("Set-Cookie")->starts_with("jwt=\"\"; expires=Thu, 01 Jan 1970"));
    const auto refused = ask("GET", "/protected-url/", token);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body, R"({"detail":"Token is blacklisted."})");
    EXPECT_FALSE(refused.headers.find("WWW-Authenticate"));
    EXPECT_EQ(ask("POST", "/api-token-blacklist/", token, body).status, 403);
  }
}

TEST_F(BlacklistTest, TakesAnotherOwnTokenInTheBody) {
  const auto one = log_in();
  const auto two = log_in();
  const auto answer = ask("POST", "/api-token-blacklist/", two, R"({"token":")" + one + R"("})");
  EXPECT_EQ(answer.status, 201);
  EXPECT_FALSE(answer.headers.find("Set-Cookie"));  // he goes on
  EXPECT_EQ(status_of(one), 403);
  EXPECT_EQ(status_of(two), 200);
}

TEST_F(BlacklistTest, RefusesTheTokenOfAnotherAsIfItWereForged) {
  const auto token = log_in();
  const auto root = log_in("root");
  const auto answer = ask("POST", "/api-token-blacklist/", root, R"({"token":")" + token + R"("})");
  const auto forged = ask("POST", "/api-token-blacklist/", root,
                          R"({"token":")" + token.substr(0, token.rfind('.')) + R"(.AAAA"})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, forged.body);
  EXPECT_EQ(status_of(token), 200);
}

TEST_F(BlacklistTest, NamesWhatIsWrongWithTheToken) {
  const auto token = log_in();
  const auto answer = [&](const char* body) {
    const auto got = ask("POST", "/api-token-blacklist/", token, body);
    return std::to_string(got.status) + " " + got.body;
  };
  EXPECT_EQ(answer(R"({"token":""})"), R"(400 {"token":["This field may not be blank."]})");
  EXPECT_EQ(answer(R"({"token":null})"), R"(400 {"token":["This field may not be null."]})");
  EXPECT_EQ(answer(R"({"token":"abc"})").substr(0, 4), "400 ");
  EXPECT_EQ(ask("POST", "/api-token-blacklist/", "", "{}").status, 401);
}

}  // namespace
}  // namespace restjwt::http
