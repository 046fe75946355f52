#include "storage/sqlite/migrations.hpp"

#include <chrono>
#include <string>
#include <thread>

#include <embedded/sqlite_migrations.hpp>
#include <restjwt/auth/user.hpp>

namespace restjwt::storage::sqlite {
namespace {

using auth::StoreError;

void refuse_foreign_or_newer(Connection& connection) {
  if (maker(connection) == Maker::other)
    throw StoreError("this database was not made by restjwt; its schema is left as it is");
  if (const unsigned found = schema_version(connection); found > newest_schema_version())
    throw StoreError("the database has schema version " + std::to_string(found) +
                     ", newer than this program, which knows " +
                     std::to_string(newest_schema_version()));
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

Maker maker(Connection& connection) {
  auto tables = connection.query(
      "SELECT count(*), total(name = 'restjwt_migration') FROM sqlite_schema WHERE type = 'table'");
  tables.next();
  if (tables.integer(1) == 1) return Maker::restjwt;
  return tables.integer(0) == 0 ? Maker::nobody : Maker::other;
}

unsigned schema_version(Connection& connection) {
  if (maker(connection) != Maker::restjwt) return 0;
  auto newest = connection.query("SELECT max(version) FROM restjwt_migration");
  newest.next();
  return static_cast<unsigned>(newest.integer(0));
}

unsigned newest_schema_version() noexcept {
  return static_cast<unsigned>(std::size(embedded::sqlite_migrations));
}

unsigned migrate(Connection& connection) {
  refuse_foreign_or_newer(connection);
  if (maker(connection) == Maker::nobody) use_write_ahead_log_in_turn(connection);

  unsigned applied = 0;
  unsigned version = 0;
  for (const auto& [name, script] : embedded::sqlite_migrations) {
    ++version;
    Transaction transaction(connection);
    // Asked again inside the transaction: another process may be migrating too.
    refuse_foreign_or_newer(connection);
    if (schema_version(connection) >= version) continue;
    apply(connection, version, name, script);
    transaction.commit();
    ++applied;
  }
  return applied;
}

}  // namespace restjwt::storage::sqlite
