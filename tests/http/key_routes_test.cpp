#include <restjwt/http/key_routes.hpp>

#include <gtest/gtest.h>

#include "support/scheduled_keys.hpp"
#include "support/site.hpp"

namespace restjwt::http {
namespace {

using namespace std::chrono_literals;

constexpr const char* jwks = "/.well-known/jwks.json";
constexpr const char* openid = "/.well-known/openid-configuration";
constexpr const char* oauth = "/.well-known/oauth-authorization-server";

class KeyRoutes : public ::testing::Test, protected test::Rotation {
 protected:
  KeyRoutes() { add("a"); }

  Routes& start(const std::string& issuer = "", const KeyRouteOptions& options = {},
                auth::Profile profile = auth::Profile::v1_0_1) {
    auto settings = test::test_settings();
    settings.profile = profile;
    if (!issuer.empty()) settings.issuer = issuer;
    service_ = std::make_unique<auth::Service>(auth::Parts{
        .settings = settings, .users = *users_, .keys = keys, .clock = [this] { return now; }});
    routes_ = std::make_unique<Routes>(profile);
    add_key_routes(*routes_, *service_, options);
    return *routes_;
  }
  Response ask(const std::string& path, const std::string& method = "GET",
               const std::string& if_none_match = "") {
    Request request;
    request.method = method;
    request.path = path;
    if (!if_none_match.empty()) request.headers.add("If-None-Match", if_none_match);
    return routes_->answer(request);
  }
  static std::string field(const Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or("(none)"));
  }

  std::unique_ptr<auth::UserStore> users_ = storage::open_memory();
  std::unique_ptr<auth::Service> service_;
  std::unique_ptr<Routes> routes_;
};

// The keys.

TEST_F(KeyRoutes, TheKeysAreAJwkSetThatMayBeKeptForAWhile) {
  start();
  const auto response = ask(jwks);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(field(response, "Content-Type"), "application/json");
  EXPECT_EQ(field(response, "Cache-Control"), "public, max-age=300");
  EXPECT_EQ(field(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(response.body, to_text(jose::public_jwk_set(living_keys(keys))));
}

TEST_F(KeyRoutes, OneCacheControlAndNoMore) {
  start();
  EXPECT_EQ(ask(jwks).headers.joined("Cache-Control"), "public, max-age=300");
  EXPECT_EQ(ask("/unknown").headers.joined("Cache-Control"), "no-store");
}

TEST_F(KeyRoutes, TheAgeIsASetting) {
  start("", {.max_age = 1h});
  EXPECT_EQ(field(ask(jwks), "Cache-Control"), "public, max-age=3600");
}

TEST_F(KeyRoutes, ATagThatIsKnownIsAnsweredWithoutABody) {
  start();
  const auto tag = field(ask(jwks), "ETag");
  EXPECT_EQ(tag, "\"" + service_->published_keys()->digest + "\"");
  const auto response = ask(jwks, "GET", tag);
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(field(response, "ETag"), tag);
  EXPECT_EQ(field(response, "Cache-Control"), "public, max-age=300");
  EXPECT_EQ(field(response, "Content-Type"), "(none)");
}

TEST_F(KeyRoutes, IfNoneMatchIsAListComparedWeakly) {
  start();
  const auto tag = field(ask(jwks), "ETag");
  for (const auto& known : {std::string("*"), std::string(" * "), "W/" + tag, "\"other\", " + tag,
                            "\"a,b\" ,W/\"x\"," + tag, ",," + tag, tag + ","})
    EXPECT_EQ(ask(jwks, "GET", known).status, 304) << known;
  for (const auto& unknown :
       {std::string("\"other\""), "w/" + tag, tag.substr(1), tag.substr(0, tag.size() - 1),
        "\"x" + tag, "x, " + tag, "\"a\" \"b\" " + tag, "*, " + tag, std::string(",")})
    EXPECT_EQ(ask(jwks, "GET", unknown).status, 200) << unknown;
}

TEST_F(KeyRoutes, SeveralFieldsAreOneList) {
  start();
  Request request;
  request.method = "GET";
  request.path = jwks;
  request.headers.add("If-None-Match", "\"other\"");
  request.headers.add("If-None-Match", field(ask(jwks), "ETag"));
  EXPECT_EQ(routes_->answer(request).status, 304);
}

TEST_F(KeyRoutes, OtherKeysHaveAnotherTag) {
  start();
  const auto tag = field(ask(jwks), "ETag");
  add("b");
  service_->use_keys(keys);
  EXPECT_EQ(ask(jwks, "GET", tag).status, 200);
  EXPECT_NE(field(ask(jwks), "ETag"), tag);
  EXPECT_NE(ask(jwks).body.find("\"b\""), std::string::npos);
}

TEST_F(KeyRoutes, HeadHasTheSameFieldsAndNoBody) {
  start();
  const auto response = ask(jwks, "HEAD");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(field(response, "ETag"), field(ask(jwks), "ETag"));
}

TEST_F(KeyRoutes, OtherMethodsAreRefusedAsElsewhere) {
  start("https://id.example");
  for (const auto* path : {jwks, openid, oauth}) {
    const auto response = ask(path, "POST");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.body, R"({"detail": "Method 'POST' not allowed."})");
    EXPECT_EQ(field(response, "Allow"), "GET, HEAD");
  }
}

TEST_F(KeyRoutes, WithoutAPublicKeyTheSetIsEmpty) {
  test::Site site;
  Routes routes(auth::Profile::v1_0_1);
  add_key_routes(routes, site.service);
  Request request;
  request.method = "GET";
  request.path = jwks;
  EXPECT_EQ(routes.answer(request).body, R"({"keys":[]})");
}

// What leads there.

TEST_F(KeyRoutes, TheMetadataNameIssuerAndKeysAndClaimNothingElse) {
  start("https://id.example");
  for (const auto* path : {openid, oauth}) {
    const auto response = ask(path);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(
        response.body,
        R"({"issuer":"https://id.example","jwks_uri":"https://id.example/.well-known/jwks.json"})");
    EXPECT_EQ(field(response, "Content-Type"), "application/json");
    EXPECT_EQ(ask(path, "GET", field(response, "ETag")).status, 304);
  }
}

TEST_F(KeyRoutes, TheSlashAtTheIssuersEndIsNotDoubledAndTheIssuerIsAsItIs) {
  start("https://id.example/");
  EXPECT_EQ(
      ask(openid).body,
      R"({"issuer":"https://id.example/","jwks_uri":"https://id.example/.well-known/jwks.json"})");
}

TEST_F(KeyRoutes, AnIssuerWithAPathIsFoundInAllPlaces) {
  start("https://id.example/tenant/one");
  const std::string path = "/tenant/one";
  for (const auto& at : {std::string(openid), std::string(oauth), path + openid, path + oauth,
                         std::string(oauth) + path}) {
    EXPECT_EQ(ask(at).status, 200) << at;
    EXPECT_NE(ask(at).body.find("https://id.example/tenant/one/.well-known/jwks.json"),
              std::string::npos);
  }
  EXPECT_EQ(ask(path + jwks).body, ask(jwks).body);
  EXPECT_EQ(ask(std::string(oauth) + "/other").status, 404);
}

TEST_F(KeyRoutes, TheAddressOfTheKeysIsASetting) {
  start("https://id.example", {.jwks_uri = "https://cdn.example/keys.json"});
  EXPECT_EQ(ask(openid).body,
            R"({"issuer":"https://id.example","jwks_uri":"https://cdn.example/keys.json"})");
  EXPECT_THROW(start("", {.jwks_uri = "keys.json"}), std::invalid_argument);
}

TEST_F(KeyRoutes, AnIssuerThatIsNoAddressHasNoMetadata) {
  for (const auto* issuer :
       {"", "my-api", "http://id.example", "https://", "https://id.example?x=1",
        "https://id.example#x", "ftp://id.example", "https://id.example/a b",
        "https://user@id.example", "https://id.example:http", "http://127.evil.example",
        "https://id.example/\"", "HTTPS://id.example", "https:/id.example"}) {
    start(issuer);
    for (const auto* path : {openid, oauth}) {
      EXPECT_EQ(ask(path).status, 404) << issuer;
      EXPECT_EQ(ask(path).body, R"({"detail": "Not found"})");
    }
  }
}

TEST_F(KeyRoutes, OnTheOwnMachineHttpWillDo) {
  for (const auto* issuer : {"http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000",
                             "https://[2001:db8::1]/x"}) {
    start(issuer);
    EXPECT_EQ(ask(openid).status, 200) << issuer;
  }
}

TEST_F(KeyRoutes, TheyAreTheSameInEveryProfile) {
  start("https://id.example");
  const auto first = ask(openid).body, first_keys = ask(jwks).body;
  for (const auto profile : {auth::Profile::v1_11_0, auth::Profile::drf_jwt}) {
    start("https://id.example", {}, profile);
    EXPECT_EQ(ask(openid).body, first);
    EXPECT_EQ(ask(jwks).body, first_keys);
  }
}

}  // namespace
}  // namespace restjwt::http
