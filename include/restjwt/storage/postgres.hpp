#pragma once
// Users, sessions and revocations in PostgreSQL, for more than one node: in Django's table
// auth_user or another, beside tables of our own.

#include <chrono>
#include <memory>
#include <string>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/throttle.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/storage/user_table.hpp>

namespace restjwt::storage {

struct PostgresOptions {
  /// "postgresql://user:password@host:5432/name?sslmode=verify-full", or libpq's keywords. What it
  /// leaves out comes from libpq's environment and files.
  std::string url{};
  UserTable users{};
  /// At most as many at the same time; a listener has one more.
  unsigned connections = 8;
  std::chrono::milliseconds connect_timeout{2000};
  /// How long a statement takes at most. A server that is silent for a second more is given up.
  std::chrono::milliseconds statement_timeout{5000};
  /// How long a statement waits for a lock, and a caller for a free connection.
  std::chrono::milliseconds lock_timeout{2000};
};

/// A database: a bounded pool of connections, made when they are needed and again when they broke;
/// after a failure, for a moment, calls fail at once. Safe from many threads at once. Every call
/// throws auth::StoreError when PostgreSQL refuses, is not there or is locked by others.
class PostgresDatabase {
 public:
  /// Does not connect yet. Throws StoreError when the URL is none.
  explicit PostgresDatabase(PostgresOptions options);
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  /// Whether restjwt made the table of users, or may: the schema is still empty.
  bool is_ours() const;
  /// The migrations of src/storage/postgres/migrations that are not applied yet, in one
  /// transaction, and a trigger on the table of users; returns how many were applied. Somebody
  /// else's table of users gets nothing but the trigger; auth_user is made where it is missing.
  /// Programs that migrate at once wait for each other. Throws StoreError when the schema is newer
  /// than this program.
  unsigned migrate();
  /// The number of the newest applied migration; 0 when there is none.
  unsigned schema_version() const;
  static unsigned newest_schema_version() noexcept;

  /// Must not outlive the database. Throw StoreError when the schema is older or newer than this
  /// program's, when the trigger is missing, and as SqliteDatabase::users() does.
  std::unique_ptr<auth::UserStore> users();
  std::unique_ptr<auth::SessionStore> sessions();
  std::unique_ptr<auth::RevocationLog> revocations();
  std::unique_ptr<auth::AuditLog> audit();
  std::unique_ptr<auth::ThrottleStore> throttle();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

/// Hears, on a connection of its own, what any program changes. One thread at a time.
class PostgresListener {
 public:
  /// Does not connect yet. Throws StoreError when the URL is none.
  explicit PostgresListener(PostgresOptions options);
  ~PostgresListener();
  PostgresListener(const PostgresListener&) = delete;
  PostgresListener& operator=(const PostgresListener&) = delete;

  struct Heard {
    bool revocations = false;  ///< the log has grown
    bool users = false;        ///< a user was added, changed or deleted
    /// Listens from now on; what happened before may have been missed, and is to be caught up with
    /// by number. Also true of the first connection.
    bool from_now_on = false;
    explicit operator bool() const noexcept { return revocations || users || from_now_on; }
  };
  /// Waits that long at most; a new connection may take its own time-out more. Connects, also
  /// again, by itself; throws nothing when the database is not there.
  Heard wait(std::chrono::milliseconds longest);
  /// False while announcements would be missed. A server that has gone silent is noticed within a
  /// second and the statement_timeout.
  bool is_connected() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::storage
