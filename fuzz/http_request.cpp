// Door: the bytes of a connection, cut into pieces as a network would.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/request_parser.hpp"

using restjwt::server::RequestParser;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const restjwt::server::HttpLimits limits{.max_request_line = 300,
                                                  .max_header_line = 300,
                                                  .max_header_size = 600,
                                                  .max_header_count = 10,
                                                  .max_body_size = 200};
  // The first byte says how large the pieces are; 0: everything at once.
  const std::size_t piece = data[0] == 0 ? size : data[0];
  std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  RequestParser parser(limits);
  std::string buffer;
  while (!rest.empty() && parser.state() != RequestParser::State::refused) {
    buffer += rest.substr(0, piece);
    rest.remove_prefix(std::min(piece, rest.size()));
    do {
      const auto used = parser.feed(buffer);
      if (used > buffer.size()) __builtin_trap();
      buffer.erase(0, used);
      if (parser.state() != RequestParser::State::complete) break;
      if (parser.request().path.empty()) __builtin_trap();
      if (parser.request().body.size() > limits.max_body_size) __builtin_trap();
      parser.next();
    } while (!buffer.empty());
    // What stays unparsed is bounded, or a client could make the buffer grow for ever.
    if (buffer.size() > piece + 2000) __builtin_trap();
  }
  return 0;
}
