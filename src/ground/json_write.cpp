#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>

#include <restjwt/json.hpp>
#include <restjwt/unicode.hpp>

namespace restjwt {
namespace {

bool is_plain_ascii(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

class Writer {
 public:
  Writer(JsonStyle style, std::optional<unsigned> indent)
      : ascii_(style != JsonStyle::compact),
        comma_(style == JsonStyle::spaced ? ", " : ","),
        colon_(style == JsonStyle::spaced || indent ? ": " : ":"),
        indent_(indent) {}

  /// Room for what most answers and claims are long, so that they grow once.
  void expect_much() { out_.reserve(256); }

  void write(const Json& value) {
    if (value.is_null()) out_ += "null";
    if (value.is_bool()) out_ += value.as_bool() ? "true" : "false";
    if (value.is_int()) write(value.as_int());
    if (value.is_double()) write(value.as_double());
    if (value.is_string()) write(value.as_string());
    if (value.is_array()) write(value.as_array());
    if (value.is_object()) write(value.as_object());
  }

  std::string take() { return std::move(out_); }

 private:
  void write(std::int64_t value);
  void write(double value);
  void write(const std::string& text);
  void write(const Json::Array& items);
  void write(const Json::Object& members);

  void escape(char32_t value);
  void hex(unsigned unit);
  template <class Items, class WriteItem>
  void write_all(const Items& items, std::string_view brackets, WriteItem write_item);
  void break_line();

  const bool ascii_;
  const std::string_view comma_, colon_;
  const std::optional<unsigned> indent_;
  unsigned level_ = 0;
  std::string out_;
};

void Writer::write(std::int64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, std::end(digits), value);
  out_.append(digits, end.ptr);
}

// As Python's repr: the shortest digits that read back as the same double, with an exponent below
// 1e-4 and from 1e16, and always something that keeps it a double.
void Writer::write(double value) {
  if (!std::isfinite(value)) {
    out_ += "null";
    return;
  }
  const double size = std::abs(value);
  const bool fixed = value == 0 || (size >= 1e-4 && size < 1e16);
  char digits[32];
  const auto end = std::to_chars(digits, std::end(digits), value,
                                 fixed ? std::chars_format::fixed : std::chars_format::scientific);
  const std::string_view text(digits, static_cast<std::size_t>(end.ptr - digits));
  out_ += text;
  if (fixed && text.find('.') == text.npos) out_ += ".0";
}

void Writer::write(const std::string& text) {
  out_ += '"';
  for (std::string_view rest = text; !rest.empty();) {
    // Most text is this and nothing else, so it is taken in one piece.
    const auto plain_end = std::ranges::find_if_not(rest, is_plain_ascii);
    out_.append(rest.begin(), plain_end);
    rest = {plain_end, rest.end()};
    if (rest.empty()) break;

    const CodePoint next = first_code_point(rest);
    const bool plain = next.value >= 0x20 && next.value != '"' && next.value != '\\' &&
                       (next.value < 0x7F || !ascii_);
    if (!plain) {
      escape(next.value);
    } else if (next.valid) {
      out_ += rest.substr(0, next.size);
    } else {
      append_utf8(out_, next.value);
    }
    rest.remove_prefix(next.size);
  }
  out_ += '"';
}

void Writer::escape(char32_t value) {
  constexpr std::string_view named = "\"\\\b\f\n\r\t", names = "\"\\bfnrt";
  const auto place = value < 0x80 ? named.find(static_cast<char>(value)) : named.npos;
  if (place != named.npos) {
    out_ += {'\\', names[place]};
  } else if (value < 0x10000) {
    hex(value);
  } else {
    hex(0xD800 + ((value - 0x10000) >> 10));
    hex(0xDC00 + ((value - 0x10000) & 0x3FF));
  }
}

void Writer::hex(unsigned unit) {
  constexpr char digits[] = "0123456789abcdef";
  out_ += {'\\',
           'u',
           digits[unit >> 12],
           digits[unit >> 8 & 15],
           digits[unit >> 4 & 15],
           digits[unit & 15]};
}

void Writer::write(const Json::Array& items) {
  write_all(items, "[]", [this](const Json& item) { write(item); });
}

void Writer::write(const Json::Object& members) {
  write_all(members, "{}", [this](const Json::Member& member) {
    write(member.first);
    out_ += colon_;
    write(member.second);
  });
}

template <class Items, class WriteItem>
void Writer::write_all(const Items& items, std::string_view brackets, WriteItem write_item) {
  out_ += brackets.front();
  ++level_;
  for (const auto& item : items) {
    if (&item != &items.front()) out_ += comma_;
    break_line();
    write_item(item);
  }
  --level_;
  if (!items.empty()) break_line();
  out_ += brackets.back();
}

void Writer::break_line() {
  if (!indent_) return;
  out_ += '\n';
  out_.append(std::size_t{level_} * *indent_, ' ');
}

std::string text_of(const Json& value, Writer writer) {
  if (value.is_object() || value.is_array()) writer.expect_much();
  writer.write(value);
  return writer.take();
}

}  // namespace

std::string to_text(const Json& value, JsonStyle style) {
  return text_of(value, Writer(style, std::nullopt));
}

std::string to_text_indented(const Json& value, JsonStyle style, unsigned indent) {
  return text_of(value, Writer(style, indent));
}

}  // namespace restjwt
