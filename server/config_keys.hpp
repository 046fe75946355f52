#pragma once
// The table of all settings: one row per key. Reading, `config show`, "did you mean" and the test
// of docs/settings.md all come from it.

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <restjwt/json.hpp>

#include "server/config.hpp"

namespace restjwt::server {

/// A value as somebody wrote it.
struct Given {
  const Json& value;
  /// What relative paths count from.
  const std::filesystem::path& folder;
  /// From the environment or the command line, where everything is text.
  bool is_text = false;
};

struct ConfigKey {
  std::string_view table;  ///< "" before the first [table]
  std::string_view name;
  /// Stores the value, or says what was expected instead; never repeats a secret.
  std::function<std::optional<std::string>(Config&, const Given&)> assign;
  /// The effective value, masked where it is a secret.
  std::function<std::string(const Config&)> show;

  bool from_environment() const { return table == "JWT_AUTH"; }
  std::string path() const {
    return table.empty() ? std::string(name) : std::string(table) + "." + std::string(name);
  }
};

/// All rows, in the order of docs/settings.md. [claims] has names of the user's own and no rows.
std::span<const ConfigKey> config_keys();
const ConfigKey* find_config_key(std::string_view table, std::string_view name);
bool is_config_table(std::string_view name);

/// One entry of [claims].
std::optional<std::string> assign_claim(Config& config, std::string_view name, const Json& value);
std::string show_claim(const ClaimSource& claim);

}  // namespace restjwt::server
