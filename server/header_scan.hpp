#pragma once
// A first look at the raw lines of a header block, before the HTTP parser sees it: counts against
// the limits while the bytes arrive, and refuses the line endings and foldings that parsers
// disagree on.

#include <cstddef>
#include <string_view>

#include "server/http_server.hpp"

namespace restjwt::server {

class HeaderScan {
 public:
  enum class Verdict {
    incomplete,
    complete,
    bare_line_feed,
    folded_line,      ///< obs-fold, RFC 9112 §5.2
    start_line_long,  ///< 414
    field_long,       ///< 431
    too_many_fields,  ///< 431
    block_long,       ///< 431
  };
  enum class Start { request_line, trailer };

  explicit HeaderScan(const HttpLimits& limits, Start start = Start::request_line) noexcept
      : limits_(limits), in_start_line_(start == Start::request_line) {}

  /// `block` is everything that has arrived since the first byte, each time longer. Looks at every
  /// byte once.
  Verdict look(std::string_view block) noexcept;

 private:
  Verdict check_line(std::string_view line) noexcept;
  Verdict check_length(std::size_t line_size, std::size_t end) const noexcept;

  const HttpLimits& limits_;
  bool in_start_line_;
  std::size_t fields_begin_ = 0;  // behind the request line
  std::size_t line_begin_ = 0;
  std::size_t looked_at_ = 0;
  std::size_t field_count_ = 0;
};

}  // namespace restjwt::server
