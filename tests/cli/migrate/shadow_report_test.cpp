#include "cli/migrate/shadow_report.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/migrate/shadow_discretion.hpp"

namespace restjwt::cli::migrate {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Answer answer(int status) { return {.response = {.status = status, .body = "{}"}}; }

Exchange exchange(const std::string& path, int old, int ours) {
  http::Request request;
  request.method = "GET";
  request.path = path;
  return {.request = std::move(request), .old = answer(old), .ours = answer(ours)};
}

std::string text_of(const Report& report) {
  std::ostringstream out;
  report.print(out);
  return out.str();
}

TEST(ShadowReport, TheMostFrequentKindIsFirst) {
  Report report;
  report.add(exchange("/a/", 200, 200));
  report.add(exchange("/a/", 200, 404));
  report.add(exchange("/b/", 200, 404));
  report.add(exchange("/b/", 200, 404));
  report.skip("no time");
  EXPECT_EQ(text_of(report),
            "GET /b/: status: 200 → 404 (2 times)\n"
            "GET /a/: status: 200 → 404 (once)\n"
            "not compared: no time (once)\n"
            "4 requests, 1 the same, 3 differ\n");
  EXPECT_TRUE(report.differs());
}

TEST(ShadowReport, KnownDeparturesAreCountedButAreNoDifference) {
  Report report;
  report.add(exchange("/api-token-verify/", 500, 400));
  EXPECT_THAT(
      text_of(report),
      StartsWith("GET /api-token-verify/: status: 500 → 400 (known, row 2) (once)\nrow 2: "));
  EXPECT_THAT(text_of(report),
              EndsWith(".\n1 request, 0 the same, 1 differ, 1 of them as known\n"));
  EXPECT_FALSE(report.differs());
}

TEST(ShadowReport, ManyKindsAreCountedTogether) {
  Report report;
  for (int i = 0; i < 1005; ++i) report.add(exchange("/" + std::to_string(i), 200, 404));
  EXPECT_EQ(report.to_json().find("kinds")->as_array().size(), 1001u);
  EXPECT_THAT(text_of(report), HasSubstr("… …: further kinds: … → … (5 times)\n"));
  EXPECT_THAT(text_of(report), EndsWith("1005 requests, 0 the same, 1005 differ\n"));
}

TEST(ShadowReport, ControlCharactersAreEscaped) {
  Report report;
  report.add(exchange("/\x1b[2J", 200, 404));
  EXPECT_THAT(text_of(report), testing::Not(HasSubstr("\x1b")));
}

std::string shown_path(const std::string& path, const std::string& query = "") {
  http::Request request;
  request.path = path;
  request.query = query;
  return Discretion::path(request);
}

TEST(ShadowDiscretion, PartsOfAPathThatIdentifySomethingAreNotShown) {
  EXPECT_EQ(shown_path("/api-token-impersonate/"), "/api-token-impersonate/");
  EXPECT_EQ(shown_path("/users/7/6c84fb90-12c4-11e1-840d-7b25c5ee775a"), "/users/7/…");
  EXPECT_EQ(shown_path("/reset/MQ/5vl-1b2c3d4e5f6071829304/"), "/reset/MQ/…/");
  EXPECT_EQ(shown_path("/with/" + std::string(33, 'x')), "/with/…");
  EXPECT_EQ(shown_path("/login/", "token=abc"), "/login/?…");
}

TEST(ShadowDiscretion, WhateverWasSentIsNotShown) {
  http::Request request;
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Authorization", "JWT to.ke.n");
  request.headers.add("Cookie", "session=cookie1; other=\"cookie2\"");
  request.query = "q=qu%65ry";
  request.body = "password=pa+ss";
  const Discretion discretion(request);
  for (const auto* secret : {"to.ke.n", "cookie1", "cookie2", "query", "pa ss"})
    EXPECT_FALSE(discretion.allows("it was " + std::string(secret) + "!")) << secret;
  EXPECT_TRUE(discretion.allows("JWT realm=\"api\"; session"));
  EXPECT_FALSE(discretion.allows("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"));
  EXPECT_FALSE(discretion.allows(std::string(201, 'x')));
}

}  // namespace
}  // namespace restjwt::cli::migrate
