// All keys in one encrypted file.

#include <algorithm>
#include <utility>

#include <restjwt/auth/sealed_keys.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/storage/key_files.hpp>

#include "storage/private_file.hpp"

namespace restjwt::storage {
namespace {

using auth::KeySchedule;
using auth::StoreError;

constexpr std::size_t longest_file = 4 * 1024 * 1024;

bool is_same(const KeySchedule& a, const KeySchedule& b) {
  return std::ranges::equal(a.keys(), b.keys(), [](const auto& one, const auto& other) {
    return constant_time_equal(stored_key(one).reveal(), stored_key(other).reveal());
  });
}

/// An editor or a copy by hand may have put a line feed behind it.
std::string_view without_line_feed(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  return text;
}

class KeyFile final : public auth::KeyStore {
 public:
  KeyFile(std::filesystem::path file, Secret passphrase)
      : file_(std::move(file)), passphrase_(std::move(passphrase)) {
    if (passphrase_.empty()) throw StoreError(file_.string() + ": the passphrase is empty");
  }

  KeySchedule load() override {
    const auto sealed = read_private_file(file_, longest_file);
    if (!sealed) return {};
    auto schedule = auth::open_sealed_keys(without_line_feed(sealed->reveal()), passphrase_);
    if (!schedule) throw StoreError(file_.string() + ": " + schedule.error().message());
    return *std::move(schedule);
  }

  KeySchedule::Changed change(
      const std::function<KeySchedule::Changed(const KeySchedule&)>& change) override {
    const FileLock lock(file_.string() + ".lock");
    const KeySchedule before = load();
    auto after = change(before);
    if (after && !is_same(before, *after))
      write(auth::seal_keys(*after, passphrase_, system_random()));
    return after;
  }

  std::string version() override { return file_version(file_); }

 private:
  /// What is too long for load() must never get there.
  void write(const std::string& sealed) const {
    if (sealed.size() > longest_file)
      throw StoreError(file_.string() + ": would be longer than " + std::to_string(longest_file) +
                       " bytes; first retire some keys");
    write_private_file(file_, sealed);
  }

  const std::filesystem::path file_;
  const Secret passphrase_;
};

}  // namespace

std::unique_ptr<auth::KeyStore> open_key_file(std::filesystem::path file, Secret passphrase) {
  return std::make_unique<KeyFile>(std::move(file), std::move(passphrase));
}

}  // namespace restjwt::storage
