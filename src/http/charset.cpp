#include "http/charset.hpp"

#include <algorithm>

#include <restjwt/http/message.hpp>
#include <restjwt/unicode.hpp>

namespace restjwt::http {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// UTF-16 or UTF-32 by the size of its units; the byte order mark is taken off.
class Units {
 public:
  Units(std::string_view bytes, std::size_t size) : bytes_(bytes), size_(size) {
    if (bytes.size() < size) return;
    little_ = peek() != (size == 2 ? 0xFFFEu : 0xFFFE0000u);
    if (peek() == 0xFEFF) bytes_.remove_prefix(size);
  }

  bool empty() const { return bytes_.empty(); }
  bool cut_off() const { return bytes_.size() < size_; }

  char32_t next() {
    const char32_t unit = peek();
    bytes_.remove_prefix(size_);
    return unit;
  }

 private:
  char32_t peek() const {
    char32_t unit = 0;
    for (std::size_t i = 0; i < size_; ++i)
      unit = unit << 8 | static_cast<unsigned char>(bytes_[little_ ? size_ - 1 - i : i]);
    return unit;
  }

  std::string_view bytes_;
  std::size_t size_;
  bool little_ = true;
};

std::optional<std::string> decode_units(std::string_view bytes, std::size_t unit_size) {
  Units units(bytes, unit_size);
  std::string text;
  while (!units.empty()) {
    if (units.cut_off()) return std::nullopt;
    char32_t value = units.next();
    if (unit_size == 2 && value >= 0xD800 && value < 0xDC00 && !units.cut_off()) {
      const char32_t low = units.next();
      if (low < 0xDC00 || low >= 0xE000) return std::nullopt;
      value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
    }
    if ((value >= 0xD800 && value < 0xE000) || value > 0x10FFFF) return std::nullopt;
    append_utf8(text, value);
  }
  return text;
}

}  // namespace

std::optional<std::string> decode_text(std::string_view charset, std::string_view bytes) {
  if (same_name(charset, "utf-16")) return decode_units(bytes, 2);
  if (same_name(charset, "utf-32")) return decode_units(bytes, 4);
  if (same_name(charset, "us-ascii") && !std::ranges::all_of(bytes, is_ascii)) return std::nullopt;
  if (!same_name(charset, "iso-8859-1")) return std::string(bytes);
  std::string text;
  for (const char byte : bytes) append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}

std::string lossy_utf8(std::string bytes) {
  const std::size_t good = first_invalid_utf8(bytes);
  if (good == bytes.size()) return bytes;
  std::string text = bytes.substr(0, good);
  for (std::string_view rest = std::string_view(bytes).substr(good); !rest.empty();) {
    const CodePoint next = first_code_point(rest);
    append_utf8(text, next.value);
    rest.remove_prefix(next.size);
  }
  return text;
}

}  // namespace restjwt::http
