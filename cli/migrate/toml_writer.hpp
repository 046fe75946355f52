#pragma once
// A restjwt.toml for a person to read: every line says where its value came from.

#include <string>
#include <string_view>
#include <vector>

#include <restjwt/json.hpp>

namespace restjwt::cli::migrate {

/// `key = value  # comment` in [table] ("" before the first).
struct ConfigLine {
  std::string table{};
  std::string key{};
  Json value{};
  std::string comment{};
  /// Something a person has to finish: the whole line is a comment.
  bool is_todo = false;
};

/// A value as TOML: text, numbers, flags, lists and inline tables. null is written as "".
std::string toml_value(const Json& value);

/// All lines, those of one table together, behind the `introduction` as comments.
std::string toml_file(const std::vector<std::string>& introduction,
                      const std::vector<ConfigLine>& lines);

}  // namespace restjwt::cli::migrate
