#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "cli/instant.hpp"
#include "cli/keys/commands.hpp"
#include "cli/keys/description.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {
namespace {

using Row = std::array<std::string, 5>;

void print_table(const std::vector<Row>& rows) {
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size() + 2);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      std::cout << row[i] << std::string(widths[i] - std::min(widths[i], row[i].size()), ' ');
    std::cout << '\n';
  }
}

/// Where the keys would be; empty where that is there.
std::string missing_place(const server::KeysConfig& keys) {
  const auto& place = keys.directory.empty() ? keys.file : keys.directory;
  return std::filesystem::exists(place) ? "" : place.string();
}

void print_text(const auth::KeySchedule& schedule, const OpenKeys& keys) {
  if (schedule.empty()) {
    if (const auto place = missing_place(keys.config.keys); !place.empty())
      std::cout << printable(place) << " does not exist, so ";
    std::cout << "there are no keys yet; the first one: restjwt keys generate\n";
    return;
  }
  std::vector<Row> rows{{"KID", "ALGORITHM", "STATE", "SINCE", "NEXT"}};
  for (const auto& key : schedule.keys()) {
    const Description about(schedule, key, keys.rules, keys.now);
    rows.push_back({printable(key.kid), std::string(jose::name(key.algorithm)),
                    std::string(about.state()), instant_text(about.since()), about.outlook()});
  }
  print_table(rows);
}

}  // namespace

int list(const Arguments& arguments) {
  const OpenKeys keys(arguments);
  const auto schedule = keys.store->load();
  if (!arguments.json) {
    print_text(schedule, keys);
    return ok;
  }
  Json::Array all;
  for (const auto& key : schedule.keys())
    all.push_back(Description(schedule, key, keys.rules, keys.now).to_json());
  print_json(all);
  return ok;
}

}  // namespace restjwt::cli::keys
