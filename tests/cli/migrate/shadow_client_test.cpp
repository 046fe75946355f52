#include "cli/migrate/shadow_client.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "cli/command.hpp"
#include "cli/migrate/shadow_server.hpp"

namespace restjwt::cli::migrate {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

http::Request get(const std::string& path = "/me/") {
  http::Request request;
  request.method = "GET";
  request.path = path;
  return request;
}

std::string failure_of(const std::string& words) {
  const test::Server server(words);
  const auto reply = ask(server.peer(), get());
  return reply ? "an answer" : reply.error();
}

TEST(ShadowClient, ReadsStatusHeadersAndBody) {
  const test::Server server(
      "HTTP/1.1 299 Fine Indeed\r\nX-One: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
      "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  const auto reply = ask(server.peer(), get());
  ASSERT_TRUE(reply) << reply.error();
  EXPECT_EQ(reply->response.status, 299);
  EXPECT_EQ(reply->reason, "Fine Indeed");
  EXPECT_EQ(reply->response.headers.joined("Set-Cookie"), "a=1,b=2");
  EXPECT_EQ(reply->response.body, "abc");
}

TEST(ShadowClient, SendsWhatItWasGiven) {
  test::Server server("HTTP/1.1 204 No Content\r\n\r\n");
  auto request = get("/a%20b/");
  request.query = "c=d";
  request.headers.add("authorization", "JWT x");
  request.headers.add("Connection", "X-Hop");
  request.headers.add("X-Hop", "1");
  ASSERT_TRUE(ask(server.peer(), request));
  EXPECT_THAT(server.heard(), StartsWith("GET /a%20b/?c=d HTTP/1.1\r\nHost: 127.0.0.1:"));
  EXPECT_THAT(server.heard(), HasSubstr("\r\nauthorization: JWT x\r\nConnection: close\r\n\r\n"));
}

TEST(ShadowClient, WaitsForTheFinalAnswer) {
  const test::Server server(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(ask(server.peer(), get())->response.body, "ok");
}

TEST(ShadowClient, SaysWhyThereIsNoAnswer) {
  EXPECT_EQ(failure_of(""), "closed without an answer");
  EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"),
            "an answer that was cut off");
  EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nContent-Le"), "an answer that was cut off");
  EXPECT_THAT(failure_of("SSH-2.0-OpenSSH\r\n\r\n"), StartsWith("an answer that is not HTTP"));
  EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"),
            "an answer longer than 8 MiB");
  EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nX: " + std::string(longest_header, 'x')),
            "an answer whose headers are longer than 64 KiB");
}

TEST(ShadowClient, GivesUpOnASlowServer) {
  const test::Server server("HTTP/1.1 200 OK\r\n", false);
  const auto reply = ask(server.peer(), get(), std::chrono::milliseconds(50));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error(), "no answer in time");
}

TEST(ShadowClient, SaysThatNobodyListens) {
  boost::asio::io_context io;
  tcp::socket bound(io, {boost::asio::ip::address_v4::loopback(), 0});  // and never listens
  const auto port = bound.local_endpoint().port();
  const auto peer = find_peer("http://127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(ask(peer, get()).error(), "no connection: Connection refused");
}

TEST(ShadowPeer, IsReadFromAUrl) {
  const auto peer = find_peer("http://127.0.0.1:8001/");
  EXPECT_EQ(peer.authority, "127.0.0.1:8001");
  EXPECT_THAT(peer.addresses, testing::ElementsAre("127.0.0.1"));
  EXPECT_EQ(peer.port, 8001);
  EXPECT_THAT(find_peer("http://[::1]:80").addresses, testing::ElementsAre("::1"));
}

TEST(ShadowPeer, AnotherUrlIsWrongUsage) {
  for (const auto* url : {"https://a:443", "http://a", "http://a:0", "http://a:80/path", "a:80",
                          "http://:80", "http://user@a:80", "http://a:80000", "http://::1:80"})
    EXPECT_THROW(find_peer(url), WrongUsage) << url;
}

}  // namespace
}  // namespace restjwt::cli::migrate
