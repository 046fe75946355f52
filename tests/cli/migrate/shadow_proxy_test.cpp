#include "cli/migrate/shadow_proxy.hpp"

#include <optional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.hpp"
#include "cli/migrate/shadow_server.hpp"

namespace restjwt::cli::migrate {
namespace {

using test::tcp;

constexpr const char* fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

http::Request get() {
  http::Request request;
  request.method = "GET";
  request.path = "/me/";
  return request;
}

std::string text_of(const Report& report) {
  std::ostringstream out;
  report.print(out);
  return out.str();
}

/// Takes connections and never says a word; with its end they are reset.
class Silent {
 public:
  Peer peer() const {
    return find_peer("http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()));
  }

 private:
  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
};

/// What a client of the pass-through is answered.
Reply answer_through(const Peer& old, Beside& beside) {
  const Proxy proxy({"127.0.0.1", 0}, old, beside);
  return ask(find_peer("http://127.0.0.1:" + std::to_string(proxy.port())), get());
}

TEST(ShadowProxy, AClientDoesNotWaitForOurSide) {
  const test::Server old(fine);
  std::optional<Silent> ours(std::in_place);
  Report report;
  {
    Beside beside(ours->peer(), report, std::chrono::hours(1));
    const auto reply = answer_through(old.peer(), beside);
    ASSERT_TRUE(reply) << reply.error();
    EXPECT_EQ(reply->response.body, "{}");
    ours.reset();
  }
  // Reset before or after it was asked.
  EXPECT_THAT(text_of(report), testing::StartsWith("GET /me/: answer: status 200 → "));
}

TEST(ShadowProxy, ASlowSideOfOursIsADifference) {
  const test::Server old(fine);
  const Silent ours;
  Report report;
  {
    Beside beside(ours.peer(), report, std::chrono::milliseconds(50));
    ASSERT_TRUE(answer_through(old.peer(), beside));
  }
  EXPECT_EQ(text_of(report),
            "GET /me/: answer: status 200 → no answer in time (once)\n"
            "1 request, 0 the same, 1 differ\n");
}

TEST(ShadowProxy, WhatFindsTheQueueFullIsCountedAsNotCompared) {
  std::optional<Silent> ours(std::in_place);
  Report report;
  {
    Beside beside(ours->peer(), report, std::chrono::hours(1));
    Answer long_one;
    long_one.response.body.resize(longest_body);
    // Two are asked about at once, the queue holds eight of this size.
    for (int i = 0; i < 20; ++i) beside.compare(get(), long_one, {});
    ours.reset();
  }
  const auto text = text_of(report);
  EXPECT_NE(text.find("not compared: our side is too slow ("), text.npos) << text;
}

TEST(ShadowProxy, AnAddressThatIsTakenIsRefused) {
  const Silent taken;
  Report report;
  Beside beside(taken.peer(), report);
  EXPECT_THROW(Proxy({"127.0.0.1", taken.peer().port}, taken.peer(), beside), Refused);
}

}  // namespace
}  // namespace restjwt::cli::migrate
