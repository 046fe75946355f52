#include "storage/postgres/migrations.hpp"

#include <iterator>
#include <string>

#include <embedded/postgres_migrations.hpp>

#include "storage/postgres/table_info.hpp"
#include "storage/postgres/user_trigger.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage::postgres {
namespace {

using auth::StoreError;

/// The first number is "restjwt" by its sound, the second says which of our locks.
constexpr auto wait_for_other_programs = "SELECT pg_advisory_xact_lock(1919578228, 0)";
constexpr auto make_table_of_migrations =
    "CREATE TABLE IF NOT EXISTS restjwt_migration (version integer NOT NULL PRIMARY KEY, "
    "name text NOT NULL, applied_at timestamp with time zone NOT NULL DEFAULT now())";

/// The migration that makes auth_user. It has no row where somebody else made the table of users.
constexpr unsigned of_users = 1;

bool has_migrations(Connection& connection) {
  return connection.query("SELECT 1 WHERE to_regclass('restjwt_migration') IS NOT NULL").next();
}

std::string refusal_of_newer(unsigned found) {
  return "the database has schema version " + std::to_string(found) +
         ", newer than this program, which knows " + std::to_string(newest_schema_version());
}

/// False where the migration is not for this database.
bool is_wanted(Connection& connection, unsigned version, const UserTable& users) {
  if (version != of_users || has_table(connection, users.name)) return version != of_users;
  if (users.name != "auth_user") throw StoreError("the database has no table " + users.name);
  return true;
}

}  // namespace

bool is_ours(Connection& connection, const UserTable& users) {
  if (has_migrations(connection))
    return connection
        .query("SELECT 1 FROM restjwt_migration WHERE version = $1", {std::int64_t{of_users}})
        .next();
  return !has_table(connection, users.name) &&
         !connection
              .query(
                  "SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p') "
                  "AND relnamespace = current_schema()::regnamespace")
              .next();
}

unsigned schema_version(Connection& connection) {
  if (!has_migrations(connection)) return 0;
  auto newest = connection.query("SELECT coalesce(max(version), 0) FROM restjwt_migration");
  newest.next();
  return static_cast<unsigned>(newest.integer(0));
}

unsigned newest_schema_version() noexcept {
  return static_cast<unsigned>(std::size(embedded::postgres_migrations));
}

unsigned migrate(Connection& connection, const UserTable& users) {
  Transaction transaction(connection);
  connection.query(wait_for_other_programs);
  const unsigned found = schema_version(connection);
  if (found > newest_schema_version()) throw StoreError(refusal_of_newer(found));
  connection.execute(make_table_of_migrations);

  unsigned applied = 0;
  unsigned version = 0;
  for (const auto& [name, script] : embedded::postgres_migrations) {
    ++version;
    if (version <= found || !is_wanted(connection, version, users)) continue;
    connection.execute(std::string(script));
    connection.query("INSERT INTO restjwt_migration (version, name) VALUES ($1, $2)",
                     {std::int64_t{version}, name});
    ++applied;
  }
  keep_user_trigger(connection, find_columns(users, table_named(connection, users.name)));
  transaction.commit();
  return applied;
}

void require_schema(Connection& connection) {
  const unsigned found = schema_version(connection);
  if (found > newest_schema_version()) throw StoreError(refusal_of_newer(found));
  if (found < newest_schema_version())
    throw StoreError("the database has schema version " + std::to_string(found) +
                     ", older than this program; migrate it first");
}

}  // namespace restjwt::storage::postgres
