// What a client reads that has guessed too often.

#include <gtest/gtest.h>

#include <restjwt/http.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

using namespace std::chrono_literals;

class Throttled : public testing::TestWithParam<auth::Profile> {
 protected:
  Throttled() {
    users->add(
        {.username = "admin",
         .password = auth::make_password(Secret("abc123"), test::cheap_hasher(), system_random())});
    add_token_routes(routes, service);
  }

  Response log_in(const std::string& name, const std::string& password) {
    Request made{.method = "POST", .path = "/api-token-auth/", .remote_address = "192.0.2.1"};
    made.headers.add("Content-Type", "application/json");
    made.body = to_text(Json::object({{"username", name}, {"password", password}}));
    return routes.answer(made);
  }
  Response log_in_often(const std::string& name) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in(name, "wrong").status, 400);
    return log_in(name, "abc123");
  }
  static std::string all_of(const Response& response) {
    auto text = std::to_string(response.status);
    for (std::size_t i = 0; i < response.headers.size(); ++i)
      text.append("\n")
          .append(response.headers[i].name)
          .append(": ")
          .append(response.headers[i].value);
    return text + "\n\n" + response.body;
  }

  TimePoint now{1'795'473'400s};
  storage::MemoryDatabase database{};
  std::unique_ptr<auth::UserStore> users = database.users();
  std::unique_ptr<auth::ThrottleStore> throttle = database.throttle();
  auth::Service service{{.settings = test::settings_of(GetParam()),
                         .users = *users,
                         .throttle = auth::ThrottleParts{*throttle},
                         .clock = [this] { return now; }}};
  Routes routes{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Profiles, Throttled,
                         testing::Values(auth::Profile::v1_0_1, auth::Profile::v1_11_0,
                                         auth::Profile::drf_jwt));

TEST_P(Throttled, TheAnswerIs429InTheWordsOfTheProfile) {
  const bool old = GetParam() == auth::Profile::v1_0_1;
  const auto response = log_in_often("admin");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.find("Retry-After"), "900");
  EXPECT_EQ(response.headers.find("X-Throttle-Wait-Seconds").has_value(), old);
  EXPECT_EQ(response.headers.find("Allow"), "POST, OPTIONS");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.body,
            old ? R"({"detail": "Request was throttled.Expected available in 900 seconds."})"
                : R"({"detail":"Request was throttled. Expected available in 900 seconds."})");
  now += 899s;
  const auto last = log_in("admin", "abc123");
  EXPECT_EQ(last.headers.find("Retry-After"), "1");
  EXPECT_NE(last.body.find("available in 1 second."), std::string::npos) << last.body;
}

TEST_P(Throttled, WhoHasNoAccountReadsTheSameToTheLastByte) {
  EXPECT_EQ(all_of(log_in_often("admin")), all_of(log_in_often("nobody")));
}

TEST_P(Throttled, WhoGoesOnIsAnsweredFromMemoryInTheSameWords) {
  const auto from_memory = [&] {
    Request made{.method = "POST", .path = "/api-token-auth/", .remote_address = "192.0.2.1"};
    made.headers.add("Content-Type", "application/json");
    return routes.answer(made, auth::Reach::memory);
  };
  EXPECT_FALSE(from_memory());
  const auto refused = all_of(log_in_often("admin"));
  EXPECT_FALSE(from_memory());
  for (int i = 0; i < 20; ++i) log_in("admin", "wrong");
  const auto early = from_memory();
  ASSERT_TRUE(early);
  EXPECT_EQ(all_of(*early), refused);
}

TEST_P(Throttled, OtherDoorsStayOpen) {
  const auto token = log_in("admin", "abc123");
  const auto body = parse_json(token.body).value();
  for (int i = 0; i < 6; ++i) log_in("admin", "wrong");
  ASSERT_EQ(log_in("admin", "wrong").status, 429);
  Request refresh{.method = "POST", .path = "/api-token-refresh/", .remote_address = "192.0.2.1"};
  refresh.headers.add("Content-Type", "application/json");
  refresh.body = to_text(Json::object({{"token", *body.find("token")}}));
  EXPECT_EQ(routes.answer(refresh).status, token.status);
}

}  // namespace
}  // namespace restjwt::http
