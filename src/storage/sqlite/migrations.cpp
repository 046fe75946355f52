#include "storage/sqlite/migrations.hpp"

#include <chrono>
#include <string>
#include <thread>

#include <embedded/sqlite_migrations.hpp>
#include <restjwt/auth/user.hpp>

namespace restjwt::storage::sqlite {
namespace {

using auth::StoreError;

/// The migration that makes auth_user. It has no row where somebody else made the table of users.
constexpr unsigned of_users = 1;

bool has_table(Connection& connection, std::string_view name) {
  return connection.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", name)
      .next();
}

bool has_tables(Connection& connection) {
  return connection.query("SELECT 1 FROM sqlite_schema WHERE type = 'table'").next();
}

bool has_migrations(Connection& connection) { return has_table(connection, "restjwt_migration"); }

void refuse_newer(Connection& connection) {
  if (const unsigned found = schema_version(connection); found > newest_schema_version())
    throw StoreError("the database has schema version " + std::to_string(found) +
                     ", newer than this program, which knows " +
                     std::to_string(newest_schema_version()));
}

/// False where the migration is not for this database.
bool is_wanted(Connection& connection, unsigned version, const UserTable& users) {
  const bool ours = is_ours(connection);
  if (!ours && !has_table(connection, users.name))
    throw StoreError("the database has no table " + users.name);
  return (ours || version != of_users) && schema_version(connection) < version;
}

void use_write_ahead_log(Connection& connection) {
  auto mode = connection.query("PRAGMA journal_mode = WAL");
  if (!mode.next() || mode.text(0) != "wal")
    throw StoreError("this file system does not carry SQLite's write-ahead log");
}

/// Of two programs that turn to the log at once, each reads while it wants to write alone: SQLite
/// ends that deadlock with "busy" without the wait it keeps otherwise.
void use_write_ahead_log_in_turn(Connection& connection) {
  using std::chrono::steady_clock;
  const auto until = steady_clock::now() + connection.busy_timeout();
  while (true) try {
      return use_write_ahead_log(connection);
    } catch (const auth::StoreBusy&) {
      if (steady_clock::now() >= until) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void apply(Connection& connection, unsigned version, std::string_view name,
           std::string_view script) {
  connection.execute(
      "CREATE TABLE IF NOT EXISTS restjwt_migration "
      "(version integer NOT NULL PRIMARY KEY, name text NOT NULL, applied_at datetime NOT NULL)");
  connection.execute(std::string(script));
  constexpr auto remember =
      "INSERT INTO restjwt_migration (version, name, applied_at) "
      "VALUES (?1, ?2, strftime('%Y-%m-%d %H:%M:%f000', 'now'))";
  connection.query(remember, std::int64_t{version}, name).next();
}

}  // namespace

bool is_ours(Connection& connection) {
  if (!has_migrations(connection)) return !has_tables(connection);
  constexpr auto made_users = "SELECT 1 FROM restjwt_migration WHERE version = ?1";
  return connection.query(made_users, std::int64_t{of_users}).next();
}

unsigned schema_version(Connection& connection) {
  if (!has_migrations(connection)) return 0;
  auto newest = connection.query("SELECT max(version) FROM restjwt_migration");
  newest.next();
  return static_cast<unsigned>(newest.integer(0));
}

unsigned newest_schema_version() noexcept {
  return static_cast<unsigned>(std::size(embedded::sqlite_migrations));
}

unsigned migrate(Connection& connection, const UserTable& users) {
  refuse_newer(connection);
  if (!has_tables(connection)) use_write_ahead_log_in_turn(connection);

  unsigned applied = 0;
  unsigned version = 0;
  for (const auto& [name, script] : embedded::sqlite_migrations) {
    ++version;
    Transaction transaction(connection);
    // Asked inside the transaction: another process may be migrating too.
    refuse_newer(connection);
    if (!is_wanted(connection, version, users)) continue;
    apply(connection, version, name, script);
    transaction.commit();
    ++applied;
  }
  return applied;
}

}  // namespace restjwt::storage::sqlite
