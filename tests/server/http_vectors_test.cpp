// The framing cases of llhttp (shared/vectors/http1_llhttp.json) against our parser and, over a
// socket, against the server.

#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/loopback.hpp"
#include "server/replay_exchange.hpp"
#include "server/request_parser.hpp"
#include "support/vectors.hpp"

namespace restjwt::server {
namespace {

struct Case {
  std::string id;
  bool refuse;
  std::string bytes;
};

// Most cases have no Host, which alone is a reason to refuse them: with one, the verdict is about
// what the case is about.
std::string with_host(std::string bytes) {
  const auto start = bytes.find_first_not_of("\r\n");
  const auto line_end = bytes.find('\n', start);
  if (line_end == bytes.npos || bytes.find("HTTP/1.1") > line_end) return bytes;
  if (bytes.find("Host:") != bytes.npos || bytes.find("host:") != bytes.npos) return bytes;
  return bytes.insert(line_end + 1, "Host: a\r\n");
}

std::vector<Case> cases() {
  std::vector<Case> all;
  const Json file = test::read_vectors("http1_llhttp.json");
  for (const auto& each : file.find("cases")->as_array())
    all.push_back({test::text_of(each, "id"), test::text_of(each, "expect") == "refuse",
                   with_host(test::from_base64(test::text_of(each, "b64")))});
  return all;
}

struct Outcome {
  int complete = 0;  // requests read to their end
  int refusal = 0;   // status
  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view bytes, std::size_t piece) {
  const HttpLimits limits;
  RequestParser parser(limits);
  Outcome outcome;
  std::string buffer;
  while (!bytes.empty()) {
    buffer += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (bool more = true; more;) {
      buffer.erase(0, parser.feed(buffer));
      more = parser.state() == RequestParser::State::complete;
      if (parser.state() == RequestParser::State::refused) {
        outcome.refusal = parser.refusal().status;
        return outcome;
      }
      if (!more) continue;
      ++outcome.complete;
      parser.next();
      more = !buffer.empty();
    }
  }
  return outcome;
}

class HttpVectors : public test::VectorTest {};

TEST_F(HttpVectors, WhatCanBeReadTwoWaysIsNeverReadToItsEnd) {
  for (const auto& each : cases()) {
    if (!each.refuse) continue;
    EXPECT_EQ(parse(each.bytes, each.bytes.size()).complete, 0) << each.id;
    // In these two the first request closes the connection, and what is wrong is the data behind
    // it: where that has not arrived yet, the first one is answered, and nothing else.
    const bool first_is_good =
        each.id.ends_with("/connection-2") || each.id.ends_with("/connection-7");
    EXPECT_EQ(parse(each.bytes, 1).complete, first_is_good ? 1 : 0) << each.id << " byte by byte";
  }
}

// A stricter parser than llhttp may refuse more. These are all that ours does.
TEST_F(HttpVectors, WhatIsPlainIsRead) {
  const std::vector<std::string> stricter{
      "connection-1",           // no Host in its second request
      "method-53",              // CONNECT: 501
      "method-55",              //
      "method-63",              // ICE/1.0, RTSP/1.0: other protocols
      "method-64",              //
      "sample-78",              // "GET /": HTTP/0.9
      "transfer-encoding-101",  // "deflate" is no framing we know
      "uri-117",                // user information in a request target
  };
  std::vector<std::string> refused;
  for (const auto& each : cases())
    if (!each.refuse && parse(each.bytes, each.bytes.size()).refusal != 0)
      refused.push_back(each.id.substr(each.id.find('/') + 1));
  EXPECT_EQ(refused, stricter);
}

TEST_F(HttpVectors, TheServerRefusesClosesOrAnswersAndNothingBehindIt) {
  // Their bytes end before our parser decides, which it does at the end of a line or of a header
  // block: no answer, and the connection closes.
  const std::vector<std::string> unfinished{"content-length-19",    "content-length-30",
                                            "invalid-37",           "invalid-48",
                                            "transfer-encoding-94", "transfer-encoding-106"};
  testing::Site site;
  testing::Running server(site);
  std::vector<std::string> silent;
  int refused = 0, answered = 0, refused_as_stricter = 0, never_complete = 0;
  for (const auto& each : cases()) {
    testing::Client client(server);
    client.send(each.bytes);
    client.half_close();
    const auto answers = client.read_to_end();  // returns: the server has closed
    const int status = testing::status_of(answers);
    const bool is_refusal = status == 400 || status == 501 || status == 505;
    EXPECT_EQ(testing::count(answers, "HTTP/1.1 500"), 0U) << each.id;
    if (is_refusal) {
      EXPECT_EQ(testing::count(answers, "HTTP/1.1 "), 1U) << each.id << "\n" << answers;
      EXPECT_EQ(testing::count(answers, "\r\nConnection: close\r\n"), 1U) << each.id;
      EXPECT_EQ(testing::count(answers, "\r\nContent-Type: application/json\r\n"), 1U) << each.id;
      ++(each.refuse ? refused : refused_as_stricter);
    } else if (answers.empty()) {
      if (each.refuse) silent.push_back(each.id.substr(each.id.find('/') + 1));
      else ++never_complete;
    } else {
      // Nothing the site knows is asked for.
      EXPECT_FALSE(each.refuse) << each.id << "\n" << answers;
      EXPECT_EQ(status, 404) << each.id << "\n" << answers;
      ++answered;
    }
  }
  EXPECT_EQ(silent, unfinished);
  std::printf(
      "http1_llhttp: %d refused, %zu closed without an answer; of those to parse %d answered, "
      "%d refused as stricter, %d never complete\n",
      refused, silent.size(), answered, refused_as_stricter, never_complete);
}

}  // namespace
}  // namespace restjwt::server
