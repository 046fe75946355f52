#include "server/config.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include "server/config_advice.hpp"
#include "server/config_check.hpp"
#include "server/config_keys.hpp"
#include "server/config_toml.hpp"

namespace restjwt::server {
namespace {

using namespace std::string_view_literals;
using Problems = std::vector<ConfigProblem>;
namespace fs = std::filesystem;

// Paths in the environment and on the command line count from the working directory.
const fs::path here;

constexpr std::string_view file_suffix = "_FILE";

/// The setting that JWT_SECRET_KEY and JWT_SECRET_KEY_FILE both stand for; empty for keys that hold
/// no key.
std::string_view key_setting(const ConfigKey& key) {
  auto name = key.name;
  if (name.ends_with(file_suffix)) name.remove_suffix(file_suffix.size());
  for (const auto setting :
       {"JWT_SECRET_KEY"sv, "JWT_PRIVATE_KEY"sv, "JWT_PRIVATE_KEY_PASSPHRASE"sv, "JWT_PUBLIC_KEY"sv,
        "SIGNING_KEY"sv, "VERIFYING_KEY"sv})
    if (name == setting) return setting;
  return {};
}

bool names_file(const ConfigKey& key) { return key.name.ends_with(file_suffix); }

/// Under which name it is remembered where a setting stands.
std::string remembered_path(const ConfigKey& key) {
  const auto setting = key_setting(key);
  return setting.empty() ? key.path() : std::string(key.table) + "." + std::string(setting);
}

/// The paths in a value: one, a list, or a table.
std::vector<std::string> paths_in(const Json& value) {
  std::vector<std::string> paths;
  const auto add = [&](const Json& one) {
    if (one.is_string()) paths.push_back(one.as_string());
  };
  if (value.is_array()) std::ranges::for_each(value.as_array(), add);
  else if (value.is_object())
    for (const auto& [kid, path] : value.as_object()) add(path);
  else add(value);
  return paths;
}

std::string exclusive(std::string_view setting) {
  const std::string name(setting);
  return name + " and " + name + "_FILE exclude each other; remove one";
}

bool is_profile(const TomlEntry& entry) { return entry.table.empty() && entry.key == "profile"; }

/// Gathers one configuration; what is applied later wins.
class Loader {
 public:
  Loader(const ConfigSources& sources, fs::path folder, bool need_secret)
      : sources_(sources), folder_(std::move(folder)) {
    gathered_.need_secret = need_secret;
    gathered_.file_name = sources.file ? sources.file->string() : "restjwt.toml";
    gathered_.config.database_file = folder_ / "restjwt.db";
  }

  void apply_file(std::string_view toml, bool is_public);
  void apply_environment();
  void apply_command_line();
  /// All of the file cannot be understood.
  void refuse_file(std::string where, std::string key, std::string message) {
    file_was_read_ = false;
    gathered_.problem(std::move(where), std::move(key), std::move(message));
  }
  std::string file_name() const { return gathered_.file_name; }
  Result<Config, Problems> finish();

 private:
  std::optional<std::string> environment(std::string_view name) const;
  bool is_in_environment(std::string_view setting) const;
  void apply_entry(const TomlEntry& entry, const std::string& where);
  void assign(const ConfigKey& key, const Given& given, const std::string& where);

  const ConfigSources& sources_;
  fs::path folder_;
  bool file_was_read_ = true;
  Gathered gathered_{};
};

std::optional<std::string> Loader::environment(std::string_view name) const {
  if (!sources_.environment) return std::nullopt;
  auto value = sources_.environment(std::string(name));
  // An empty variable is how many tools say "not set".
  return value && !value->empty() ? value : std::nullopt;
}

bool Loader::is_in_environment(std::string_view setting) const {
  return environment(setting) || environment(std::string(setting) + std::string(file_suffix));
}

void Loader::assign(const ConfigKey& key, const Given& given, const std::string& where) {
  const auto setting = key_setting(key);
  const bool is_file = !setting.empty() && names_file(key);
  if (auto refusal = key.assign(gathered_.config, given)) {
    // Whoever may not read the secret can still manage users.
    if (!setting.empty() && !gathered_.need_secret) return;
    gathered_.refused.insert(remembered_path(key));
    return gathered_.problem(where, std::string(key.name), std::move(*refusal));
  }
  std::string place = where;
  if (!setting.empty()) gathered_.key_files.erase(setting);
  if (is_file) {
    for (const auto& path : paths_in(given.value)) {
      gathered_.key_files[setting].push_back(given.folder / path);
      place += ", file " + path;
    }
  }
  gathered_.set_at[remembered_path(key)] = place;
}

void Loader::apply_entry(const TomlEntry& entry, const std::string& where) {
  if (entry.key.empty()) {
    if (entry.table == "SIMPLE_JWT" && !gathered_.config.pairs) gathered_.config.pairs.emplace();
    if (is_config_table(entry.table)) return;
    if (find_config_key("", entry.table))
      return gathered_.problem(where, entry.table, "expected a value, not a table");
    return gathered_.problem(where, "[" + entry.table + "]", unknown_table_advice(entry.table));
  }
  if (entry.table == "claims") {
    if (auto refusal = assign_claim(gathered_.config, entry.key, entry.value))
      gathered_.problem(where, entry.key, std::move(*refusal));
    else gathered_.set_at["claims." + entry.key] = where;
    return;
  }
  if (!entry.table.empty() && !is_config_table(entry.table)) return;  // said at its header
  if (entry.table.empty() && is_config_table(entry.key))
    return gathered_.problem(where, entry.key, "expected a table: [" + entry.key + "]");
  const auto* key = find_config_key(entry.table, entry.key);
  if (!key) return gathered_.problem(where, entry.key, unknown_key_advice(entry.table, entry.key));
  if (const auto setting = key_setting(*key);
      !setting.empty() && key->from_environment() && is_in_environment(setting))
    return;
  assign(*key, {.value = entry.value, .folder = folder_}, where);
}

void Loader::apply_file(std::string_view toml, bool is_public) {
  gathered_.file_is_public = is_public;
  const auto entries = parse_toml(toml);
  auto where = [&](unsigned line) { return gathered_.file_name + ":" + std::to_string(line); };
  if (!entries) {
    const auto& error = entries.error();
    return refuse_file(where(error.line), error.key, error.message);
  }
  // The others change what the profile sets.
  for (const auto& entry : *entries)
    if (is_profile(entry)) apply_entry(entry, where(entry.line));
  std::set<std::string_view> settings;
  for (const auto& entry : *entries) {
    if (is_profile(entry)) continue;
    const auto* key = find_config_key(entry.table, entry.key);
    const auto setting = key ? key_setting(*key) : std::string_view();
    if (!setting.empty() && !settings.insert(setting).second)
      gathered_.problem(where(entry.line), entry.key, exclusive(setting));
    apply_entry(entry, where(entry.line));
  }
}

void Loader::apply_environment() {
  for (const auto& key : config_keys()) {
    if (!key.from_environment()) continue;
    const auto setting = key_setting(key);
    if (names_file(key) && environment(setting) && environment(key.name))
      gathered_.problem("environment", std::string(setting), exclusive(setting));
    if (auto text = environment(key.name)) {
      const Json value(std::move(*text));
      assign(key, {.value = value, .folder = here, .is_text = true}, "environment");
    }
  }
  if (auto text = environment("RESTJWT_KEYS_PASSPHRASE"))
    gathered_.config.keys.passphrase = Secret::take(std::move(*text));
}

void Loader::apply_command_line() {
  auto apply = [&](std::string_view name, const std::optional<std::string>& text) {
    if (!text) return;
    const Json value(*text);
    assign(*find_config_key("", name), {.value = value, .folder = here, .is_text = true},
           "command line");
  };
  apply("listen", sources_.listen);
  apply("database", sources_.database);
}

Result<Config, Problems> Loader::finish() {
  if (file_was_read_) check_config(gathered_);  // otherwise what it holds may be right
  if (!gathered_.problems.empty()) return std::move(gathered_.problems);
  for (const auto& key : config_keys()) {
    const auto set = gathered_.set_at.find(remembered_path(key));
    auto value = key.show(gathered_.config);
    if (!value.empty())
      gathered_.config.origins.push_back(
          {key.path(), std::move(value), set == gathered_.set_at.end() ? "default" : set->second});
  }
  for (const auto& claim : gathered_.config.claims) {
    const auto path = "claims." + claim.name;
    gathered_.config.origins.push_back({path, show_claim(claim), gathered_.set_at[path]});
  }
  return std::move(gathered_.config);
}

Result<Config, Problems> run(Loader& loader, std::optional<std::string_view> toml,
                             bool file_is_public) {
  if (toml) loader.apply_file(*toml, file_is_public);
  loader.apply_environment();
  loader.apply_command_line();
  return loader.finish();
}

// The reason why it cannot be read, or nothing.
std::optional<std::string> read_file(const fs::path& file, std::string& text) {
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) return "is a folder";
  std::ifstream in(file, std::ios::binary);
  if (!in) return "cannot be read: " + std::string(std::strerror(errno));
  // A character more than parse_toml() takes is enough for it to refuse.
  text.resize(max_toml_size + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return {};
}

}  // namespace

Result<Config, std::vector<ConfigProblem>> load_config(const ConfigSources& sources,
                                                       bool need_secret) {
  auto file = sources.file;
  std::error_code ignored;
  if (!file && fs::exists("restjwt.toml", ignored)) file = "restjwt.toml";
  Loader loader(sources, file ? file->parent_path() : fs::path(), need_secret);
  if (!file) return run(loader, std::nullopt, false);
  std::string text;
  if (auto refusal = read_file(*file, text)) {
    loader.refuse_file(loader.file_name(), "", std::move(*refusal));
    return run(loader, std::nullopt, false);
  }
  return run(loader, text, is_public(*file));
}

Result<Config, std::vector<ConfigProblem>> parse_config(std::string_view toml,
                                                        const std::filesystem::path& folder,
                                                        const ConfigSources& sources,
                                                        bool need_secret) {
  Loader loader(sources, folder, need_secret);
  return run(loader, toml, false);
}

}  // namespace restjwt::server
