#pragma once
// A TOML file as a flat list of entries in the order they were written. The only place that knows
// the TOML library.

#include <string>
#include <string_view>
#include <vector>

#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::server {

/// `key = value` in [table]; the table of what stands before the first header is "". A table itself
/// is an entry with an empty key, so that an empty or unknown one is seen too.
struct TomlEntry {
  std::string table{};
  std::string key{};
  Json value{};
  unsigned line = 0;
};

struct TomlProblem {
  unsigned line = 0;
  std::string key{};
  std::string message{};
};

inline constexpr std::size_t max_toml_size = 256 * 1024;

/// Dates are refused, since no setting is one. Longer text than 256 KiB, and lines longer than
/// 16 KiB, are refused unread: the library recurses once per dot of a key.
Result<std::vector<TomlEntry>, TomlProblem> parse_toml(std::string_view text);

}  // namespace restjwt::server
