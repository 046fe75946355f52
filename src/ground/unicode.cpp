#include <restjwt/unicode.hpp>

namespace restjwt {

CodePoint first_code_point(std::string_view text) noexcept {
  constexpr char32_t replacement = 0xFFFD;
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};

  const std::size_t size = lead < 0xC2   ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 0) return {replacement, 1, false};
  // The second byte keeps out overlong forms, surrogates and what lies above U+10FFFF.
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;

  char32_t value = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (i == text.size() || byte(i) < low || byte(i) > high) return {replacement, i, false};
    value = value << 6 | (byte(i) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return {value, size, true};
}

std::size_t first_invalid_utf8(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    const CodePoint next = first_code_point(text.substr(i));
    if (!next.valid) return i;
    i += next.size;
  }
  return text.size();
}

void append_utf8(std::string& out, char32_t value) {
  const auto tail = [value](unsigned shift) {
    return static_cast<char>(0x80 | (value >> shift & 0x3F));
  };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += {static_cast<char>(0xC0 | value >> 6), tail(0)};
  } else if (value < 0x10000) {
    out += {static_cast<char>(0xE0 | value >> 12), tail(6), tail(0)};
  } else {
    out += {static_cast<char>(0xF0 | value >> 18), tail(12), tail(6), tail(0)};
  }
}

}  // namespace restjwt
