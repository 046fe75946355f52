#include <gtest/gtest.h>

#include <restjwt/http.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

class Impersonation : public testing::Test {
 protected:
  Impersonation() {
    auth::User root = site.admin;
    root.username = "root";
    root.is_superuser = true;
    root_token = site.service.issue(*site.users->add(root));
    routes.add("/impersonate/",
               impersonate_view(site.service, {jwt_authentication(site.service)},
                                [this](const Request&, const auth::User& by, const auth::User& as) {
                                  issued.push_back(by.username + " as " + as.username);
                                }));
  }

  Response post(const std::string& body, const std::string& token) {
    Request request{.method = "POST", .path = "/impersonate/"};
    request.headers.add("Content-Type", "application/json");
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    request.body = body;
    return routes.answer(request);
  }
  Response post(const std::string& body) { return post(body, root_token); }

  test::Site site{test::settings_of(auth::Profile::drf_jwt)};
  Routes routes{auth::Profile::drf_jwt};
  std::string root_token;
  std::vector<std::string> issued;
};

TEST_F(Impersonation, ASuperuserGetsATokenAndIsReported) {
  const auto answer = post(R"({"user":1})");
  EXPECT_EQ(answer.status, 201);
  const auto token = parse_json(answer.body)->find("token")->as_string();
  EXPECT_EQ((*site.service.authenticate(token))->username, "admin");
  EXPECT_EQ(issued, std::vector<std::string>{"root as admin"});
  EXPECT_EQ(post(R"({"user":"1"})").status, 201);
}

TEST_F(Impersonation, NobodyElseDoes) {
  EXPECT_EQ(post(R"({"user":2})", "").status, 401);
  const auto staff = post(R"({"user":2})", site.token());
  EXPECT_EQ(staff.status, 403);
  EXPECT_EQ(staff.body, R"({"detail":"You do not have permission to perform this action."})");
  EXPECT_TRUE(issued.empty());
}

TEST_F(Impersonation, NamesWhatIsWrongWithTheUser) {
  EXPECT_EQ(post("{}").body, R"({"user":["This field is required."]})");
  EXPECT_EQ(post(R"({"user":null})").body, R"({"user":["This field may not be null."]})");
  EXPECT_EQ(post(R"({"user":""})").body, R"({"user":["This field may not be null."]})");
  EXPECT_EQ(post(R"({"user":99999})").body,
            R"({"user":["Invalid pk \"99999\" - object does not exist."]})");
  EXPECT_EQ(post(R"({"user":[1]})").body,
            R"({"user":["Incorrect type. Expected pk value, received list."]})");
  EXPECT_EQ(post(R"({"user":true})").body,
            R"({"user":["Incorrect type. Expected pk value, received bool."]})");
  EXPECT_EQ(post(R"({"user":"abc"})").body,
            R"({"user":["Incorrect type. Expected pk value, received str."]})");
  EXPECT_EQ(post("[]").body,
            R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})");
}

TEST_F(Impersonation, AnInactiveUserHasNoToken) {
  const auto gone = site.add("gone", "x", false);
  const auto answer = post(R"({"user":)" + std::to_string(gone.id.number()) + "}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"non_field_errors":["User account is disabled."]})");
}

}  // namespace
}  // namespace restjwt::http
