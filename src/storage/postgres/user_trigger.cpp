#include "storage/postgres/user_trigger.hpp"

#include "storage/quoted.hpp"

namespace restjwt::storage::postgres {
namespace {

// Its arguments end with a NUL each.
constexpr auto found =
    "SELECT tgargs = convert_to($2, 'UTF8') || '\\x00' || convert_to($3, 'UTF8') || '\\x00' || "
    "convert_to($4, 'UTF8') || '\\x00', tgenabled IN ('O', 'A') "
    "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE relname = $1 AND pg_table_is_visible(tgrelid) AND tgname = 'restjwt_user_changed'";

constexpr auto end_everyone =
    "SELECT restjwt_append('everyone', NULL, at, CASE WHEN life >= 0 THEN at + life END) "
    "FROM (SELECT greatest(restjwt_now(), max(created)) AS at FROM restjwt_session "
    "HAVING max(created) IS NOT NULL) AS newest, restjwt_longest_life(restjwt_now()) AS life";

Rows look(Connection& connection, const UserColumns& columns) {
  return connection.query(found, {columns.table, columns.id, columns.password, columns.is_active});
}

std::string literal(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'') result += '\'';
    result += letter;
  }
  return result += "'";
}

}  // namespace

void keep_user_trigger(Connection& connection, const UserColumns& columns) {
  auto trigger = look(connection, columns);
  if (!trigger.next()) {
    // Whose password was changed meanwhile nobody can tell.
    connection.query(end_everyone);
  } else {
    if (trigger.flag(0)) return;
    connection.execute("DROP TRIGGER restjwt_user_changed ON " + quoted(columns.table));
  }
  connection.execute(
      "CREATE CONSTRAINT TRIGGER restjwt_user_changed AFTER INSERT OR UPDATE OR "
      "DELETE ON " +
      quoted(columns.table) +
      " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
      "restjwt_user_changed(" +
      literal(columns.id) + ", " + literal(columns.password) + ", " + literal(columns.is_active) +
      ")");
}

void require_user_trigger(Connection& connection, const UserColumns& columns) {
  auto trigger = look(connection, columns);
  if (!trigger.next() || !trigger.flag(0))
    throw auth::StoreError("the table " + columns.table +
                           " has no trigger of restjwt for these columns; migrate the database");
  if (!trigger.flag(1))
    throw auth::StoreError("restjwt's trigger on the table " + columns.table + " is switched off");
}

void begin_rehash(Connection& connection) {
  connection.query("SELECT set_config('restjwt.rehash', 'on', true)");
}

}  // namespace restjwt::storage::postgres
