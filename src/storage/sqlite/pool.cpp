#include "storage/sqlite/pool.hpp"

#include <sys/stat.h>

#include <restjwt/auth/user.hpp>

namespace restjwt::storage::sqlite {
namespace {

struct stat status_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) status = {};
  return status;
}

}  // namespace

void FileIdentity::remember(std::filesystem::path path) {
  path_ = std::move(path);
  const auto status = status_of(path_);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

void FileIdentity::look() {
  const auto status = status_of(path_);
  if (status.st_dev != device_ || status.st_ino != inode_) replaced_ = true;
  require_same();
}

void FileIdentity::require_same() const {
  if (replaced_)
    throw auth::StoreReplaced(
        "the database file was replaced or deleted; restart to use the new one");
}

}  // namespace restjwt::storage::sqlite
