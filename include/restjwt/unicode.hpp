#pragma once
// UTF-8 one code point at a time (RFC 3629).

#include <cstddef>
#include <string>
#include <string_view>

namespace restjwt {

struct CodePoint {
  char32_t value;    ///< U+FFFD where the bytes are not UTF-8
  std::size_t size;  ///< bytes taken; of wrong bytes as many as could have begun a code point
  bool valid;
};

/// The code point that `text` begins with; `text` must not be empty.
CodePoint first_code_point(std::string_view text) noexcept;

/// Where the first byte stands that is not UTF-8; text.size() where all of it is.
std::size_t first_invalid_utf8(std::string_view text) noexcept;

/// `value` is at most U+10FFFF and no surrogate.
void append_utf8(std::string& out, char32_t value);

}  // namespace restjwt
