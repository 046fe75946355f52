#pragma once
// Files that only their owner may read: written whole or not at all, refused when others could have
// read them. Everything throws auth::StoreError naming the file and the reason.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <restjwt/secret.hpp>

namespace restjwt::storage {

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return number_; }
  bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

/// Held by one process and one thread of it at a time; released with the object, or with the
/// process. Makes the lock file where it does not exist, and leaves it; made by root, it belongs to
/// the owner of the directory.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& file);

 private:
  Descriptor file_;
};

/// False where there is no such directory. Refuses one that others may enter.
bool is_private_directory(const std::filesystem::path& directory);
/// Makes it (0700) where it does not exist.
void make_private_directory(const std::filesystem::path& directory);

/// Nothing where there is no such file. Refuses a symbolic link, anything that is no file, one that
/// others may read or write, and one longer than `most` bytes.
std::optional<Secret> read_private_file(const std::filesystem::path& file, std::size_t most);

struct NewContent {
  std::filesystem::path file;
  std::string_view content;
};
/// Replaces the files, or makes them (0600), in that order. Each is its old content or the new one,
/// whatever happens, and the new ones are on disk when this returns. Nothing is replaced before all
/// contents are on disk, so that a full disk changes nothing. What root writes belongs to the owner
/// of the old file, or of the directory. All lie in one directory; one writer at a time.
void write_private_files(std::span<const NewContent> all);
void write_private_file(const std::filesystem::path& file, std::string_view content);
/// Removes what a crash in the middle of writing left in the directory, of files whose names end in
/// that suffix. Whoever writes must not be at it.
void remove_half_written(const std::filesystem::path& directory, std::string_view suffix);
/// Removes the file where it exists; it is gone on disk when this returns.
void remove_private_file(const std::filesystem::path& file);

/// Differs whenever the file was written, replaced or let in others; "-" where there is none.
std::string file_version(const std::filesystem::path& file);

}  // namespace restjwt::storage
