#include "server/log_text.hpp"

#include <algorithm>

#include <cstdint>

#include <utf8proc.h>

namespace restjwt::server {

namespace {

constexpr std::int32_t replacement = 0xFFFD;

bool needs_escape(std::int32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == replacement;
}

// All that needs_escape() lies in the basic plane: four digits are enough.
void append_unicode_escape(std::string& out, std::int32_t c) {
  constexpr char digits[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(c >> shift) & 0xF];
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, std::size_t longest) {
  const bool cut = text.size() > longest;
  text = text.substr(0, longest);
  while (!text.empty()) {
    std::int32_t c = 0;
    auto size = utf8proc_iterate(reinterpret_cast<const std::uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &c);
    if (size < 1) {
      if (cut && text.size() < 4) break;  // the cut went through a character
      c = replacement;
      size = 1;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (needs_escape(c)) {
      append_unicode_escape(out, c);
    } else {
      out.append(text.substr(0, static_cast<std::size_t>(size)));
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  if (cut) out += "…";
}

std::string_view loggable_path(std::string_view path) noexcept {
  return path.substr(0, std::min(path.find('?'), path.find("eyJ")));
}

}  // namespace restjwt::server
