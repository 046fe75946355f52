#include "http/charset.hpp"

#include <algorithm>

#include <restjwt/unicode.hpp>

namespace restjwt::http {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

enum class Order { marked, little, big };

/// UTF-16 or UTF-32 by the size of its units. Where the name does not say in which order their
/// bytes are, a mark does, and is taken off.
class Units {
 public:
  Units(std::string_view bytes, std::size_t size, Order order)
      : bytes_(bytes), size_(size), little_(order != Order::big) {
    if (order != Order::marked || bytes.size() < size) return;
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
  bool little_;
};

std::optional<std::string> decode_units(std::string_view bytes, std::size_t unit_size,
                                        Order order) {
  Units units(bytes, unit_size, order);
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

/// Python takes "utf-16", "UTF_16" and "utf16" for one name, and so do clients.
std::string plain_name(std::string_view charset) {
  std::string name;
  for (const char c : charset)
    if (c != '-' && c != '_' && c != ' ')
      name += (c >= 'A' && c <= 'Z') ? static_cast<char>(c + 32) : c;
  return name;
}

std::optional<std::string> decode_ascii(std::string_view bytes) {
  if (!std::ranges::all_of(bytes, is_ascii)) return std::nullopt;
  return std::string(bytes);
}

std::optional<std::string> decode_latin1(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}

struct Charset {
  std::string_view name;
  std::optional<std::string> (*decode)(std::string_view bytes);
};

using Bytes = std::string_view;
constexpr Charset charsets[] = {
    {"utf16", [](Bytes bytes) { return decode_units(bytes, 2, Order::marked); }},
    {"utf16le", [](Bytes bytes) { return decode_units(bytes, 2, Order::little); }},
    {"utf16be", [](Bytes bytes) { return decode_units(bytes, 2, Order::big); }},
    {"utf32", [](Bytes bytes) { return decode_units(bytes, 4, Order::marked); }},
    {"utf32le", [](Bytes bytes) { return decode_units(bytes, 4, Order::little); }},
    {"utf32be", [](Bytes bytes) { return decode_units(bytes, 4, Order::big); }},
    {"ascii", decode_ascii},
    {"usascii", decode_ascii},
    {"iso88591", decode_latin1},
    {"latin1", decode_latin1},
};

}  // namespace

std::optional<std::string> decode_text(std::string_view charset, std::string_view bytes) {
  const auto known = std::ranges::find(charsets, plain_name(charset), &Charset::name);
  return known == std::end(charsets) ? std::string(bytes) : known->decode(bytes);
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
