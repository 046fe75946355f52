#pragma once
// The configured database. Nothing else in server/ and cli/ knows that there are two kinds.

#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include <restjwt/storage/postgres.hpp>
#include <restjwt/storage/sqlite.hpp>

#include "server/config.hpp"

namespace restjwt::server {

struct DatabaseOptions {
  /// Make an SQLite file where there is none.
  bool create = false;
  /// How many read at the same time.
  unsigned readers = 1;
  /// How long a statement waits for another process's lock on an SQLite file.
  std::chrono::milliseconds patience{5000};
};

/// Safe from many threads at once. Every call throws auth::StoreError when the database refuses, as
/// storage::SqliteDatabase and storage::PostgresDatabase say; what it hands out must not outlive
/// it.
class Database {
 public:
  explicit Database(const Config& config, DatabaseOptions options = {});

  /// For people: the file, or the URL without a password.
  const std::string& name() const noexcept { return name_; }
  /// Whether there was no such SQLite file before.
  bool is_new() const noexcept { return is_new_; }
  /// Whether restjwt made the table of users, or may.
  bool is_ours() const;

  /// Makes the schema, or brings it up to date, because somebody said so: also beside somebody
  /// else's table of users.
  void migrate();
  /// The same where that is nobody else's business: in a database that is ours. Throws StoreError
  /// saying what to do where only migrate() may.
  void prepare();
  unsigned schema_version() const;
  unsigned newest_schema_version() const noexcept;
  /// False in somebody else's SQLite file while nobody has migrated it: it is served without
  /// sessions.
  bool needs_schema() const;

  /// As storage::SqliteDatabase has it; StoreError naming pg_dump in PostgreSQL.
  void back_up(const std::filesystem::path& file) const;

  std::unique_ptr<auth::UserStore> users();
  /// In PostgreSQL always.
  bool keeps_sessions() const;
  std::unique_ptr<auth::SessionStore> sessions();
  std::unique_ptr<auth::RevocationLog> revocations();
  std::unique_ptr<auth::AuditLog> audit();
  /// In memory, for this process alone, where keeps_sessions() is false.
  std::unique_ptr<auth::ThrottleStore> throttle();

  /// As storage::SqliteDatabase has it; a reason in any other database.
  Result<std::function<Json(const auth::UserId&)>, std::string> claim_query(const std::string& sql);
  /// Hears what others change; nullptr where nobody can: SQLite has to be asked.
  std::unique_ptr<storage::PostgresListener> listener() const;

 private:
  using Sqlite = std::unique_ptr<storage::SqliteDatabase>;
  using Postgres = std::unique_ptr<storage::PostgresDatabase>;

  const std::string name_;
  const bool is_new_;
  const storage::PostgresOptions postgres_;
  const std::variant<Sqlite, Postgres> database_;
};

}  // namespace restjwt::server
