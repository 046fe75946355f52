// The judge of the replay is judged: what it must see, it sees.

#include "server/replay_difference.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <restjwt/jose/jwt.hpp>

#include "support/temporary_folder.hpp"

namespace restjwt::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Exchange recorded_refusal() {
  Exchange exchange;
  exchange.response.headers.add("Content-Type", "application/json");
  exchange.response.body = R"({"detail": "No"})";
  return exchange;
}

std::string token_with(const Json& claims) {
  const Secret secret("a secret for the judge of the replay");
  return jose::encode(claims,
                      jose::SigningKey::from_secret(secret, jose::Algorithm::HS256).value());
}

http::Response handing_out(const std::string& token) {
  return {.body = R"({"token": ")" + token + R"("})"};
}

Json claims_until(std::int64_t exp) { return Json::object({{"user_id", 1}, {"exp", exp}}); }

/// Recorded half a second before the next, unless told otherwise.
Exchange recorded_login(std::int64_t at_us = 500'000) {
  Exchange exchange{.at = 1'000, .at_us = at_us};
  exchange.response = handing_out("recorded");
  exchange.issued.push_back({.pointer = "token",
                             .header = Json::object({{"alg", "HS256"}, {"typ", "JWT"}}),
                             .payload = claims_until(1'300)});
  return exchange;
}

TEST(ReplayDifferences, AreNoneForTheRecordedAnswerInOtherWhiteSpace) {
  auto ours = recorded_refusal().response;
  ours.body = R"({"detail":"No"})";
  EXPECT_THAT(differences(recorded_refusal(), ours, ""), IsEmpty());
}

TEST(ReplayDifferences, NameAnotherStatus) {
  auto ours = recorded_refusal().response;
  ours.status = 400;
  EXPECT_THAT(differences(recorded_refusal(), ours, ""), ElementsAre(StartsWith("status")));
}

TEST(ReplayDifferences, NameAnotherBody) {
  auto ours = recorded_refusal().response;
  ours.body = R"({"detail": "no"})";
  EXPECT_THAT(differences(recorded_refusal(), ours, ""), ElementsAre(StartsWith("body")));
}

TEST(ReplayDifferences, NameABodyWhereNoneWasRecorded) {
  auto exchange = recorded_refusal();
  const auto ours = exchange.response;
  exchange.response.body.clear();
  EXPECT_THAT(differences(exchange, ours, ""), ElementsAre(StartsWith("body")));
}

TEST(ReplayDifferences, NameAnotherHeaderValue) {
  auto ours = recorded_refusal().response;
  ours.headers.set("Content-Type", "text/html");
  EXPECT_THAT(differences(recorded_refusal(), ours, ""), ElementsAre(StartsWith("Content-Type")));
}

TEST(ReplayDifferences, NameACookieThatWasNotThere) {
  auto ours = recorded_refusal().response;
  ours.headers.add("Set-Cookie", "a=b");
  EXPECT_THAT(differences(recorded_refusal(), ours, ""), ElementsAre(StartsWith("Set-Cookie")));
}

TEST(ReplayDifferences, LeaveAloneWhatOnlyHardens) {
  auto ours = recorded_refusal().response;
  ours.headers.add("Cache-Control", "no-store");
  EXPECT_THAT(differences(recorded_refusal(), ours, ""), IsEmpty());
}

TEST(ReplayDifferences, LeaveTheJsonParserItsWording) {
  auto exchange = recorded_refusal();
  auto ours = exchange.response;
  exchange.response.body = R"({"detail": "JSON parse error - as Python says it"})";
  ours.body = R"({"detail": "JSON parse error - as we say it"})";
  EXPECT_THAT(differences(exchange, ours, ""), IsEmpty());
}

TEST(ReplayDifferences, AreNoneForAnotherTokenWithTheRecordedClaims) {
  const auto ours = handing_out(token_with(claims_until(1'300)));
  EXPECT_THAT(differences(recorded_login(), ours, ""), IsEmpty());
}

TEST(ReplayDifferences, NameAClaimThatWasNotThere) {
  auto claims = claims_until(1'300);
  claims.set("jti", "x");
  EXPECT_THAT(differences(recorded_login(), handing_out(token_with(claims)), ""),
              ElementsAre(StartsWith("token claims")));
}

TEST(ReplayDifferences, NameAClaimOfAnotherType) {
  auto claims = claims_until(1'300);
  claims.set("user_id", "1");
  EXPECT_THAT(differences(recorded_login(), handing_out(token_with(claims)), ""),
              ElementsAre(StartsWith("token claims")));
}

TEST(ReplayDifferences, NameASecondThatNoBoundaryExplains) {
  const auto ours = handing_out(token_with(claims_until(1'299)));
  EXPECT_THAT(differences(recorded_login(), ours, ""), ElementsAre(StartsWith("token claims")));
}

TEST(ReplayDifferences, ForgiveTheSecondThatBeganDuringTheAnswer) {
  const auto ours = handing_out(token_with(claims_until(1'299)));
  EXPECT_THAT(differences(recorded_login(950'000), ours, ""), IsEmpty());
}

TEST(ReplayDifferences, DoNotForgiveTwoSeconds) {
  const auto ours = handing_out(token_with(claims_until(1'298)));
  EXPECT_THAT(differences(recorded_login(950'000), ours, ""),
              ElementsAre(StartsWith("token claims")));
}

TEST(ReplayDifferences, NameATokenThatIsNotTheOneSentWhereItWas) {
  auto exchange = recorded_login();
  exchange.issued.front().echo = true;
  const auto token = token_with(claims_until(1'300));
  EXPECT_THAT(differences(exchange, handing_out(token), "another"),
              ElementsAre(StartsWith("token")));
  EXPECT_THAT(differences(exchange, handing_out(token), "before " + token), IsEmpty());
}

TEST(ReplayBoundary, IsNearTheEndOfASecond) {
  EXPECT_TRUE(crosses_a_second(950'000, 0));
  EXPECT_FALSE(crosses_a_second(500'000, 0));
}

TEST(ReplayBoundary, CountsTheFractionOfALifetime) {
  EXPECT_TRUE(crosses_a_second(4'000, 999'999));
}

class ReplayDepartures : public testing::Test {
 protected:
  std::vector<Departure> read(const std::string& json) {
    const auto file = folder_.path() / "departures.json";
    std::ofstream(file) << json;
    return read_departures(file);
  }

  TemporaryFolder folder_;
};

TEST_F(ReplayDepartures, NeedARow) {
  EXPECT_THROW(read(R"([{"id": "a", "row": 0, "status": 400}])"), std::runtime_error);
  EXPECT_THROW(read(R"([{"id": "a", "row": 40, "status": 400}])"), std::runtime_error);
  EXPECT_EQ(read(R"([{"id": "a", "row": 39, "status": 400}])").size(), 1u);
}

TEST_F(ReplayDepartures, NameExchangesByPattern) {
  const auto departure = read(R"([{"id": "1.0.1/auth.*_list", "row": 3, "status": 401}])").front();
  EXPECT_TRUE(departure.matches("1.0.1/auth.exp_list"));
  EXPECT_FALSE(departure.matches("1.0.1/auth.exp_list.again"));
}

TEST_F(ReplayDepartures, StateOurAnswer) {
  const auto departure =
      read(R"([{"id": "a", "row": 3, "status": 401, "body": {"detail": "No"}}])").front();
  EXPECT_THAT(departure.differences({.status = 401, .body = R"({"detail": "No"})"}), IsEmpty());
  EXPECT_THAT(departure.differences({.status = 400, .body = R"({"detail": "No"})"}),
              ElementsAre(StartsWith("status")));
  EXPECT_THAT(departure.differences({.status = 401, .body = R"({"detail": "Yes"})"}),
              ElementsAre(StartsWith("body")));
}

}  // namespace
}  // namespace restjwt::test
