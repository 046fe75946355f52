#include "server/config.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>

#include "server/config_keys.hpp"
#include "server/config_nearest.hpp"
#include "server/config_toml.hpp"
#include "server/config_values.hpp"

namespace restjwt::server {
namespace {

using Problems = std::vector<ConfigProblem>;
namespace fs = std::filesystem;

// Settings of later releases of the original: known, so that nobody believes they work here.
constexpr std::array<std::string_view, 17> later_settings{"JWT_AUDIENCE",
                                                          "JWT_ISSUER",
                                                          "JWT_PUBLIC_KEY",
                                                          "JWT_PRIVATE_KEY",
                                                          "JWT_GET_USER_SECRET_KEY",
                                                          "JWT_PAYLOAD_GET_USERNAME_HANDLER",
                                                          "JWT_INSIST_ON_KID",
                                                          "JWT_TOKEN_ID",
                                                          "JWT_RESPONSE_PAYLOAD_HANDLER",
                                                          "JWT_AUTH_COOKIE",
                                                          "JWT_AUTH_COOKIE_DOMAIN",
                                                          "JWT_AUTH_COOKIE_PATH",
                                                          "JWT_AUTH_COOKIE_SECURE",
                                                          "JWT_AUTH_COOKIE_SAMESITE",
                                                          "JWT_IMPERSONATION_COOKIE",
                                                          "JWT_PAYLOAD_INCLUDE_USER_ID",
                                                          "JWT_DELETE_STALE_BLACKLISTED_TOKENS"};

std::string place(std::string_view table) {
  return table.empty() ? "before the first [table]" : "into [" + std::string(table) + "]";
}

std::string unknown_table(std::string_view name) {
  std::vector<std::string_view> tables{"claims"};
  for (const auto& key : config_keys())
    if (!key.table.empty()) tables.push_back(key.table);
  const auto near = nearest(name, tables);
  return "unknown table" + (near.empty() ? "" : "; did you mean [" + std::string(near) + "]?");
}

std::string unknown_key(std::string_view table, std::string_view name) {
  if (std::ranges::find(later_settings, name) != later_settings.end())
    return "a setting of later releases of the original; it comes with a later version";
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

// Paths in the environment and on the command line count from the working directory.
const fs::path here;

bool is_secret(const ConfigKey& key) { return key.name.starts_with("JWT_SECRET_KEY"); }

bool is_public(const fs::path& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

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
  bool secret_in_environment() const;
  void apply_entry(const TomlEntry& entry, const std::string& where);
  void assign(const ConfigKey& key, const Given& given, const std::string& where);
  void check_claims();
  std::string where_set(const std::string& path) const;

  const ConfigSources& sources_;
  fs::path folder_;
  bool need_secret_;
  bool file_was_read_ = true;
  std::string file_name_;
  Config config_;
  Problems problems_;
  std::map<std::string, std::string> set_at_;  // path of a key → where it was set
  fs::path secret_file_;                       // empty when the secret stands elsewhere
  std::set<std::string> refused_;              // keys with a problem: no second one about them
};

std::optional<std::string> Loader::environment(std::string_view name) const {
  if (!sources_.environment) return std::nullopt;
  auto value = sources_.environment(std::string(name));
  // An empty variable is how many tools say "not set".
  return value && !value->empty() ? value : std::nullopt;
}

bool Loader::secret_in_environment() const {
  return environment("JWT_SECRET_KEY") || environment("JWT_SECRET_KEY_FILE");
}

std::string Loader::where_set(const std::string& path) const {
  const auto found = set_at_.find(path);
  return found == set_at_.end() ? "configuration" : found->second;
}

void Loader::assign(const ConfigKey& key, const Given& given, const std::string& where) {
  // Whoever may not read the secret can still manage users.
  const bool needless = is_secret(key) && !need_secret_;
  if (auto refusal = key.assign(config_, given)) {
    if (needless) return;
    refused_.insert(is_secret(key) ? "JWT_AUTH.JWT_SECRET_KEY" : key.path());
    return problem(where, std::string(key.name), std::move(*refusal));
  }
  set_at_[is_secret(key) ? "JWT_AUTH.JWT_SECRET_KEY" : key.path()] =
      key.name == "JWT_SECRET_KEY_FILE" ? where + ", file " + given.value.as_string() : where;
  if (key.name == "JWT_SECRET_KEY_FILE") secret_file_ = given.folder / given.value.as_string();
}

void Loader::apply_entry(const TomlEntry& entry, const std::string& where) {
  if (entry.key.empty()) {
    if (is_config_table(entry.table)) return;
    if (find_config_key("", entry.table))
      return problem(where, entry.table, "expected a value, not a table");
    return problem(where, "[" + entry.table + "]", unknown_table(entry.table));
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
  if (!key) return problem(where, entry.key, unknown_key(entry.table, entry.key));
  if (is_secret(*key) && secret_in_environment()) return;
  assign(*key, {.value = entry.value, .folder = folder_}, where);
}

void Loader::apply_file(std::string_view toml) {
  const auto entries = parse_toml(toml);
  auto where = [&](unsigned line) { return file_name_ + ":" + std::to_string(line); };
  if (!entries) {
    const auto& error = entries.error();
    return refuse_file(where(error.line), error.key, error.message);
  }
  bool has_secret = false;
  for (const auto& entry : *entries) {
    const auto* key = find_config_key(entry.table, entry.key);
    const bool secret = key && is_secret(*key);
    if (secret && has_secret)
      problem(where(entry.line), entry.key,
              "JWT_SECRET_KEY and JWT_SECRET_KEY_FILE exclude each other; remove one");
    has_secret |= secret;
    apply_entry(entry, where(entry.line));
  }
}

void Loader::apply_environment() {
  if (environment("JWT_SECRET_KEY") && environment("JWT_SECRET_KEY_FILE"))
    problem("environment", "JWT_SECRET_KEY",
            "JWT_SECRET_KEY and JWT_SECRET_KEY_FILE exclude each other; remove one");
  for (const auto& key : config_keys()) {
    if (!key.from_environment()) continue;
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

void Loader::check_claims() {
  const auto& id = config_.user_id_claim;
  auto refuse = [&](std::string message) {
    problem(where_set("JWT_AUTH.JWT_PAYLOAD_GET_USER_ID_HANDLER"),
            "JWT_PAYLOAD_GET_USER_ID_HANDLER", std::move(message));
  };
  if (config_.claims.empty()) {
    if (id != "user_id") refuse("without [claims] the claim that holds the user's id is user_id");
    return;
  }
  const auto claim = std::ranges::find(config_.claims, id, &ClaimSource::name);
  const std::string fix = "; write into [claims]: " + id + R"( = { column = "id" })";
  if (claim == config_.claims.end()) return refuse("[claims] has no claim " + id + fix);
  if (claim->kind == ClaimSource::Kind::constant)
    return refuse("the claim " + id + " is the same for all users" + fix);
  if (claim->kind == ClaimSource::Kind::column && claim->text != "id")
    return refuse("users are found by their id, which the claim " + id + " is not" + fix);
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
  for (auto& [setting, reason] : auth::check(config_.auth)) {
    const auto path = "JWT_AUTH." + setting;
    if (refused_.contains(path)) continue;
    const bool secret = setting == "JWT_SECRET_KEY";
    if (secret && !need_secret_) continue;
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
  add(auth.allow_insecure && auth.verify && auth.verify_expiration,
      "allow_insecure = true allows nothing at present; remove it");
  add(auth.allow_short_secret,
      "allow_short_secret = true: a short secret can be found by trying (RFC 8725 section 3.5)");
  const auto source = set_at_.find("JWT_AUTH.JWT_SECRET_KEY");
  const bool in_config = source != set_at_.end() && secret_file_.empty() &&
                         source->second.starts_with(file_name_ + ":");
  const std::string holder = in_config ? file_name_ : secret_file_.string();
  add(in_config ? file_is_public : is_public(secret_file_),
      holder + " holds the secret and can be read by everybody: chmod 600 " + holder);
}

Result<Config, Problems> Loader::finish() {
  if (!problems_.empty()) return std::move(problems_);
  for (const auto& key : config_keys()) {
    const auto set = set_at_.find(key.path());
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
