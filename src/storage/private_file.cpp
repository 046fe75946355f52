#include "storage/private_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <restjwt/auth/user.hpp>

namespace restjwt::storage {
namespace {

namespace fs = std::filesystem;
using auth::StoreError;

constexpr mode_t others = S_IRWXG | S_IRWXO;
constexpr std::string_view half_written = ".tmp";

[[noreturn]] void fail(const fs::path& file, const std::string& what, int error = errno) {
  throw StoreError(file.string() + ": " + what + ": " + std::strerror(error));
}

int open_again(const fs::path& file, int flags, mode_t mode = 0) {
  int number;
  do number = ::open(file.c_str(), flags | O_CLOEXEC, mode);
  while (number < 0 && errno == EINTR);
  return number;
}

void refuse_others(const fs::path& file, const struct stat& status, const char* mended) {
  if ((status.st_mode & others) == 0) return;
  char mode[8];
  std::snprintf(mode, sizeof mode, "%04o", unsigned(status.st_mode & 07777));
  throw StoreError(file.string() + ": others may read or change it (mode " + mode +
                   "); mend it with: chmod " + mended + " " + file.string());
}

void sync_directory(const fs::path& directory) {
  const Descriptor opened(open_again(directory, O_RDONLY | O_DIRECTORY));
  if (!opened.is_open() || fsync(opened.get()) != 0) fail(directory, "cannot be brought to disk");
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

void write_all(const Descriptor& to, std::string_view content, const fs::path& file) {
  while (!content.empty()) {
    const ssize_t written = ::write(to.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(file, "cannot be written");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// What root makes for a service has to be the service's: the owner of the file that is replaced,
/// otherwise that of the directory.
void give_to_owner(int made, const fs::path& file) {
  if (::geteuid() != 0) return;
  struct stat owner {};
  const bool replaces = ::lstat(file.c_str(), &owner) == 0 && owner.st_uid != 0;
  if (!replaces && ::stat(folder_of(file).c_str(), &owner) != 0)
    fail(folder_of(file), "cannot be read");
  if (fchown(made, owner.st_uid, owner.st_gid) != 0) fail(file, "cannot be given to its owner");
}

/// Only what is made here is given away: what is there already might be a link to another file.
int open_or_make(const fs::path& file) {
  const int there = open_again(file, O_RDWR | O_NOFOLLOW);
  if (there >= 0 || errno != ENOENT) return there;
  const int made = open_again(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (made < 0) return errno == EEXIST ? open_again(file, O_RDWR | O_NOFOLLOW) : made;
  give_to_owner(made, file);
  return made;
}

fs::path temporary_of(const fs::path& file) { return file.string() + std::string(half_written); }

void write_new(const fs::path& temporary, std::string_view content, const fs::path& file) {
  const Descriptor opened(
      open_again(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!opened.is_open()) fail(temporary, "cannot be made");
  give_to_owner(opened.get(), file);
  write_all(opened, content, temporary);
  // Before the rename: a name on disk must never lead to a content that is not.
  if (fsync(opened.get()) != 0) fail(temporary, "cannot be brought to disk");
}

/// The whole content, which had `size` bytes a moment ago.
Secret read_all(const Descriptor& from, std::size_t size, const fs::path& file) {
  std::string content(size, '\0');
  std::size_t at = 0;
  while (at < size) {
    const ssize_t read = ::read(from.get(), content.data() + at, size - at);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) {
      const int error = errno;
      wipe(content);
      fail(file, "cannot be read", error);
    }
    if (read == 0) break;
    at += static_cast<std::size_t>(read);
  }
  Secret whole = Secret::take(std::move(content));
  return at == size ? std::move(whole) : Secret(whole.reveal().substr(0, at));
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

FileLock::FileLock(const fs::path& file) : file_(open_or_make(file)) {
  if (!file_.is_open()) fail(file, "cannot be opened");
  while (flock(file_.get(), LOCK_EX) != 0)
    if (errno != EINTR) fail(file, "cannot be locked");
}

bool is_private_directory(const fs::path& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    fail(directory, "cannot be read");
  }
  if (!S_ISDIR(status.st_mode)) throw StoreError(directory.string() + ": is no directory");
  refuse_others(directory, status, "700");
  return true;
}

void make_private_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), S_IRWXU) == 0) return sync_directory(folder_of(directory));
  if (errno != EEXIST) fail(directory, "cannot be made");
}

std::optional<Secret> read_private_file(const fs::path& file, std::size_t most) {
  // O_NONBLOCK: a FIFO would keep us waiting for a writer.
  const Descriptor opened(open_again(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (!opened.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    if (errno == ELOOP)
      throw StoreError(file.string() + ": is a symbolic link; keys are kept in files of their own");
    fail(file, "cannot be read");
  }
  struct stat status {};
  if (fstat(opened.get(), &status) != 0) fail(file, "cannot be read");
  if (!S_ISREG(status.st_mode)) throw StoreError(file.string() + ": is no file");
  refuse_others(file, status, "600");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > most)
    throw StoreError(file.string() + ": is longer than " + std::to_string(most) + " bytes");
  return read_all(opened, size, file);
}

void write_private_files(std::span<const NewContent> all) {
  if (all.empty()) return;
  try {
    for (const auto& [file, content] : all) {
      ::unlink(temporary_of(file).c_str());  // what a crash left
      write_new(temporary_of(file), content, file);
    }
    for (const auto& [file, content] : all)
      if (::rename(temporary_of(file).c_str(), file.c_str()) != 0) fail(file, "cannot be replaced");
  } catch (const StoreError&) {
    // On a full disk they would take the room of the next ones.
    for (const auto& [file, content] : all) ::unlink(temporary_of(file).c_str());
    throw;
  }
  sync_directory(folder_of(all.front().file));
}

void write_private_file(const fs::path& file, std::string_view content) {
  const NewContent one{file, content};
  write_private_files(std::span(&one, 1));
}

void remove_half_written(const fs::path& directory, std::string_view suffix) {
  const std::string end = std::string(suffix) + std::string(half_written);
  std::error_code ignored;  // it is in nobody's way
  for (fs::directory_iterator entry(directory, ignored), none; !ignored && entry != none;
       entry.increment(ignored))
    if (entry->path().native().ends_with(end)) ::unlink(entry->path().c_str());
}

void remove_private_file(const fs::path& file) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) fail(file, "cannot be removed");
  sync_directory(folder_of(file));
}

std::string file_version(const fs::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return "-";
    fail(file, "cannot be read");
  }
  std::string version;
  for (const auto number :
       {static_cast<long long>(status.st_ino), static_cast<long long>(status.st_size),
        static_cast<long long>(status.st_mtim.tv_sec),
        static_cast<long long>(status.st_mtim.tv_nsec),
        static_cast<long long>(status.st_ctim.tv_sec),
        static_cast<long long>(status.st_ctim.tv_nsec)})
    version += std::to_string(number) + ".";
  return version;
}

}  // namespace restjwt::storage
