// One connection and what may happen on it.

#include "server/connection.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "server/loopback.hpp"

namespace restjwt::server {
namespace {

using testing::Client;
using testing::count;
using testing::get;
using testing::Running;
using testing::Site;
using testing::status_of;

class ConnectionTest : public ::testing::Test {
 protected:
  Site site;
  Running server{site};
};

std::string field(std::string_view answer, std::string_view name) {
  const auto begin = answer.find("\r\n" + std::string(name) + ": ");
  if (begin == answer.npos) return "(none)";
  const auto value = begin + name.size() + 4;
  return std::string(answer.substr(value, answer.find("\r\n", value) - value));
}

TEST_F(ConnectionTest, IsKeptForTheNextRequest) {
  Client client(server);
  client.send(get("/fast?1"));
  EXPECT_EQ(status_of(client.read_until("GET /fast?1 ")), 200);
  client.send(get("/fast?2"));
  EXPECT_EQ(status_of(client.read_until("GET /fast?2 ")), 200);
}

TEST_F(ConnectionTest, ClosesWhenTheClientAsks) {
  Client client(server);
  client.send(get("/fast", "Connection: close\r\n"));
  EXPECT_EQ(field(client.read_to_end(), "Connection"), "close");
}

TEST_F(ConnectionTest, OfHttp10ClosesUnlessItIsAskedToStay) {
  Client client(server);
  client.send("GET /fast?1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(field(client.read_until("GET /fast?1 "), "Connection"), "keep-alive");
  client.send("GET /fast?2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(field(client.read_to_end(), "Connection"), "close");
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += get("/fast?" + std::to_string(i));
  Client client(server);
  client.send(requests);
  for (int i = 0; i < 500; ++i)
    ASSERT_EQ(count(client.read_until("/fast?" + std::to_string(i) + " "), "HTTP/1.1 200"), 1U);
}

TEST_F(ConnectionTest, KeepsTheOrderWhenASlowAnswerIsInBetween) {
  Client client(server);
  client.send(get("/fast?1") + get("/slow?2") + get("/hashing?3") + get("/fast?4"));
  site.slow.wait_for_arrivals(1);
  site.hashing.open();
  site.slow.open();
  for (const auto* end : {"/fast?1 ", "/slow?2 ", "/hashing?3 ", "/fast?4 "})
    EXPECT_EQ(count(client.read_until(end), "HTTP/1.1 "), 1U) << end;
}

TEST_F(ConnectionTest, OthersAreServedWhileOneWaits) {
  Client waiting(server), other(server);
  waiting.send(get("/hashing"));
  site.hashing.wait_for_arrivals(1);
  other.send(get("/fast") + get("/slow"));
  EXPECT_EQ(status_of(other.read_until("/fast?")), 200);
  site.slow.open();
  EXPECT_EQ(status_of(other.read_until("/slow?").substr(1)), 200);
}

TEST_F(ConnectionTest, TakesARequestInAnyPieces) {
  Client client(server);
  const std::string request =
      "POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get("/fast?next");
  for (const char byte : request) client.send({&byte, 1});
  EXPECT_EQ(status_of(client.read_until("hello")), 200);
  EXPECT_EQ(status_of(client.read_until("?next ")), 200);
}

TEST_F(ConnectionTest, ReadsAChunkedBody) {
  Client client(server);
  client.send("POST /fast HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 300; ++i) client.send("1;name=value\r\nx\r\n");
  client.send("0\r\nTrailer: dropped\r\n\r\n");
  EXPECT_EQ(status_of(client.read_until(std::string(300, 'x'))), 200);
}

TEST_F(ConnectionTest, AsksForABodyThatIsExpectedToBeAskedFor) {
  Client client(server);
  client.send(
      "POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(status_of(client.read_until("ok")), 200);
}

TEST_F(ConnectionTest, HeadHasTheHeadersAndNoBody) {
  Client client(server);
  client.send("HEAD /fast HTTP/1.1\r\nHost: a\r\n\r\n" + get("/fast?next"));
  const auto text = client.read_until("?next ");
  EXPECT_EQ(count(text, "HTTP/1.1 200"), 2U);
  EXPECT_EQ(count(text, "HEAD"), 0U);
}

TEST_F(ConnectionTest, EveryAnswerHasADateAndARequestIdAndNamesNoServer) {
  Client client(server);
  client.send(get("/fast", "Connection: close\r\n"));
  const auto text = client.read_to_end();
  EXPECT_TRUE(field(text, "Date").ends_with(" GMT"));
  EXPECT_NE(field(text, "X-Request-Id"), "(none)");
  EXPECT_EQ(field(text, "Server"), "(none)");
}

TEST_F(ConnectionTest, TakesARequestIdThatIsHarmlessAndNoOther) {
  Client client(server);
  client.send(get("/fast?1", "X-Request-Id: abc-1.2_3\r\n"));
  EXPECT_EQ(field(client.read_until("?1 "), "X-Request-Id"), "abc-1.2_3");
  for (const auto& id : {std::string("a b"), std::string("\"}"), std::string(65, 'a')}) {
    client.send(get("/fast?2", "X-Request-Id: " + id + "\r\n"));
    EXPECT_NE(field(client.read_until("?2 "), "X-Request-Id"), id);
  }
}

TEST_F(ConnectionTest, NothingIsAnsweredBehindARefusal) {
  Client client(server);
  client.send(get("/fast?1") + "GET /fast HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + get("/fast?3"));
  const auto text = client.read_to_end();
  EXPECT_EQ(count(text, "HTTP/1.1 200"), 1U);
  EXPECT_EQ(count(text, "HTTP/1.1 400"), 1U);
  EXPECT_EQ(count(text, "?3"), 0U);
}

TEST_F(ConnectionTest, ThatDiesWhileItsAnswerIsMadeDoesNoHarm) {
  {
    Client client(server);
    client.send(get("/slow"));
    site.slow.wait_for_arrivals(1);
  }
  site.slow.open();
  Client client(server);
  client.send(get("/slow"));
  EXPECT_EQ(status_of(client.read_until("/slow?")), 200);
}

TEST_F(ConnectionTest, AnswersWhatIsLargerThanTheKernelTakesAtOnce) {
  Client client(server);
  client.send(get("/big") + get("/fast?next"));
  const auto text = client.read_until("?next ");
  EXPECT_EQ(count(text, std::string(1024 * 1024, 'b')), 1U);
  EXPECT_EQ(count(text, "HTTP/1.1 200"), 2U);
}

TEST(FullQueue, IsAnsweredAtOnceAndTheRestGoesOn) {
  Site site;
  auto options = Site::options();
  options.hashing_queue = 1;
  Running server(site, options);
  Client working(server), queued(server), refused(server);
  working.send(get("/hashing"));
  site.hashing.wait_for_arrivals(1);
  queued.send(get("/fast") + get("/hashing"));
  queued.read_until("/fast?");  // so its second request has been read, and waits
  refused.send(get("/hashing", "Connection: close\r\n"));
  const auto text = refused.read_to_end();
  EXPECT_EQ(status_of(text), 503);
  EXPECT_EQ(field(text, "Retry-After"), "1");
  EXPECT_EQ(field(text, "Content-Type"), "application/json");
  Client other(server);
  other.send(get("/fast"));
  EXPECT_EQ(status_of(other.read_until("/fast?")), 200);
  site.hashing.open();
  EXPECT_EQ(status_of(working.read_until("/hashing?")), 200);
}

TEST(Stop, AnswersWhatIsUnderWayAndClosesTheRest) {
  Site site;
  Running server(site);
  Client idle(server), waiting(server);
  idle.send(get("/fast"));
  idle.read_until("/fast?");
  waiting.send(get("/slow"));
  site.slow.wait_for_arrivals(1);
  std::thread stopping([&] { server.stop(); });
  idle.read_to_end();  // returns: stop() has begun, and closed it
  site.slow.open();
  const auto text = waiting.read_to_end();
  stopping.join();
  EXPECT_EQ(status_of(text), 200);
  EXPECT_EQ(field(text, "Connection"), "close");
}

TEST(Stop, AnswersTheFirstRequestOfAConnectionThatWasThereBefore) {
  Site site;
  Running server(site);
  Client idle(server), fresh(server);
  idle.send(get("/fast"));
  idle.read_until("/fast?");
  std::thread stopping([&] { server.stop(); });
  idle.read_to_end();  // returns: stop() has begun
  fresh.send(get("/fast"));
  const auto text = fresh.read_to_end();
  stopping.join();
  EXPECT_EQ(status_of(text), 200);
  EXPECT_EQ(field(text, "Connection"), "close");
}

TEST(Stop, TakesNoNewConnections) {
  Site site;
  Running server(site);
  const auto port = server.port();
  server.stop();
  EXPECT_THROW(Client{port}, std::runtime_error);
}

TEST(Start, OnATakenPortThrows) {
  Site site;
  Running server(site);
  auto options = Site::options();
  options.port = server.port();
  EXPECT_THROW(HttpServer(options, site.routes, site.log), std::system_error);
}

}  // namespace
}  // namespace restjwt::server
