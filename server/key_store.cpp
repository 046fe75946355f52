#include "server/key_store.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <restjwt/auth/user.hpp>
#include <restjwt/storage/key_files.hpp>

#include "server/config_values.hpp"

namespace restjwt::server {
namespace {

/// The passphrase of [keys] file. The refusal is one of its passphrase_file.
Read<Secret> passphrase_of(const KeysConfig& keys) {
  if (!keys.passphrase.empty()) return keys.passphrase;
  if (keys.passphrase_file.empty())
    return "is not set, and " + keys.file.string() +
           " is encrypted; set it, or RESTJWT_KEYS_PASSPHRASE in the environment";
  auto read = read_secret_file(keys.passphrase_file);
  const std::string expected = "; expected the passphrase of " + keys.file.string();
  if (!read) return read.error() + expected;
  if (read->empty()) return keys.passphrase_file.string() + " is empty" + expected;
  return read;
}

/// Where the keys are kept.
struct Place {
  explicit Place(const KeysConfig& keys)
      : setting(keys.directory.empty() ? "file" : "directory"),
        path((keys.directory.empty() ? keys.file : keys.directory).string()) {}
  std::string setting;
  std::string path;
};

ConfigProblem problem(const Config& config, const std::string& key, std::string message) {
  const auto origin = std::ranges::find(config.origins, "keys." + key, &Origin::key);
  const bool is_set = origin != config.origins.end() && origin->source != "default";
  return {is_set ? origin->source : "configuration", key, std::move(message)};
}

/// What stands behind each of the sentences about keys that are not there.
constexpr const char* remedy =
    "; expected a key that signs, which is made with: restjwt keys generate";

/// After the instant of a change a server may still sign with the old key: until it has looked at
/// the keys, and as long as its clock is behind.
constexpr std::chrono::seconds margin{60};

}  // namespace

std::unique_ptr<auth::KeyStore> open_key_store(const Config& config) {
  const KeysConfig& keys = config.keys;
  if (!keys.directory.empty()) return storage::open_key_directory(keys.directory);
  if (!keys.file.empty()) {
    auto passphrase = passphrase_of(keys);
    if (!passphrase) throw auth::StoreError("passphrase_file in [keys]: " + passphrase.error());
    return storage::open_key_file(keys.file, *std::move(passphrase));
  }
  throw auth::StoreError(
      "no keys are kept: set directory = \"keys\" in [keys] of the configuration");
}

Result<KeptKeys, ConfigProblem> read_kept_keys(const Config& config) {
  const Place place(config.keys);
  if (config.keys.directory.empty())
    if (const auto passphrase = passphrase_of(config.keys); !passphrase)
      return problem(config, "passphrase_file", passphrase.error());
  try {
    KeptKeys kept{.store = open_key_store(config)};
    kept.version = kept.store->version();
    kept.schedule = kept.store->load();
    if (!kept.schedule.empty()) return kept;
  } catch (const auth::StoreError& error) {
    return problem(config, place.setting, error.what());
  }
  std::error_code ignored;
  const bool is_there = std::filesystem::exists(place.path, ignored);
  return problem(config, place.setting,
                 place.path + (is_there ? " holds no keys" : " does not exist") + remedy);
}

std::optional<ConfigProblem> find_key_problem(const Config& config, TimePoint now) {
  const auto kept = read_kept_keys(config);
  if (!kept) return kept.error();
  if (kept->schedule.signing(now)) return std::nullopt;
  const Place place(config.keys);
  return problem(config, place.setting,
                 "of the keys in " + place.path + " none signs now" + remedy);
}

auth::RotationRules rotation_rules(const Config& config) {
  using std::chrono::seconds;
  auth::RotationRules rules{.publication_period = config.keys.publication_period};
  if (!config.auth.verify_expiration) return rules;
  auto life = std::chrono::ceil<seconds>(config.auth.expiration_delta) +
              std::chrono::ceil<seconds>(config.auth.leeway);
  if (config.pairs && !auth::have_own_keys(*config.pairs))
    life = std::max(life, auth::longest_life(*config.pairs));
  rules.longest_life = std::max(life, seconds{0}) + margin;
  return rules;
}

}  // namespace restjwt::server
