// Every limit of HttpLimits, run into, with the legitimate twin beside it.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "server/loopback.hpp"

namespace restjwt::server {
namespace {

using namespace std::chrono_literals;
using testing::Client;
using testing::count;
using testing::get;
using testing::Running;
using testing::Site;
using testing::status_of;

HttpOptions with(void (*change)(HttpLimits&)) {
  auto options = Site::options();
  change(options.limits);
  return options;
}

/// One request on a connection of its own; everything up to the close.
std::string answer(const Running& server, std::string_view bytes) {
  Client client(server);
  client.send(bytes);
  client.half_close();
  return client.read_to_end();
}

std::string post(std::string_view body) {
  return "POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

std::string chunked(std::size_t chunks) {
  std::string text = "POST /fast HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t i = 0; i < chunks; ++i) text += "1\r\nx\r\n";
  return text + "0\r\n\r\n";
}

void expect_json_refusal(const std::string& text, int status) {
  EXPECT_EQ(status_of(text), status) << text;
  EXPECT_NE(text.find("\r\nContent-Type: application/json\r\n"), text.npos) << text;
  EXPECT_NE(text.find("\r\nConnection: close\r\n"), text.npos) << text;
}

TEST(Limits, RequestLine) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_request_line = 100; }));
  const auto line_of = [](std::size_t size) {
    return get("/fast?" + std::string(size - std::string_view("GET /fast? HTTP/1.1").size(), 'q'));
  };
  EXPECT_EQ(status_of(answer(server, line_of(100))), 200);
  expect_json_refusal(answer(server, line_of(101)), 414);
}

TEST(Limits, HeaderLine) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_header_line = 100; }));
  EXPECT_EQ(status_of(answer(server, get("/fast", "X: " + std::string(97, 'x') + "\r\n"))), 200);
  expect_json_refusal(answer(server, get("/fast", "X: " + std::string(98, 'x') + "\r\n")), 431);
}

TEST(Limits, HeaderLineThatNeverEndsIsRefusedBeforeItHasArrived) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_header_line = 100; }));
  Client client(server);
  client.send("GET /fast HTTP/1.1\r\nX: " + std::string(200, 'x'));
  expect_json_refusal(client.read_to_end(), 431);
}

TEST(Limits, AllHeadersTogether) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_header_size = 300; }));
  std::string fields;
  for (int i = 0; i < 4; ++i) fields += "X: " + std::string(45, 'x') + "\r\n";
  EXPECT_EQ(status_of(answer(server, get("/fast", fields))), 200);
  expect_json_refusal(answer(server, get("/fast", fields + fields)), 431);
}

TEST(Limits, NumberOfHeaders) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_header_count = 3; }));
  EXPECT_EQ(status_of(answer(server, get("/fast", "A: 1\r\nB: 2\r\n"))), 200);  // and Host
  expect_json_refusal(answer(server, get("/fast", "A: 1\r\nB: 2\r\nC: 3\r\n")), 431);
}

TEST(Limits, BodyOfADeclaredLengthIsRefusedBeforeItIsSent) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_body_size = 10; }));
  EXPECT_EQ(status_of(answer(server, post("0123456789"))), 200);
  Client client(server);
  client.send("POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
  expect_json_refusal(client.read_to_end(), 413);
}

TEST(Limits, ChunkedBodyCountsTheSame) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_body_size = 10; }));
  EXPECT_EQ(status_of(answer(server, chunked(10))), 200);
  expect_json_refusal(answer(server, chunked(11)), 413);
}

TEST(Limits, AnExpectedBodyThatIsTooLargeIsNotAskedFor) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_body_size = 10; }));
  Client client(server);
  client.send(
      "POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
  expect_json_refusal(client.read_to_end(), 413);
}

TEST(Limits, ASlowHeaderIs408) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.header_timeout = 20ms; }));
  Client client(server);
  client.send("GET /fast HTTP/1.1\r\n");
  expect_json_refusal(client.read_to_end(), 408);
}

TEST(Limits, EmptyLinesDoNotHoldAPlace) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.header_timeout = 20ms; }));
  Client client(server);
  while (client.send("\r") && client.send("\n")) {
  }  // returns: the server has closed
}

TEST(Limits, ASlowBodyIs408) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.body_timeout = 20ms; }));
  Client client(server);
  client.send("POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
  expect_json_refusal(client.read_to_end(), 408);
}

TEST(Limits, AnIdleConnectionIsClosedWithoutAWord) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.idle_timeout = 20ms; }));
  Client client(server);
  client.send(get("/fast"));
  const auto text = client.read_to_end();  // returns: the server has closed
  EXPECT_EQ(count(text, "HTTP/1.1 "), 1U);
  EXPECT_EQ(status_of(text), 200);
}

TEST(Limits, AClientThatDoesNotReadIsClosed) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.write_timeout = 20ms; }));
  Client client(server);
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += get("/big");  // 100 MiB: more than the kernel takes
  client.send(requests);
  // Until the server has given up, so that nothing below makes room for it.
  while (client.send(get("/fast"))) {
  }
  EXPECT_LT(client.read_to_end().size(), 100U * 1024 * 1024);
}

TEST(Limits, ConnectionsBeyondTheLimitWaitForOthersToGo) {
  Site site;
  Running server(site, with([](HttpLimits& limits) {
                   limits.max_connections = 2;
                   limits.idle_timeout = 1h;
                 }));
  auto first = std::make_unique<Client>(server);
  Client second(server);
  Client third(server);
  first->send(get("/fast"));
  second.send(get("/fast"));
  third.send(get("/fast"));
  first->read_until(" ");
  second.read_until("?");
  first.reset();
  EXPECT_EQ(status_of(third.read_until("?")), 200);
}

TEST(Limits, TheLastRequestOfAConnectionClosesIt) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.max_requests_per_connection = 3; }));
  Client client(server);
  client.send(get("/fast") + get("/fast") + get("/fast") + get("/fast"));
  const auto text = client.read_to_end();
  EXPECT_EQ(count(text, "HTTP/1.1 200"), 3U);
  EXPECT_EQ(count(text, "Connection: close"), 1U);
}

TEST(Limits, StopDoesNotWaitForEverForTheRestOfARequest) {
  Site site;
  Running server(site, with([](HttpLimits& limits) {
                   limits.shutdown_timeout = 20ms;
                   limits.header_timeout = 1h;
                 }));
  Client client(server);
  client.send(get("/fast"));
  client.read_until("?");
  client.send("GET /fast HTTP/1.1\r\n");
  server.stop();  // returns
}

TEST(Limits, StopDoesNotLetAClientWaitForAnAnswerThatDoesNotCome) {
  Site site;
  Running server(site, with([](HttpLimits& limits) { limits.shutdown_timeout = 20ms; }));
  Client client(server);
  client.send(get("/slow"));
  site.slow.wait_for_arrivals(1);
  std::thread waiting([&] {
    EXPECT_EQ(client.read_to_end(), "");  // returns although the answer is not there
    site.slow.open();                     // so that the worker's thread can end
  });
  server.stop();
  waiting.join();
}

}  // namespace
}  // namespace restjwt::server
