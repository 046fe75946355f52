#include "storage/sqlite/backup.hpp"

#include <cerrno>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "storage/sqlite/user_triggers.hpp"

namespace restjwt::storage::sqlite {
namespace {

struct Finish {
  void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

void copy(Connection& source, Connection& target) {
  const std::unique_ptr<sqlite3_backup, Finish> backup(
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main"));
  if (!backup) fail(sqlite3_extended_errcode(target.handle()));
  // All pages in one step are of one instant.
  if (const int code = sqlite3_backup_step(backup.get(), -1); code != SQLITE_DONE) fail(code);
}

}  // namespace

bool make_private_file(const std::filesystem::path& file) {
  // O_EXCL also keeps us from closing a file that SQLite has open in this process, which would drop
  // its locks (https://www.sqlite.org/howtocorrupt.html §2.2).
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno == EEXIST) return false;
  if (descriptor < 0) throw auth::StoreError(std::generic_category().message(errno));
  ::close(descriptor);
  return true;
}

void make_backup(Connection& source, const std::filesystem::path& file) {
  if (!make_private_file(file))
    throw auth::StoreError(file.string() + " exists; a backup overwrites nothing");
  try {
    Connection target(file, source.busy_timeout());
    copy(source, target);
    if (has_sessions(target)) target.execute("DELETE FROM restjwt_history");
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    throw;
  }
}

}  // namespace restjwt::storage::sqlite
