// A directory with one file per key. Since the states of keys follow from their instants, each
// change is one file replaced; where it has to be two, half of it is a schedule too.

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include <restjwt/auth/user.hpp>
#include <restjwt/storage/key_files.hpp>

#include "storage/private_file.hpp"

namespace restjwt::storage {
namespace {

namespace fs = std::filesystem;
using auth::KeySchedule;
using auth::ScheduledKey;
using auth::StoreError;

constexpr std::string_view suffix = ".jwk";
constexpr std::size_t longest_key = 64 * 1024;
constexpr std::size_t most_keys = 1'000;

/// The path of each key's file, by its kid.
using FileNames = std::map<std::string, fs::path>;

/// A kid may come from a foreign key set: it may be a path, or longer than a file name can be.
bool is_safe_name(std::string_view kid) {
  constexpr std::size_t longest = 128;
  return !kid.empty() && kid.size() <= longest && std::ranges::all_of(kid, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

/// A key that a change made or made another, as it is to be stored.
struct Changed {
  const ScheduledKey* key;
  Secret text;
};

class KeyDirectory final : public auth::KeyStore {
 public:
  explicit KeyDirectory(fs::path directory) : directory_(std::move(directory)) {}

  KeySchedule load() override {
    FileNames names;
    return read(names);
  }

  KeySchedule::Changed change(
      const std::function<KeySchedule::Changed(const KeySchedule&)>& change) override {
    make_private_directory(directory_);
    is_private_directory(directory_);
    const FileLock lock(directory_ / ".lock");
    remove_half_written(directory_, suffix);
    FileNames names;
    const KeySchedule before = read(names);
    auto after = change(before);
    if (after) write(before, *after, names);
    return after;
  }

  std::string version() override {
    std::string version;
    for (const auto& file : files()) version += file.string() + "=" + file_version(file) + ";";
    return file_version(directory_) + version;
  }

 private:
  std::vector<fs::path> files() const;
  KeySchedule read(FileNames& names) const;
  std::vector<Changed> changes(const KeySchedule& before, const KeySchedule& after) const;
  void write(const KeySchedule& before, const KeySchedule& after, const FileNames& names) const;
  fs::path new_name(const ScheduledKey& key, const std::vector<NewContent>& others) const;

  const fs::path directory_;
};

/// Anything but *.jwk is not read: the lock, and what a crash left of a file half written.
std::vector<fs::path> KeyDirectory::files() const {
  std::vector<fs::path> files;
  std::error_code error;
  fs::directory_iterator entry(directory_, error);
  if (error == std::errc::no_such_file_or_directory) return files;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == suffix) files.push_back(entry->path());
    if (files.size() > most_keys)
      throw StoreError(directory_.string() + ": has more than " + std::to_string(most_keys) +
                       " keys");
  }
  if (error) throw StoreError(directory_.string() + ": cannot be read: " + error.message());
  std::ranges::sort(files);
  return files;
}

KeySchedule KeyDirectory::read(FileNames& names) const {
  if (!is_private_directory(directory_)) return {};
  std::vector<ScheduledKey> keys;
  for (const auto& file : files()) {
    const auto text = read_private_file(file, longest_key);
    if (!text) continue;  // gone since it was listed
    auto key = auth::read_stored_key(*text);
    if (!key) throw StoreError(file.string() + ": " + key.error());
    const auto [place, is_new] = names.try_emplace(key->kid, file);
    if (!is_new)
      throw StoreError(file.string() + ": has the kid of " + place->second.string() +
                       "; remove one of them");
    keys.push_back(*std::move(key));
  }
  return KeySchedule(std::move(keys));
}

fs::path KeyDirectory::new_name(const ScheduledKey& key,
                                const std::vector<NewContent>& others) const {
  const std::string name = is_safe_name(key.kid) ? key.kid : key.key.value().thumbprint();
  const auto path = [&](const std::string& stem) {
    return directory_ / (stem + std::string(suffix));
  };
  // The same key may be there by another kid, or by one in which only the case differs.
  const auto is_taken = [&](const fs::path& file) {
    return fs::exists(fs::symlink_status(file)) ||
           std::ranges::find(others, file, &NewContent::file) != others.end();
  };
  std::string free = name;
  for (int number = 2; is_taken(path(free)); ++number) free = name + "-" + std::to_string(number);
  return path(free);
}

/// Also says what is too much for read(), before anything is written.
std::vector<Changed> KeyDirectory::changes(const KeySchedule& before,
                                           const KeySchedule& after) const {
  if (after.keys().size() > most_keys)
    throw StoreError(directory_.string() + ": can keep " + std::to_string(most_keys) +
                     " keys; first retire some");
  std::vector<Changed> changes;
  for (const auto& key : after.keys()) {
    Secret text = stored_key(key);
    if (text.size() > longest_key)
      throw StoreError(directory_.string() + ": the key " + key.kid + " is longer than " +
                       std::to_string(longest_key) + " bytes");
    const ScheduledKey* old = before.find(key.kid);
    if (!old || !constant_time_equal(stored_key(*old).reveal(), text.reveal()))
      changes.push_back({&key, std::move(text)});
  }
  return changes;
}

void KeyDirectory::write(const KeySchedule& before, const KeySchedule& after,
                         const FileNames& names) const {
  auto changed = changes(before, after);
  // A key begins before another ends, so that in between there is one that signs.
  std::ranges::stable_partition(changed, [](const Changed& one) { return !one.key->retired; });
  std::vector<NewContent> files;
  for (const auto& [key, text] : changed) {
    const auto place = names.find(key->kid);
    files.push_back({place == names.end() ? new_name(*key, files) : place->second, text.reveal()});
  }
  write_private_files(files);
  for (const auto& [kid, file] : names)
    if (!after.find(kid)) remove_private_file(file);
}

}  // namespace

std::unique_ptr<auth::KeyStore> open_key_directory(fs::path directory) {
  return std::make_unique<KeyDirectory>(std::move(directory));
}

}  // namespace restjwt::storage
