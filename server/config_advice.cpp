#include "server/config_advice.hpp"

#include <algorithm>
#include <vector>

#include "server/config_keys.hpp"
#include "server/config_nearest.hpp"

namespace restjwt::server {
namespace {

std::string place(std::string_view table) {
  return table.empty() ? "before the first [table]" : "into [" + std::string(table) + "]";
}

}  // namespace

std::string unknown_table_advice(std::string_view name) {
  std::vector<std::string_view> tables{"claims"};
  for (const auto& key : config_keys())
    if (!key.table.empty()) tables.push_back(key.table);
  const auto near = nearest(name, tables);
  return "unknown table" + (near.empty() ? "" : "; did you mean [" + std::string(near) + "]?");
}

std::string unknown_key_advice(std::string_view table, std::string_view name) {
  std::vector<std::string_view> here, anywhere;
  for (const auto& key : config_keys()) {
    if (key.name == name) return "belongs " + place(key.table);
    anywhere.push_back(key.name);
    if (key.table == table) here.push_back(key.name);
  }
  const std::string unknown =
      table.empty() ? "unknown key" : "unknown key in [" + std::string(table) + "]";
  if (const auto near = nearest(name, here); !near.empty())
    return unknown + "; did you mean " + std::string(near) + "?";
  const auto near = nearest(name, anywhere);
  if (near.empty()) return unknown + "; docs/settings.md lists all";
  const auto key = std::ranges::find(config_keys(), near, &ConfigKey::name);
  return unknown + "; did you mean " + std::string(near) + ", which belongs " + place(key->table) +
         "?";
}

}  // namespace restjwt::server
