#include "server/request_parser.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace restjwt::server {
namespace {

using State = RequestParser::State;

struct Parsed {
  State state;
  int status;  // of a refusal, else 0
  http::Request request;
  std::size_t used;
};

/// Reads `bytes` in pieces of `piece` bytes, as a connection would.
Parsed parse(std::string_view bytes, std::size_t piece = std::string_view::npos) {
  const HttpLimits limits;
  RequestParser parser(limits);
  std::string buffer;
  std::size_t used = 0;
  while (!bytes.empty() && (parser.state() == State::header || parser.state() == State::body)) {
    const auto part = bytes.substr(0, piece);
    buffer += part;
    bytes.remove_prefix(part.size());
    const auto taken = parser.feed(buffer);
    buffer.erase(0, taken);
    used += taken;
  }
  const bool refused = parser.state() == State::refused;
  return {parser.state(), refused ? parser.refusal().status : 0, parser.request(), used};
}

int refused(std::string_view bytes) { return parse(bytes).status; }
bool accepted(std::string_view bytes) { return parse(bytes).state == State::complete; }

std::string with(std::string_view field) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(field) + "\r\n\r\n";
}
std::string chunked(std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
}

TEST(RequestParser, SplitsTheTargetAtItsFirstQuestionMark) {
  const auto parsed = parse("GET /a%20b?c=d?e HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(parsed.state, State::complete);
  EXPECT_EQ(parsed.request.method, "GET");
  EXPECT_EQ(parsed.request.path, "/a%20b");
  EXPECT_EQ(parsed.request.query, "c=d?e");
}

TEST(RequestParser, KeepsTheFieldsInOrder) {
  const auto parsed = parse("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nx:\t2 \r\n\r\n");
  ASSERT_EQ(parsed.request.headers.size(), 3U);
  EXPECT_EQ(parsed.request.headers[2].value, "2");
  EXPECT_EQ(parsed.request.headers.joined("X"), "1,2");
}

TEST(RequestParser, ReadsABodyOfTheDeclaredLength) {
  const auto parsed = parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /");
  ASSERT_EQ(parsed.state, State::complete);
  EXPECT_EQ(parsed.request.body, "abc");
}

TEST(RequestParser, StopsBehindTheRequest) {
  const std::string first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(parse(first + "GET /next").used, first.size());
}

TEST(RequestParser, ReadsAChunkedBody) {
  EXPECT_EQ(parse(chunked("3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n")).request.body,
            "abc0123456789");
}

TEST(RequestParser, ReadsThreeHundredChunks) {
  std::string body;
  for (int i = 0; i < 300; ++i) body += "1\r\nx\r\n";
  EXPECT_EQ(parse(chunked(body + "0\r\n\r\n")).request.body, std::string(300, 'x'));
}

TEST(RequestParser, ReadsEveryRequestAByteAtATime) {
  const std::vector<std::string> requests{
      "\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n", with("Content-Length: 2").append("ab"),
      chunked("0\r\n\r\n"), chunked("2\r\nab\r\n0\r\nTrailer: x\r\n\r\n")};
  for (const auto& request : requests) {
    const auto parsed = parse(request, 1);
    EXPECT_EQ(parsed.state, State::complete) << request;
    EXPECT_EQ(parsed.used, request.size()) << request;
  }
}

TEST(RequestParser, EmptyChunkedBodyMayArriveInPiecesOfAnySize) {
  for (std::size_t piece = 1; piece < 6; ++piece)
    EXPECT_EQ(parse(chunked("0\r\n\r\n"), piece).state, State::complete) << piece;
}

TEST(RequestParser, TrailersAreDropped) {
  const auto parsed = parse(chunked("0\r\nAuthorization: JWT x\r\n\r\n"));
  ASSERT_EQ(parsed.state, State::complete);
  EXPECT_FALSE(parsed.request.headers.find("Authorization"));
}

TEST(RequestParser, TrailersAreCheckedLikeFields) {
  EXPECT_EQ(refused(chunked("0\r\nA: b\r\n c\r\n\r\n")), 400);
  EXPECT_EQ(refused(chunked("0\r\nA_b: c\r\n\r\n")), 400);
  EXPECT_EQ(refused(chunked("0\r\nContent-Length: 1\r\n\r\n")), 400);
}

TEST(RequestParser, NextForgetsTheLastRequest) {
  const HttpLimits limits;
  RequestParser parser(limits);
  parser.feed("POST /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\nContent-Length: 1\r\n\r\nz");
  parser.next();
  parser.feed("GET /c HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.request().path, "/c");
  EXPECT_EQ(parser.request().query, "");
  EXPECT_EQ(parser.request().body, "");
  EXPECT_FALSE(parser.request().headers.find("X"));
}

// RFC 9112 §3.2.

TEST(RequestParser, AbsoluteFormMeansItsPath) {
  const auto parsed = parse("GET http://a.example:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(parsed.request.path, "/x");
  EXPECT_EQ(parsed.request.query, "y");
  EXPECT_EQ(parse("GET HTTPS://a?y HTTP/1.1\r\nHost: a\r\n\r\n").request.path, "/");
}

TEST(RequestParser, OtherFormsOfTheTargetAreRefused) {
  for (const auto* target : {"ftp://a/x", "http:///x", "http://u@a/x", "x", "a:80", "*", "/a#b"})
    EXPECT_EQ(refused(std::string("GET ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n"), 400)
        << target;
}

TEST(RequestParser, AsteriskIsForOptions) {
  EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").request.path, "*");
}

TEST(RequestParser, UnknownMethodIsARequestLikeAnyOther) {
  EXPECT_EQ(parse("FOO / HTTP/1.1\r\nHost: a\r\n\r\n").request.method, "FOO");
  EXPECT_TRUE(accepted("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST(RequestParser, ConnectAndMethodsOfOtherProtocolsAreNotImplemented) {
  EXPECT_EQ(refused("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
  EXPECT_EQ(refused("ANNOUNCE /x HTTP/1.0\r\n\r\n"), 501);
}

TEST(RequestParser, OtherVersionsAreNotSupported) {
  EXPECT_EQ(refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(refused("PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(refused("GET / HTTP/5.6\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(refused("GET / HTTP/0.9\r\nHost: a\r\n\r\n"), 505);
}

TEST(RequestParser, WordsThatAreNoVersionAreMalformed) {
  EXPECT_EQ(refused("GET /\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refused("GET / ICE/1.0\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refused("GET / x HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

// Framing that can be read in two ways (RFC 9112 §6.3, §11.2).

TEST(RequestParser, LengthAndChunkedTogetherAreRefused) {
  EXPECT_EQ(refused(with("Content-Length: 1\r\nTransfer-Encoding: chunked")), 400);
  EXPECT_EQ(refused(with("Transfer-Encoding: chunked\r\nContent-Length: 1")), 400);
  EXPECT_EQ(refused(with("Content-Length: 1\r\nTransfer-Encoding: identity")), 400);
}

TEST(RequestParser, TwoLengthsAreRefusedEvenWhenEqual) {
  EXPECT_EQ(refused(with("Content-Length: 1\r\nContent-Length: 1")), 400);
  EXPECT_EQ(refused(with("Content-Length: 1, 1")), 400);
}

TEST(RequestParser, LengthIsDigitsOnly) {
  for (const auto* value : {"+1", "-1", "1 1", "0x1", "1a", "", "18446744073709551616"})
    EXPECT_EQ(refused(with("Content-Length: " + std::string(value))), 400) << value;
  EXPECT_TRUE(accepted(with("Content-Length: 000")));
}

TEST(RequestParser, TransferEncodingIsChunkedAndNothingElse) {
  for (const auto* value : {"gzip", "gzip, chunked", "chunked, gzip", "chunkedchunked", "chunked,",
                            "\"chunked\"", "x chunked", ""})
    EXPECT_EQ(refused(with("Transfer-Encoding: " + std::string(value))), 400) << value;
  EXPECT_EQ(refused(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")), 400);
  EXPECT_TRUE(accepted(with("Transfer-Encoding: CHUNKED").append("0\r\n\r\n")));
}

TEST(RequestParser, Http10KnowsNoChunks) {
  EXPECT_EQ(refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
}

TEST(RequestParser, ChunkSizesAreHexadecimalDigits) {
  for (const auto* body :
       {"x\r\n", "\r\n\r\n", " 1\r\na\r\n", "1 \r\na\r\n", "0x1\r\na\r\n", "+1\r\na\r\n",
        "1\r\naXX", "1\na\r\n", "1\r\r\na\r\n", "11111111111111111\r\n"})
    // The empty line leaves nothing to wait for.
    EXPECT_EQ(refused(chunked(std::string(body) + "\r\n\r\n")), 400) << body;
}

TEST(RequestParser, LinesEndWithCarriageReturnAndLineFeed) {
  EXPECT_EQ(refused("GET / HTTP/1.1\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: a\r\nX: 1\rY: 2\r\n\r\n"), 400);
  EXPECT_EQ(refused("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestParser, ChunkExtensionsHoldNoLineFeedEvenInQuotes) {
  EXPECT_TRUE(accepted(chunked("1;a=\"x y\"\r\nb\r\n0\r\n\r\n")));
  EXPECT_EQ(refused(chunked("1;a=\"x\ny\"\r\nb\r\n0\r\n\r\n")), 400);
  EXPECT_EQ(refused(chunked("1;a=\"x\r\ny\"\r\nb\r\n0\r\n\r\n")), 400);
}

TEST(RequestParser, FoldedFieldsAreRefused) {
  EXPECT_EQ(refused(with("X: 1\r\n 2")), 400);
  EXPECT_EQ(refused(with("X:\r\n\t2")), 400);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
}

TEST(RequestParser, NamesAreTokensAndStandDirectlyBeforeTheColon) {
  for (const auto* field : {"X : 1", ": 1", "X", "X\x01: 1", "X@: 1", "X_Y: 1"})
    EXPECT_EQ(refused(with(field)), 400) << field;
  EXPECT_TRUE(accepted(with("X-Y: 1")));
}

TEST(RequestParser, ControlCharactersInValuesAreRefused) {
  EXPECT_EQ(refused(with(std::string("X: a\0b", 6))), 400);
  EXPECT_EQ(refused(with("X: a\x1b")), 400);
  EXPECT_EQ(refused(with("X: a\x7f")), 400);
  EXPECT_TRUE(accepted(with("X: a\tb\xfc")));
}

TEST(RequestParser, Http11NeedsExactlyOneHost) {
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refused(with("Host: a")), 400);
  EXPECT_TRUE(accepted("GET / HTTP/1.0\r\n\r\n"));
}

TEST(RequestParser, HostIsAHost) {
  for (const auto* host : {"", "a b", "u@a", "a/b", ":80", "a\"b"})
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), 400) << host;
  for (const auto* host : {"a", "127.0.0.1:8000", "[::1]:80"})
    EXPECT_TRUE(accepted("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n")) << host;
}

TEST(RequestParser, DataBehindTheLastRequestIsRefused) {
  EXPECT_EQ(refused(with("Connection: close").append("GET / HTTP/1.1\r\n")), 400);
  EXPECT_EQ(refused("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n"), 400);
  EXPECT_TRUE(accepted(with("Connection: close").append("\r\n")));
}

TEST(RequestParser, KnowsWhetherTheConnectionStays) {
  const HttpLimits limits;
  const auto stays = [&](std::string_view bytes) {
    RequestParser parser(limits);
    parser.feed(bytes);
    return parser.keep_alive();
  };
  EXPECT_TRUE(stays(with("X: y")));
  EXPECT_FALSE(stays(with("Connection: x, close")));
  EXPECT_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestParser, OnlyTheExpectationOfContinueCanBeMet) {
  const HttpLimits limits;
  RequestParser parser(limits);
  parser.feed(with("Content-Length: 1\r\nExpect: 100-Continue"));
  EXPECT_EQ(parser.state(), State::body);
  EXPECT_TRUE(parser.expects_continue());
  EXPECT_EQ(refused(with("Expect: miracles")), 417);
}

}  // namespace
}  // namespace restjwt::server
