#include "cli/migrate/shadow_placeholder.hpp"

#include <algorithm>

namespace restjwt::cli::migrate {

std::string as_it_is(std::string_view value) { return std::string(value); }

std::string inside_json(std::string_view value) {
  const auto quoted = to_text(Json(value));
  return quoted.substr(1, quoted.size() - 2);
}

std::string inside_form(std::string_view value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string replaced(std::string_view text, const Placeholders& values, Encode encode) {
  std::string out;
  while (!text.empty()) {
    const auto open = std::min(text.find('{'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto next = text.find('{', 1);
    const auto end = std::min({close, next, text.size()});
    const auto found =
        end == close ? values.find(std::string(text.substr(1, close - 1))) : values.end();
    out += found == values.end() ? std::string(text.substr(0, end)) : encode(found->second);
    text.remove_prefix(found == values.end() ? end : end + 1);
  }
  return out;
}

Json replaced(const Json& value, const Placeholders& values) {
  if (value.is_string()) return replaced(value.as_string(), values, as_it_is);
  Json out = value;
  if (out.is_array())
    for (Json& item : out.as_array()) item = replaced(item, values);
  if (out.is_object())
    for (auto& [name, member] : out.as_object()) member = replaced(member, values);
  return out;
}

}  // namespace restjwt::cli::migrate
