// Pairs beside the single token: whose door a token comes to. What the endpoints answer is replayed
// from simplejwt (tests/server/replay_pairs_test.cpp).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <restjwt/http.hpp>
#include <restjwt/http/pair_routes.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

using testing::HasSubstr;

class PairDoors : public testing::Test {
 protected:
  void start(auth::Settings settings, auth::PairSettings pairs = {}) {
    service_ = std::make_unique<auth::Service>(
        auth::Parts{.settings = std::move(settings), .users = *users_, .pairs = std::move(pairs)});
    routes_.emplace(auth::Profile::v1_11_0);
    add_token_routes(*routes_, *service_);
    add_pair_routes(*routes_, *service_);
    routes_->add("/protected-url/", user_view(*service_, all_authentication(*service_)));
    single_ = service_->obtain("ada", password_).value().token;
    pair_ = service_->pairs()->obtain("ada", password_).value();
  }

  Response ask(const std::string& authorization, const char* header = "Authorization") {
    Request request{.method = "GET", .path = "/protected-url/"};
    if (!authorization.empty()) request.headers.add(header, authorization);
    return routes_->answer(request);
  }
  Response post(const std::string& path, const Json& body) {
    Request request{.method = "POST", .path = path, .body = to_text(body)};
    request.headers.add("Content-Type", "application/json");
    return routes_->answer(request);
  }
  static std::string challenge(const Response& response) {
    return std::string(response.headers.find("WWW-Authenticate").value_or("none"));
  }

  const Secret password_{"abc123"};
  std::unique_ptr<auth::UserStore> users_ = storage::open_memory();
  const auth::User ada_ = *users_->add(
      {.username = "ada",
       .password = auth::make_password(password_, test::cheap_hasher(), system_random())});
  std::unique_ptr<auth::Service> service_;
  std::optional<Routes> routes_;
  std::string single_;
  auth::TokenPair pair_;
};

TEST_F(PairDoors, EachSchemeHasItsOwnTokens) {
  start(test::settings_of(auth::Profile::v1_11_0));
  EXPECT_EQ(ask("JWT " + single_).status, 200);
  EXPECT_EQ(ask("Bearer " + pair_.access).status, 200);
  EXPECT_EQ(ask("bearer " + pair_.access).status, 200);
  EXPECT_EQ(ask("JWT " + pair_.access).status, 401);
  EXPECT_EQ(ask("Bearer " + single_).status, 401);
  for (const auto* scheme : {"JWT ", "Bearer "}) EXPECT_EQ(ask(scheme + pair_.refresh).status, 401);
}

TEST_F(PairDoors, WhoRefusesSaysInWhichSchemeToComeBack) {
  start(test::settings_of(auth::Profile::v1_11_0));
  EXPECT_EQ(challenge(ask("JWT x")), "JWT realm=\"api\"");
  EXPECT_EQ(challenge(ask("Bearer x")), "Bearer realm=\"api\"");
  EXPECT_EQ(challenge(ask("")), "JWT realm=\"api\"");
}

TEST_F(PairDoors, WhereBothHaveOneSchemeTheClaimsDecide) {
  for (const auto profile : {auth::Profile::v1_11_0, auth::Profile::drf_jwt}) {
    auto settings = test::settings_of(profile);
    settings.auth_header_prefix = "Bearer";
    start(settings);
    EXPECT_EQ(ask("Bearer " + single_).status, 200);
    EXPECT_EQ(ask("Bearer " + pair_.access).status, 200);
    EXPECT_EQ(ask("Bearer " + pair_.refresh).status, 401);
    EXPECT_THAT(ask("Bearer " + pair_.refresh).body, HasSubstr("Token has wrong type"));
    EXPECT_EQ(ask("Bearer x.y.z").status, 401);
    EXPECT_THAT(ask("Bearer x.y.z").body, Not(HasSubstr("token type")));
  }
}

TEST_F(PairDoors, AHeaderOfAnotherNameIsTold) {
  auth::PairSettings pairs;
  pairs.auth_header_name = "X-Access-Token";
  start(test::settings_of(auth::Profile::v1_11_0), pairs);
  const auto taken = ask("Bearer " + pair_.access, "X-Access-Token");
  EXPECT_EQ(taken.status, 200);
  EXPECT_THAT(std::string(taken.headers.find("Vary").value_or("")), HasSubstr("X-Access-Token"));
  EXPECT_EQ(ask("Bearer " + pair_.access).status, 401);
}

TEST_F(PairDoors, ATokenOfAPairIsNoSingleOneAtAnyDoor) {
  start(test::settings_of(auth::Profile::v1_11_0));
  for (const auto* path : {"/api-token-verify/", "/api-token-refresh/"})
    for (const auto& token : {pair_.access, pair_.refresh})
      EXPECT_EQ(post(path, Json::object({{"token", token}})).status, 400) << path;
  EXPECT_EQ(post("/api/token/verify/", Json::object({{"token", single_}})).status, 401);
  EXPECT_EQ(post("/api/token/refresh/", Json::object({{"refresh", single_}})).status, 401);
}

TEST_F(PairDoors, WithoutSessionsNothingIsBlacklisted) {
  start(test::settings_of(auth::Profile::v1_11_0));
  EXPECT_EQ(post("/api/token/blacklist/", Json::object({{"refresh", pair_.refresh}})).status, 404);
}

TEST_F(PairDoors, PairsHaveToBeThere) {
  auth::Service none({.settings = test::settings_of(auth::Profile::v1_11_0), .users = *users_});
  Routes routes(auth::Profile::v1_11_0);
  EXPECT_THROW(add_pair_routes(routes, none), std::invalid_argument);
  EXPECT_THROW((void)pair_authentication(none), std::invalid_argument);
}

}  // namespace
}  // namespace restjwt::http
