#include "http/etag.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace restjwt::http {
namespace {

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// Takes a tag with its quotes, without "W/", off the front.
std::optional<std::string_view> take_tag(std::string_view& text) {
  if (text.starts_with("W/")) text.remove_prefix(2);
  const auto end = text.starts_with('"') ? text.find('"', 1) : text.npos;
  if (end == text.npos) return std::nullopt;
  const auto tag = text.substr(0, end + 1);
  text.remove_prefix(end + 1);
  return tag;
}

}  // namespace

bool has_current(const Request& request, std::string_view etag) {
  const auto field = request.headers.joined("If-None-Match");
  if (!field) return false;
  std::string_view rest = *field;
  skip_blanks(rest);
  if (rest.starts_with('*')) return rest.find_first_not_of(" \t", 1) == rest.npos;
  while (!rest.empty()) {
    // A comma may stand in a tag, so the list is not parted at commas.
    if (rest.front() != ',') {
      const auto tag = take_tag(rest);
      if (!tag) return false;
      if (*tag == etag) return true;
      skip_blanks(rest);
      if (!rest.empty() && rest.front() != ',') return false;
    }
    if (!rest.empty()) rest.remove_prefix(1);
    skip_blanks(rest);
  }
  return false;
}

}  // namespace restjwt::http
