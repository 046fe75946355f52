#include "server/config_toml.hpp"

#include <algorithm>
#include <optional>

#include <toml++/toml.h>

namespace restjwt::server {
namespace {

constexpr std::size_t max_line = 16 * 1024;

std::string_view line_of(std::string_view text, unsigned number) {
  while (--number > 0 && !text.empty())
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

std::optional<TomlProblem> check_size(std::string_view text) {
  if (text.size() > max_toml_size) return TomlProblem{1, "", "longer than 256 KiB"};
  unsigned number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (end - begin > max_line) return TomlProblem{number, "", "a line longer than 16 KiB"};
    begin = end + 1;
  }
  return std::nullopt;
}

// Thrown inside this file only: conversion is recursive.
struct NoJson {
  TomlProblem problem;
};

Json to_json(const toml::node& node);

// The library sorts by name; of a table of keys the first signs.
Json in_written_order(const toml::table& table) {
  std::vector<std::pair<toml::source_position, Json::Member>> members;
  for (const auto& [key, value] : table)
    members.push_back({key.source().begin, {std::string(key.str()), to_json(value)}});
  std::ranges::stable_sort(members, {}, [](const auto& entry) {
    return std::pair(entry.first.line, entry.first.column);
  });
  Json::Object object;
  for (auto& [position, member] : members) object.push_back(std::move(member));
  return object;
}

Json to_json(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::boolean:
      return node.as_boolean()->get();
    case toml::node_type::integer:
      return node.as_integer()->get();
    case toml::node_type::floating_point:
      return node.as_floating_point()->get();
    case toml::node_type::string:
      return node.as_string()->get();
    case toml::node_type::array: {
      Json::Array items;
      for (const auto& item : *node.as_array()) items.push_back(to_json(item));
      return items;
    }
    case toml::node_type::table: {
      return in_written_order(*node.as_table());
    }
    default:
      throw NoJson{{node.source().begin.line, "", "dates have to stand in quotes here"}};
  }
}

void append(std::vector<TomlEntry>& entries, const std::string& table, const toml::table& content) {
  for (const auto& [key, value] : content) {
    const std::string name(key.str());
    const unsigned line = key.source().begin.line;
    if (table.empty() && value.is_table()) {
      entries.push_back({name, "", Json::object(), line});
      append(entries, name, *value.as_table());
      continue;
    }
    try {
      entries.push_back({table, name, to_json(value), line});
    } catch (NoJson& refusal) {
      refusal.problem.key = name;
      throw;
    }
  }
}

TomlProblem to_problem(const toml::parse_error& error, std::string_view text) {
  const unsigned line = error.source().begin.line;
  const auto reason = error.description();
  // The library's sentences may quote the value: one character of it, or all of a long number.
  const auto culprit = line_of(text, line);
  if (culprit.find("SECRET") != culprit.npos || culprit.find("PRIVATE") != culprit.npos ||
      reason.find("representable") != std::string_view::npos)
    return {line, "", "not valid TOML (does the value stand in quotes?)"};
  // Behind it the library quotes what it saw, which may be part of a secret.
  return {line, "", "not valid TOML: " + std::string(reason.substr(0, reason.find(", saw")))};
}

}  // namespace

Result<std::vector<TomlEntry>, TomlProblem> parse_toml(std::string_view text) {
  if (auto problem = check_size(text)) return *problem;
  try {
    std::vector<TomlEntry> entries;
    append(entries, "", toml::parse(text));
    std::ranges::stable_sort(entries, {}, &TomlEntry::line);
    return entries;
  } catch (const toml::parse_error& error) {
    return to_problem(error, text);
  } catch (const NoJson& refusal) {
    return refusal.problem;
  }
}

}  // namespace restjwt::server
