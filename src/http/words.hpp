#pragma once
// Python's split() on bytes.

#include <algorithm>
#include <string_view>
#include <vector>

namespace restjwt::http {

// Compared one by one: a token is long, and std::string_view's search for any of a set calls
// memchr() for each of its characters.
inline bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The words of a header value, parted by white space. Three are enough to know that there are too
/// many.
inline std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  found.reserve(3);
  for (auto at = text.begin(); found.size() < 3;) {
    const auto start = std::find_if_not(at, text.end(), is_blank);
    if (start == text.end()) break;
    at = std::find_if(start, text.end(), is_blank);
    found.emplace_back(start, at);
  }
  return found;
}

}  // namespace restjwt::http
