#include "server/replay_exchange.hpp"

#include <gtest/gtest.h>

namespace restjwt::test {
namespace {

TEST(ReplayUses, AreBentAsRecorded) {
  EXPECT_EQ(bend("a.b.cde", Json()), "a.b.cde");
  EXPECT_EQ(bend("a.b.cde", Json::object({{"append", "="}})), "a.b.cde=");
  EXPECT_EQ(bend("a.b.cde", Json::object({{"insert", "!*"}, {"before_last", 2}})), "a.b.c!*de");
  EXPECT_EQ(bend("a.b.cde", Json::object({{"first_signature_char", ""}})), "a.b.Ade");
}

TEST(ReplayRequest, HoldsTheTokenOurServerIssued) {
  const Exchange exchange{.method = "POST",
                          .target = "/api-token-refresh/",
                          .headers = {{"Authorization", "JWT old"}, {"Content-Length", "8"}},
                          .body = "token=old",
                          .uses = {{.from_step = 0, .recorded = "old"}}};
  EXPECT_EQ(request_bytes(exchange, {{{0, "token"}, "newer"}}),
            "POST /api-token-refresh/ HTTP/1.1\r\nAuthorization: JWT newer\r\n"
            "Content-Length: 11\r\n\r\ntoken=newer");
}

TEST(ReplayRequest, SendsAChunkedBodyAsOneChunk) {
  const Exchange exchange{.method = "POST",
                          .target = "/",
                          .headers = {{"Transfer-Encoding", "chunked"}},
                          .body = "seventeen letters"};
  EXPECT_EQ(request_bytes(exchange, {}),
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            "11\r\nseventeen letters\r\n0\r\n\r\n");
}

TEST(ReplayExchanges, AreReadAsTheyWereSent) {
  const auto exchanges = read_exchanges("data/exchanges/1.0.1.jsonl");
  ASSERT_EQ(exchanges.size(), 391u);
  EXPECT_EQ(exchanges.front().id, "1.0.1/obtain.json.ok");
  EXPECT_EQ(exchanges.front().body, R"({"username": "admin", "password": "abc123"})");
  EXPECT_EQ(exchanges.front().response.status, 200);
}

}  // namespace
}  // namespace restjwt::test
