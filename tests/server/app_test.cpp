// The whole server over a socket, where no recorded exchange says how it has to behave.

#include "server/app.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <vector>

#include "server/app_fixture.hpp"
#include "server/replay_exchange.hpp"

namespace restjwt::test {
namespace {

using namespace std::chrono_literals;

// The endpoints.

TEST_F(AppTest, ProtectedUrlAnswersExactlyTheUserForGet) {
  start();
  const auto answer = ask(request_text("GET", "/protected-url/", authorization(login())));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"user\": \"admin\"}");
}

TEST_F(AppTest, ProtectedUrlAnswersExactlyTheUserForPost) {
  start();
  const auto answer = ask(request_text("POST", "/protected-url/", authorization(login())));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"user\": \"admin\"}");
}

TEST_F(AppTest, VerifyAnswersTheVeryTokenItWasGiven) {
  start();
  const auto token = login();
  now_ += 1;
  const auto answer = verify(token);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"token\": \"" + token + "\"}");
}

TEST_F(AppTest, VerifyRefusesAUserWhoDoesNotExist) {
  start();
  const auto answer = verify(minted(Json::object({{"user_id", 999}})));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"non_field_errors": ["User doesn't exist"]})");
}

TEST_F(AppTest, VerifyRefusesAnInactiveUser) {
  start();
  const auto answer = verify(minted(Json::object({{"user_id", 2}})));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"non_field_errors": ["User doesn't exist"]})");
}

TEST_F(AppTest, VerifyRefusesATokenThatNamesNobody) {
  start();
  const auto answer = verify(minted(Json::object({{"username", "admin"}})));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"non_field_errors": ["Invalid payload"]})");
}

TEST_F(AppTest, VerifyTakesATokenInTheSecondOfItsExp) {
  start();
  const auto token = login();
  now_ += 300;
  EXPECT_EQ(verify(token).status, 200);
}

TEST_F(AppTest, VerifyRefusesATokenASecondAfterItsExp) {
  start();
  const auto token = login();
  now_ += 301;
  const auto answer = verify(token);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"non_field_errors": ["Signature has expired."]})");
}

TEST_F(AppTest, VerifyRefusesAForgedSignature) {
  start();
  const auto forged = bend(login(), Json::object({{"first_signature_char", ""}}));
  const auto answer = verify(forged);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"non_field_errors": ["Error decoding signature."]})");
}

TEST_F(AppTest, VerifyWantsAToken) {
  start();
  const auto answer = ask(json_post("/api-token-verify/", Json::object()));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"token": ["This field is required."]})");
}

TEST_F(AppTest, HealthzAndReadyzAnswer200) {
  start();
  EXPECT_EQ(ask(request_text("GET", "/healthz")).status, 200);
  EXPECT_EQ(ask(request_text("GET", "/readyz")).status, 200);
}

TEST_F(AppTest, UnknownPathIs404InJson) {
  start();
  const auto answer = ask(request_text("GET", "/nope/"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "{\"detail\": \"Not found\"}");
}

TEST_F(AppTest, PathWithoutItsSlashLeadsToTheOneWithIt) {
  start();
  const auto answer = ask(request_text("POST", "/api-token-auth?next=1"));
  EXPECT_EQ(answer.status, 301);
  EXPECT_EQ(answer.headers.find("Location"), "http://127.0.0.1/api-token-auth/?next=1");
}

TEST_F(AppTest, AnAllowedPageCanReadARefusalTooAndOthersCannot) {
  config_.cors.allowed_origins = {"https://app.example"};
  start();
  const auto allows = [&](const std::string& origin, const std::string& path, std::size_t body) {
    const auto answer =
        ask(request_text("POST", path, "Origin: " + origin + "\r\n", std::string(body, 'x')));
    EXPECT_GE(answer.status, 400);
    return answer.headers.find("Access-Control-Allow-Origin") == origin;
  };
  for (const auto* path : {"/api-token-auth/", "/nowhere"})
    for (const std::size_t body : {1, 70'000}) {
      EXPECT_TRUE(allows("https://app.example", path, body)) << path << body;
      EXPECT_FALSE(allows("https://evil.example", path, body)) << path << body;
    }
}

TEST_F(AppTest, BodyOverTheLimitIs413InJsonAndClosesTheConnection) {
  config_.http.limits.max_body_size = 1'000;
  start();
  HttpClient client(app_->port());
  client.send(request_text("POST", "/api-token-auth/", {}, std::string(1'001, 'x')));
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(parse_json(answer.body)) << answer.body;
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(AppTest, BodyAtTheLimitIsRead) {
  config_.http.limits.max_body_size = 1'000;
  start();
  const auto answer = ask(request_text("POST", "/api-token-auth/",
                                       "Content-Type: application/x-www-form-urlencoded\r\n",
                                       std::string(login_form) + "&x=" + std::string(967, 'x')));
  EXPECT_EQ(answer.status, 200) << answer.body;
}

// Connections.

TEST_F(AppTest, IdentityDoesNotStickToAKeptConnection) {
  start();
  HttpClient client(app_->port());
  client.send(request_text("GET", "/protected-url/", authorization(login())));
  EXPECT_EQ(client.receive().status, 200);
  client.send(request_text("GET", "/protected-url/"));
  EXPECT_EQ(client.receive().status, 401);
}

TEST_F(AppTest, PipelinedRequestsAreAnsweredInTheirOrderThoughSomeAreSlow) {
  start();
  HttpClient client(app_->port());
  client.send(login_request() + request_text("GET", "/protected-url/") + login_request() +
              request_text("GET", "/readyz") + request_text("GET", "/nope/"));
  std::vector<int> statuses;
  std::generate_n(std::back_inserter(statuses), 5, [&] { return client.receive().status; });
  EXPECT_EQ(statuses, (std::vector{200, 401, 200, 200, 404}));
}

// Users.

TEST_F(AppTest, UserDisabledThroughAnotherConnectionIsRefused) {
  start();
  HttpClient client(app_->port());
  const auto request = request_text("GET", "/protected-url/", authorization(login()));
  client.send(request);
  ASSERT_EQ(client.receive().status, 200);

  storage::SqliteDatabase other({.file = database_});
  ASSERT_TRUE(other.users()->set_active(auth::UserId(1), false));
  // The promise is a second. How long it takes is the machine's affair, that it happens is ours.
  const auto patience = std::chrono::steady_clock::now() + 10s;
  int status = 200;
  while (status == 200 && std::chrono::steady_clock::now() < patience)
    status = exchange(app_->port(), request).status;
  EXPECT_EQ(status, 401);
}

}  // namespace
}  // namespace restjwt::test
