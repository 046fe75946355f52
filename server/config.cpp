#include "server/config.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>

#include "server/config_advice.hpp"
#include "server/config_keys.hpp"
#include "server/config_toml.hpp"
#include "server/config_values.hpp"

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
  for (const auto setting : {"JWT_SECRET_KEY"sv, "JWT_PRIVATE_KEY"sv, "JWT_PUBLIC_KEY"sv})
    if (key.name.starts_with(setting)) return setting;
  return {};
}

bool names_file(const ConfigKey& key) { return key.name.ends_with(file_suffix); }

/// Under which name it is remembered where a setting stands.
std::string remembered_path(const ConfigKey& key) {
  const auto setting = key_setting(key);
  return setting.empty() ? key.path() : "JWT_AUTH." + std::string(setting);
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

bool is_public(const fs::path& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
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
      : sources_(sources), folder_(std::move(folder)), need_secret_(need_secret) {
    file_name_ = sources.file ? sources.file->string() : "restjwt.toml";
    config_.database_file = folder_ / "restjwt.db";
  }

  void apply_file(std::string_view toml);
  void apply_environment();
  void apply_command_line();
  void check();
  void warn(bool file_is_public);
  void warn_of_readers(std::string_view setting, bool file_is_public);
  /// All of the file cannot be understood.
  void refuse_file(std::string where, std::string key, std::string message) {
    file_was_read_ = false;
    problem(std::move(where), std::move(key), std::move(message));
  }
  std::string file_name() const { return file_name_; }
  Result<Config, Problems> finish();

 private:
  void problem(std::string where, std::string key, std::string message) {
    problems_.push_back({std::move(where), std::move(key), std::move(message)});
  }
  std::optional<std::string> environment(std::string_view name) const;
  bool is_in_environment(std::string_view setting) const;
  void apply_entry(const TomlEntry& entry, const std::string& where);
  void assign(const ConfigKey& key, const Given& given, const std::string& where);
  void check_claims();
  void check_built_in(std::string_view setting, const std::string& name, std::string_view built_in,
                      std::string_view column);
  void check_identity(std::string_view setting, const std::string& name, std::string_view column);
  std::string where_set(const std::string& path) const;

  const ConfigSources& sources_;
  fs::path folder_;
  bool need_secret_;
  bool file_was_read_ = true;
  std::string file_name_;
  Config config_;
  Problems problems_;
  std::map<std::string, std::string> set_at_;  // path of a key → where it was set
  std::map<std::string_view, std::vector<fs::path>> key_files_;  // setting → where its keys stand
  std::set<std::string> refused_;  // keys with a problem: no second one about them
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

std::string Loader::where_set(const std::string& path) const {
  const auto found = set_at_.find(path);
  return found == set_at_.end() ? "configuration" : found->second;
}

void Loader::assign(const ConfigKey& key, const Given& given, const std::string& where) {
  const auto setting = key_setting(key);
  const bool is_file = !setting.empty() && names_file(key);
  if (auto refusal = key.assign(config_, given)) {
    // Whoever may not read the secret can still manage users.
    if (!setting.empty() && !need_secret_) return;
    refused_.insert(remembered_path(key));
    return problem(where, std::string(key.name), std::move(*refusal));
  }
  std::string place = where;
  if (!setting.empty()) key_files_.erase(setting);
  if (is_file) {
    for (const auto& path : paths_in(given.value)) {
      key_files_[setting].push_back(given.folder / path);
      place += ", file " + path;
    }
  }
  set_at_[remembered_path(key)] = place;
}

void Loader::apply_entry(const TomlEntry& entry, const std::string& where) {
  if (entry.key.empty()) {
    if (is_config_table(entry.table)) return;
    if (find_config_key("", entry.table))
      return problem(where, entry.table, "expected a value, not a table");
    return problem(where, "[" + entry.table + "]", unknown_table_advice(entry.table));
  }
  if (entry.table == "claims") {
    if (auto refusal = assign_claim(config_, entry.key, entry.value))
      problem(where, entry.key, std::move(*refusal));
    else set_at_["claims." + entry.key] = where;
    return;
  }
  if (!entry.table.empty() && !is_config_table(entry.table)) return;  // said at its header
  if (entry.table.empty() && is_config_table(entry.key))
    return problem(where, entry.key, "expected a table: [" + entry.key + "]");
  const auto* key = find_config_key(entry.table, entry.key);
  if (!key) return problem(where, entry.key, unknown_key_advice(entry.table, entry.key));
  if (const auto setting = key_setting(*key); !setting.empty() && is_in_environment(setting))
    return;
  assign(*key, {.value = entry.value, .folder = folder_}, where);
}

void Loader::apply_file(std::string_view toml) {
  const auto entries = parse_toml(toml);
  auto where = [&](unsigned line) { return file_name_ + ":" + std::to_string(line); };
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
      problem(where(entry.line), entry.key, exclusive(setting));
    apply_entry(entry, where(entry.line));
  }
}

void Loader::apply_environment() {
  for (const auto& key : config_keys()) {
    if (!key.from_environment()) continue;
    const auto setting = key_setting(key);
    if (names_file(key) && environment(setting) && environment(key.name))
      problem("environment", std::string(setting), exclusive(setting));
    if (auto text = environment(key.name)) {
      const Json value(std::move(*text));
      assign(key, {.value = value, .folder = here, .is_text = true}, "environment");
    }
  }
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

void Loader::check_identity(std::string_view setting, const std::string& name,
                            std::string_view column) {
  const auto refuse = [&](std::string message) {
    problem(where_set("JWT_AUTH." + std::string(setting)), std::string(setting),
            std::move(message));
  };
  const std::string what = "users are found by their " + std::string(column) + ", which the claim ";
  const std::string fix =
      "; write into [claims]: " + name + R"( = { column = ")" + std::string(column) + "\" }";
  const auto claim = std::ranges::find(config_.claims, name, &ClaimSource::name);
  if (claim == config_.claims.end()) return refuse("[claims] has no claim " + name + fix);
  if (claim->kind == ClaimSource::Kind::constant)
    return refuse("the claim " + name + " is the same for all users" + fix);
  if (claim->kind == ClaimSource::Kind::column && claim->text != column)
    return refuse(what + name + " is not" + fix);
}

void Loader::check_built_in(std::string_view setting, const std::string& name,
                            std::string_view built_in, std::string_view column) {
  if (name != built_in)
    problem(where_set("JWT_AUTH." + std::string(setting)), std::string(setting),
            "without [claims] the claim that holds the user's " + std::string(column) + " is " +
                std::string(built_in));
}

void Loader::check_claims() {
  constexpr auto id_setting = "JWT_PAYLOAD_GET_USER_ID_HANDLER"sv;
  constexpr auto name_setting = "JWT_PAYLOAD_GET_USERNAME_HANDLER"sv;
  const bool by_name = config_.auth.profile != auth::Profile::v1_0_1;
  if (config_.claims.empty()) {
    check_built_in(id_setting, config_.user_id_claim, "user_id", "id");
    return check_built_in(name_setting, config_.username_claim, "username", "name");
  }
  const auto has = [&](std::string_view name) {
    return std::ranges::find(config_.claims, name, &ClaimSource::name) != config_.claims.end();
  };
  // Where the name decides, an id has to agree, if there is one.
  if (by_name) check_identity(name_setting, config_.username_claim, "username");
  if (!by_name || has(config_.user_id_claim) || config_.user_id_claim != "user_id")
    check_identity(id_setting, config_.user_id_claim, "id");
  else
    config_.warnings.push_back(
        "[claims] has no claim user_id = { column = \"id\" }: whoever gets the name of a deleted "
        "user gets his tokens too");
  if (by_name && has("aud") && config_.auth.audience.empty())
    problem(where_set("claims.aud"), "aud",
            "tokens with an audience are refused unless JWT_AUDIENCE is set, which also puts it "
            "into them");
}

void Loader::check() {
  if (!file_was_read_) return;  // what it holds may be right
  const Address address{config_.http.host, config_.http.port};
  if (!address.is_loopback() && !config_.behind_proxy)
    problem(
        where_set("listen"), "listen",
        "passwords and tokens would travel in clear text; listen on 127.0.0.1, or put a TLS proxy "
        "in front and set behind_proxy = true");
  check_claims();
  if (!set_at_.contains("users.username")) config_.users.username = config_.auth.username_field;
  for (auto& [setting, reason] : auth::check(config_.auth, config_.has_user_secrets())) {
    const auto path = "JWT_AUTH." + setting;
    if (refused_.contains(path)) continue;
    const bool secret = setting == "JWT_SECRET_KEY";
    const bool key = secret || setting == "JWT_PRIVATE_KEY" || setting == "JWT_PUBLIC_KEY";
    if (key && !need_secret_) continue;
    if (secret && config_.auth.secret_key.empty())
      reason = "there is no secret; set JWT_SECRET_KEY_FILE in [JWT_AUTH] or in the environment";
    problem(where_set(path), setting, std::move(reason));
  }
}

void Loader::warn(bool file_is_public) {
  auto add = [&](bool applies, std::string text) {
    if (applies) config_.warnings.push_back(std::move(text));
  };
  const auto& auth = config_.auth;
  add(auth.allow_insecure && !auth.verify,
      "JWT_VERIFY = false: no signature is checked, anybody can be anybody");
  add(auth.allow_insecure && !auth.verify_expiration,
      "JWT_VERIFY_EXPIRATION = false: tokens never expire");
  const bool long_leeway = auth.leeway > auth::longest_safe_leeway;
  add(auth.allow_insecure && long_leeway,
      "JWT_LEEWAY is longer than an hour: expired tokens live on for that long");
  add(auth.allow_insecure && auth.verify && auth.verify_expiration && !long_leeway,
      "allow_insecure = true allows nothing at present; remove it");
  add(auth.allow_short_secret,
      "allow_short_secret = true: a short secret can be found by trying (RFC 8725 section 3.5)");
  for (const auto setting : {"JWT_SECRET_KEY"sv, "JWT_PRIVATE_KEY"sv})
    warn_of_readers(setting, file_is_public);
}

void Loader::warn_of_readers(std::string_view setting, bool file_is_public) {
  const auto warn = [&](const std::string& holder) {
    config_.warnings.push_back(
        holder + " holds the secret and can be read by everybody: chmod 600 " + holder);
  };
  if (const auto files = key_files_.find(setting); files != key_files_.end()) {
    for (const auto& file : files->second)
      if (is_public(file)) warn(file.string());
    return;
  }
  const auto source = set_at_.find("JWT_AUTH." + std::string(setting));
  if (file_is_public && source != set_at_.end() && source->second.starts_with(file_name_ + ":"))
    warn(file_name_);
}

Result<Config, Problems> Loader::finish() {
  if (!problems_.empty()) return std::move(problems_);
  for (const auto& key : config_keys()) {
    const auto set = set_at_.find(remembered_path(key));
    auto value = key.show(config_);
    if (!value.empty())
      config_.origins.push_back(
          {key.path(), std::move(value), set == set_at_.end() ? "default" : set->second});
  }
  for (const auto& claim : config_.claims) {
    const auto path = "claims." + claim.name;
    config_.origins.push_back({path, show_claim(claim), set_at_[path]});
  }
  return std::move(config_);
}

Result<Config, Problems> run(Loader& loader, std::optional<std::string_view> toml,
                             bool file_is_public) {
  if (toml) loader.apply_file(*toml);
  loader.apply_environment();
  loader.apply_command_line();
  loader.check();
  loader.warn(file_is_public);
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
