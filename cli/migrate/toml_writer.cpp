#include "cli/migrate/toml_writer.hpp"

#include <algorithm>

#include "cli/terminal.hpp"

namespace restjwt::cli::migrate {
namespace {

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// JSON's text in UTF-8 is a TOML basic string, but for DEL, which JSON leaves as it is.
std::string toml_text(std::string_view text) {
  std::string quoted = to_text(Json(text), JsonStyle::compact);
  for (auto at = quoted.find('\x7f'); at != std::string::npos; at = quoted.find('\x7f', at))
    quoted.replace(at, 1, "\\u007f");
  return quoted;
}

std::string toml_key(std::string_view key) {
  return is_bare_key(key) ? std::string(key) : toml_text(key);
}

std::string toml_list(const Json::Array& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + toml_value(item);
  return "[" + text + "]";
}

std::string toml_table(const Json::Object& members) {
  std::string text;
  for (const auto& [key, value] : members)
    text += (text.empty() ? "" : ", ") + toml_key(key) + " = " + toml_value(value);
  return "{ " + text + " }";
}

std::string toml_line(const ConfigLine& line) {
  const auto entry = toml_key(line.key) + " = " + toml_value(line.value);
  const auto comment = line.comment.empty() ? "" : "  # " + printable(line.comment);
  return (line.is_todo ? "# TO DO: " : "") + entry + comment + "\n";
}

}  // namespace

std::string toml_value(const Json& value) {
  if (value.is_null()) return "\"\"";
  if (value.is_string()) return toml_text(value.as_string());
  if (value.is_array()) return toml_list(value.as_array());
  if (value.is_object()) return toml_table(value.as_object());
  return to_text(value);
}

std::string toml_file(const std::vector<std::string>& introduction,
                      const std::vector<ConfigLine>& lines) {
  std::string text;
  for (const auto& line : introduction) text += "# " + printable(line) + "\n";
  std::vector<std::string> tables{""};
  for (const auto& line : lines)
    if (std::ranges::find(tables, line.table) == tables.end()) tables.push_back(line.table);
  for (const auto& table : tables) {
    if (!table.empty()) text += "\n[" + table + "]\n";
    else if (!text.empty()) text += "\n";
    for (const auto& line : lines)
      if (line.table == table) text += toml_line(line);
  }
  return text;
}

}  // namespace restjwt::cli::migrate
