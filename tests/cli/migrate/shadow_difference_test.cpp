#include "cli/migrate/shadow_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <restjwt/jose/base64url.hpp>

namespace restjwt::cli::migrate {

void PrintTo(const Difference& difference, std::ostream* out) {
  *out << difference.what << ": " << difference.old << " -> " << difference.ours << " row "
       << difference.row;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr const char* json_type = "application/json";

Answer answer(int status, std::string body, const Pairs& headers = {},
              const std::string& type = json_type) {
  Answer made;
  made.response.status = status;
  made.response.body = std::move(body);
  if (!type.empty()) made.response.headers.add("Content-Type", type);
  for (const auto& [name, value] : headers) made.response.headers.add(name, value);
  return made;
}

http::Request request(std::string body = R"({"username": "admin", "password": "abc123"})",
                      std::string path = "/api-token-auth/") {
  http::Request made;
  made.method = "POST";
  made.path = std::move(path);
  made.headers.add("Content-Type", json_type);
  made.body = std::move(body);
  return made;
}

std::vector<Difference> between(const Answer& old, const Answer& ours,
                                const http::Request& asked = request(),
                                std::chrono::seconds lag = std::chrono::seconds(0)) {
  return differences({.request = asked, .old = old, .ours = ours, .lag = lag});
}

std::string token(const std::string& claims, const std::string& header = R"({"alg":"HS256"})") {
  return jose::base64url_encode(header) + '.' + jose::base64url_encode(claims) + '.' +
         jose::base64url_encode("a signature");
}
Answer issued(const std::string& claims, const std::string& header = R"({"alg":"HS256"})") {
  return answer(200, R"({"token": ")" + token(claims, header) + "\"}");
}
Answer with(const Pairs& headers) { return answer(200, "{}", headers); }

TEST(ShadowDifference, EqualAnswersDoNotDiffer) {
  EXPECT_THAT(between(answer(200, R"({"a": 1, "b": [true, null]})"),
                      answer(200, R"({"b":[true,null],"a":1})")),
              IsEmpty());
}

TEST(ShadowDifference, AStatusIsToldWithBothNumbers) {
  EXPECT_THAT(between(answer(200, "{}"), answer(201, "{}")),
              ElementsAre(Difference{"status", "200", "201"}));
}

TEST(ShadowDifference, AnOldServerErrorThatIsARefusalHereIsKnown) {
  const auto page = answer(500, "<h1>Server Error</h1>", {}, "text/html");
  EXPECT_THAT(between(page, answer(400, "{}"), request("{}", "/api-token-verify/")),
              ElementsAre(Difference{"status", "500", "400", 2}));
  EXPECT_THAT(between(page, answer(401, "{}"), request("", "/me/")),
              ElementsAre(Difference{"status", "500", "401", 3}));
  EXPECT_EQ(between(page, answer(500, "{}")).front().what, "page");
}

TEST(ShadowDifference, APasswordWithWhiteSpaceAroundItIsKnown) {
  const auto asked = [](const std::string& password) {
    return request(R"({"username": "ada", "password": ")" + password + "\"}", "/api-token-auth/");
  };
  const auto in = answer(200, R"({"detail": "in"})"), out = answer(400, R"({"detail": "in"})");
  EXPECT_THAT(between(in, out, asked(" abc123")),
              ElementsAre(Difference{"status", "200", "400", 15}));
  EXPECT_THAT(between(in, out, asked("abc123")), ElementsAre(Difference{"status", "200", "400"}));
}

TEST(ShadowDifference, APathBehindAnEndpointIsKnown) {
  const auto old = answer(400, R"({"password": ["This field is required."]})");
  const auto ours = answer(404, R"({"detail": "Not found"})");
  EXPECT_THAT(between(old, ours, request("{}", "/api-token-auth/anything")),
              ElementsAre(Difference{"status", "400", "404", 31}));
  EXPECT_EQ(between(old, ours, request("{}", "/login/")).front(),
            (Difference{"status", "400", "404"}));
}

TEST(ShadowDifference, AnHtmlPageIsToldAndNotCompared) {
  EXPECT_THAT(
      between(answer(404, "<h1>Not Found</h1>", {{"Allow", "GET"}}, "text/html; charset=utf-8"),
              answer(404, R"({"detail": "Not found"})")),
      ElementsAre(Difference{"page", "HTML there", "JSON here", 38}));
  EXPECT_THAT(between(answer(200, "<h1>Login</h1>", {}, "text/html"), answer(200, "{}")),
              ElementsAre(Difference{"page", "HTML there", "JSON here"}));
}

TEST(ShadowDifference, AMissingMemberIsToldByItsType) {
  EXPECT_THAT(between(answer(200, R"({"user": {"id": 1, "name": "admin"}})"),
                      answer(200, R"({"user": {"name": "admin"}, "more": []})")),
              ElementsAre(Difference{"body user id", "number", "none"},
                          Difference{"body more", "none", "list"}));
}

TEST(ShadowDifference, AValueOfASuccessIsNotTold) {
  EXPECT_THAT(between(answer(200, R"({"email": "a@example.com"})"),
                      answer(200, R"({"email": "b@example.com"})")),
              ElementsAre(Difference{"body email", "text", "another text"}));
}

TEST(ShadowDifference, ASentenceOfARefusalIsTold) {
  EXPECT_THAT(between(answer(400, R"({"non_field_errors": ["Unable to login."]})"),
                      answer(400, R"({"non_field_errors": ["Unable to log in."]})")),
              ElementsAre(Difference{"body non_field_errors[0]", "\"Unable to login.\"",
                                     "\"Unable to log in.\""}));
  EXPECT_THAT(
      between(answer(401, R"({"detail": "No."})"), answer(401, R"({"password": ["Blank."]})")),
      ElementsAre(Difference{"body detail", "\"No.\"", "none"},
                  Difference{"body password", "none", "[\"Blank.\"]"}));
}

TEST(ShadowDifference, ASentenceThatRepeatsWhatWasSentIsNotTold) {
  EXPECT_THAT(between(answer(400, R"({"detail": "abc123 is wrong"})"),
                      answer(400, R"({"detail": "It is wrong"})")),
              ElementsAre(Difference{"body detail", "text", "\"It is wrong\""}));
  EXPECT_THAT(between(answer(400, R"({"abc123": 1})"), answer(400, "{}")),
              ElementsAre(Difference{"body …", "number", "none"}));
  const auto unread = request("password=abc123");
  EXPECT_THAT(between(answer(400, R"({"detail": "abc123"})"), answer(400, "{}"), unread),
              ElementsAre(Difference{"body …", "text", "none"}));
}

TEST(ShadowDifference, AnyOtherTextOfARefusalIsNotTold) {
  EXPECT_THAT(between(answer(400, R"({"trace": "/srv/site"})"), answer(400, "{}")),
              ElementsAre(Difference{"body trace", "text", "none"}));
}

TEST(ShadowDifference, TheJsonParsersOwnWordingDoesNotCount) {
  const auto ours = answer(400, R"({"detail": "JSON parse error - syntax"})");
  EXPECT_THAT(between(answer(400, R"({"detail": "JSON parse error - Expecting value"})"), ours),
              IsEmpty());
  EXPECT_EQ(between(answer(400, R"({"detail": "Malformed request."})"), ours).size(), 1u);
}

TEST(ShadowDifference, ABodyThatIsNoJsonIsTold) {
  EXPECT_THAT(between(answer(200, "ok"), answer(200, R"("ok")")),
              ElementsAre(Difference{"body", "not JSON", "JSON"}));
  EXPECT_THAT(between(answer(200, "", {}, ""), answer(200, "", {}, "")), IsEmpty());
}

TEST(ShadowDifference, OfTheContentTypeOnlyTheMediaTypeCounts) {
  EXPECT_THAT(between(answer(200, "{}", {}, "application/json; charset=utf-8"), answer(200, "{}")),
              IsEmpty());
  EXPECT_THAT(between(answer(200, "{}", {}, "text/json"), answer(200, "{}")),
              ElementsAre(Difference{"Content-Type", "text/json", json_type}));
}

TEST(ShadowDifference, ListsInHeadersHaveNoOrder) {
  EXPECT_THAT(between(with({{"Allow", "POST, OPTIONS"}, {"Vary", "Accept, Cookie"}}),
                      with({{"Allow", "OPTIONS,POST"}, {"Vary", "cookie"}, {"Vary", "Accept"}})),
              IsEmpty());
  EXPECT_THAT(between(with({{"Vary", "Accept"}}), with({})),
              ElementsAre(Difference{"Vary", "Accept", "none"}));
}

TEST(ShadowDifference, AChallengeAndALocationHaveToBeTheSame) {
  EXPECT_THAT(
      between(with({{"WWW-Authenticate", "JWT realm=\"api\""}, {"Location", "/a/?t=1"}}),
              with({{"WWW-Authenticate", "Bearer realm=\"api\""}, {"Location", "/b/"}})),
      ElementsAre(Difference{"WWW-Authenticate", "JWT realm=\"api\"", "Bearer realm=\"api\""},
                  Difference{"Location", "/a/", "/b/"}));
}

TEST(ShadowDifference, OtherHeadersDoNotCount) {
  EXPECT_THAT(between(with({{"Server", "gunicorn"}}), with({{"X-Frame-Options", "DENY"}})),
              IsEmpty());
}

TEST(ShadowDifference, TimesMayBeTwoSecondsApartAndTheLag) {
  const auto old = issued(R"({"exp": 1000, "orig_iat": 700})");
  EXPECT_THAT(between(old, issued(R"({"orig_iat": 702, "exp": 1002})")), IsEmpty());
  EXPECT_THAT(between(old, issued(R"({"exp": 1003, "orig_iat": 697})")),
              ElementsAre(Difference{"body token claim exp", "a time", "a later one"},
                          Difference{"body token claim orig_iat", "a time", "an earlier one"}));
  EXPECT_THAT(
      between(old, issued(R"({"exp": 1003, "orig_iat": 700})"), request(), std::chrono::seconds(1)),
      IsEmpty());
}

TEST(ShadowDifference, ClaimsAreToldByNameAndType) {
  EXPECT_THAT(between(issued(R"({"user_id": 1, "email": "a@b", "jti": "x"})"),
                      issued(R"({"user_id": "1", "email": "c@d", "sub": "admin"})")),
              ElementsAre(Difference{"body token claim user_id", "number", "text"},
                          Difference{"body token claim email", "text", "another text"},
                          Difference{"body token claim jti", "text", "none"},
                          Difference{"body token claim sub", "none", "text"}));
}

TEST(ShadowDifference, IdsOfTokensOnlyHaveToBeThere) {
  EXPECT_THAT(between(issued(R"({"jti": "x", "orig_jti": "y"})"),
                      issued(R"({"jti": "a", "orig_jti": "b"})")),
              IsEmpty());
}

TEST(ShadowDifference, AProfileIdThatIsNoLongerAListIsKnown) {
  EXPECT_THAT(between(issued(R"({"user_profile_id": [7]})"), issued(R"({"user_profile_id": 7})")),
              ElementsAre(Difference{"body token claim user_profile_id", "list", "number", 33}));
}

TEST(ShadowDifference, HeadersOfTokensHaveToBeTheSame) {
  EXPECT_THAT(between(issued("{}", R"({"typ":"JWT","alg":"HS256"})"),
                      issued("{}", R"({"alg":"HS512","typ":"JWT"})")),
              ElementsAre(Difference{"body token header alg", "\"HS256\"", "\"HS512\""}));
}

TEST(ShadowDifference, ATokenThatOneSideRepeatsTheOtherHasToRepeat) {
  for (const auto* other : {R"({"user_id": 1, "exp": 5000})", R"({"user_id": 2, "exp": 1000})"}) {
    const auto sent = token(R"({"user_id": 1, "exp": 1000})");
    const auto asked = request(R"({"token": ")" + sent + "\"}", "/api-token-verify/");
    const auto repeated = issued(R"({"user_id": 1, "exp": 1000})");
    EXPECT_THAT(between(repeated, repeated, asked), IsEmpty());
    EXPECT_THAT(between(repeated, issued(other), asked),
                ElementsAre(Difference{"body token", "the token sent", "another token"}));
  }
}

TEST(ShadowDifference, ATokenWithoutAnIdMadeAgainWithinTheSecondIsTheSame) {
  const auto asked =
      request(R"({"token": ")" + token(R"({"exp": 1000})") + "\"}", "/api-token-refresh/");
  EXPECT_THAT(between(issued(R"({"exp": 1000})"), issued(R"({"exp": 1001})"), asked), IsEmpty());
  const auto with_id = request(R"({"token": ")" + token(R"({"exp": 1000, "jti": "a"})") + "\"}",
                               "/api-token-refresh/");
  EXPECT_THAT(between(issued(R"({"exp": 1000, "jti": "a"})"),
                      issued(R"({"exp": 1000, "jti": "b"})"), with_id),
              ElementsAre(Difference{"body token", "the token sent", "another token"}));
}

TEST(ShadowDifference, ATimeToldBesideItsTokenMayDifferAsTheClaimMay) {
  const auto answered = [](const std::string& pk, const std::string& iat) {
    return answer(201,
                  R"({"pk": )" + pk + R"(, "token": ")" + token("{\"iat\": " + iat + "}") + "\"}");
  };
  EXPECT_THAT(between(answered("1000", "1000"), answered("1001", "1001")), IsEmpty());
  EXPECT_THAT(between(answered("1000", "1000"), answered("7", "1001")),
              ElementsAre(Difference{"body pk", "number", "another number"}));
}

TEST(ShadowDifference, ATokenAgainstATextIsTold) {
  EXPECT_THAT(between(issued("{}"), answer(200, R"({"token": "none"})")),
              ElementsAre(Difference{"body token", "token", "no token"}));
}

TEST(ShadowDifference, CookiesAreComparedByAttributeAndToken) {
  const auto old = "jwt=" + token(R"({"exp": 10})") + "; Path=/; Max-Age=300; HttpOnly";
  const auto same = "jwt=" + token(R"({"exp":11})") + "; httponly; max-age=300; path=/";
  EXPECT_THAT(between(with({{"Set-Cookie", old}}), with({{"Set-Cookie", same}})), IsEmpty());
  const auto other = "jwt=" + token(R"({"exp": 99})") + "; Path=/; Max-Age=600; Secure";
  EXPECT_THAT(between(with({{"Set-Cookie", old}}), with({{"Set-Cookie", other}})),
              ElementsAre(Difference{"cookie jwt httponly", "set", "none"},
                          Difference{"cookie jwt max-age", "300", "600"},
                          Difference{"cookie jwt secure", "none", "set", 20},
                          Difference{"cookie jwt claim exp", "a time", "a later one"}));
}

TEST(ShadowDifference, ASecureCookieIsNoDepartureWhereTheOldServerKnowsTheAttribute) {
  EXPECT_THAT(between(with({{"Set-Cookie", "s=a; SameSite=Lax"}}),
                      with({{"Set-Cookie", "s=b; SameSite=Lax; Secure"}})),
              ElementsAre(Difference{"cookie s secure", "none", "set"}));
}

TEST(ShadowDifference, ACookieThatOneSideDoesNotSetIsTold) {
  EXPECT_THAT(between(with({{"Set-Cookie", "session=a"}}), with({{"Set-Cookie", "csrf=b"}})),
              ElementsAre(Difference{"cookie session", "set", "none"},
                          Difference{"cookie csrf", "none", "set"}));
  EXPECT_THAT(between(with({{"Set-Cookie", "s=a"}}), with({{"Set-Cookie", "s=b"}})), IsEmpty());
}

TEST(ShadowDifference, TheCookieAgainstForgedRequestsIsADeparture) {
  EXPECT_THAT(between(with({{"Set-Cookie", "s=a"}}),
                      with({{"Set-Cookie", "s=a"}, {"Set-Cookie", "csrftoken=b"}})),
              ElementsAre(Difference{"cookie csrftoken", "none", "set", 20}));
}

TEST(ShadowDifference, NoAnswerIsADifference) {
  EXPECT_THAT(differences({.request = request(),
                           .old = std::string("closed without an answer"),
                           .ours = answer(200, "{}")}),
              ElementsAre(Difference{"answer", "closed without an answer", "status 200"}));
}

}  // namespace
}  // namespace restjwt::cli::migrate
