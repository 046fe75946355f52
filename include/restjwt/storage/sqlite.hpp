#pragma once
// Users, sessions and revocations in an SQLite file; users in Django's table auth_user or another.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/throttle.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>
#include <restjwt/storage/user_table.hpp>

namespace restjwt::storage {

struct SqliteOptions {
  std::filesystem::path file{};
  /// Make the file (mode 0600) where there is none. Otherwise a missing file is a StoreError.
  bool create = false;
  /// Writes nothing at all, also not what SQLite would do of its own accord, such as bringing a
  /// left-over write-ahead log into the file. Writing calls throw StoreError.
  bool read_only = false;
  /// Connections that read at the same time; one more writes.
  unsigned readers = 4;
  UserTable users{};
  /// How long a statement waits for another process's lock.
  std::chrono::milliseconds busy_timeout{5000};
};

/// A database file: a small pool of connections. Safe from many threads at once.
/// Every call throws auth::StoreError when SQLite refuses.
class SqliteDatabase {
 public:
  explicit SqliteDatabase(SqliteOptions options);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Whether restjwt made the table of users, or may: the database is still empty. In any other,
  /// such as Django's, nothing but migrate() changes the schema, and nothing the journal mode.
  bool is_ours() const;
  /// The migrations of src/storage/sqlite/migrations that are not applied yet, each in a
  /// transaction of its own; returns how many were applied. Beside somebody else's table of users
  /// come our tables, and on it triggers, which tell us of its changes. Throws StoreError when that
  /// table is missing, or when the schema is newer than this program.
  unsigned migrate();
  /// The number of the newest applied migration; 0 when there is none.
  unsigned schema_version() const;
  static unsigned newest_schema_version() noexcept;

  /// Copies the database as it is at one instant into a file that must not exist, mode 0600, while
  /// others read and write. Whoever opens the copy finds every session ended that began before:
  /// what was revoked after the copy was made is not in it (RevocationLog::begin_anew()).
  void back_up(const std::filesystem::path& file) const;

  /// Must not outlive the database. Throws StoreError naming the table or the column that is not
  /// there, or the statement of the UserTable that cannot be used, and why. Users::add() fills the
  /// columns a User has; StoreError where the table demands more.
  std::unique_ptr<auth::UserStore> users();

  /// Whether the database has our tables of sessions: those that migrate() makes.
  bool keeps_sessions() const;
  /// Must not outlive the database. Throw StoreError where keeps_sessions() is false, when the
  /// schema is older or newer than this program's, and as users() does.
  std::unique_ptr<auth::SessionStore> sessions();
  std::unique_ptr<auth::RevocationLog> revocations();
  std::unique_ptr<auth::AuditLog> audit();
  std::unique_ptr<auth::ThrottleStore> throttle();

  /// A claim's value from one statement with one parameter, the user's id as the table of users
  /// keeps it; the first column of the first row, null where there is none. A reason as text when
  /// the statement is not a single SELECT with exactly one parameter, or reads passwords. The
  /// function throws StoreError when the value is a BLOB, text that is not UTF-8, or infinite, and
  /// when the statement takes more than about a second of work; it must not outlive the database.
  /// Throws StoreError as users() does.
  Result<std::function<Json(const auth::UserId&)>, std::string> claim_query(const std::string& sql);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::storage
