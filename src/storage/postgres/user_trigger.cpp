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

constexpr auto found_truncated =
    "SELECT tgenabled IN ('O', 'A') FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE relname = $1 AND pg_table_is_visible(tgrelid) AND tgname = 'restjwt_users_truncated'";

constexpr auto end_everyone =
    "SELECT restjwt_end_everyone('changes of users had gone unseen: the trigger was missing') "
    "WHERE EXISTS (SELECT FROM restjwt_session)";

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
  const auto on_table = " ON " + quoted(columns.table);
  auto trigger = look(connection, columns);
  const bool was_there = trigger.next();
  if (!was_there || !trigger.flag(0)) {
    connection.execute("DROP TRIGGER IF EXISTS restjwt_user_changed" + on_table);
    connection.execute(
        "CREATE CONSTRAINT TRIGGER restjwt_user_changed AFTER INSERT OR UPDATE OR "
        "DELETE" +
        on_table +
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
        "restjwt_user_changed(" +
        literal(columns.id) + ", " + literal(columns.password) + ", " + literal(columns.is_active) +
        ")");
  }
  const bool saw_truncation = connection.query(found_truncated, {columns.table}).next();
  if (!saw_truncation)
    connection.execute("CREATE TRIGGER restjwt_users_truncated AFTER TRUNCATE" + on_table +
                       " FOR EACH STATEMENT EXECUTE FUNCTION restjwt_users_truncated()");
  // Whose password was changed meanwhile nobody can tell.
  if (!was_there || !saw_truncation) connection.query(end_everyone);
}

void require_user_trigger(Connection& connection, const UserColumns& columns) {
  auto trigger = look(connection, columns);
  if (!trigger.next() || !trigger.flag(0))
    throw auth::StoreError("the table " + columns.table +
                           " has no trigger of restjwt for these columns; migrate the database");
  auto truncated = connection.query(found_truncated, {columns.table});
  if (!truncated.next())
    throw auth::StoreError("the table " + columns.table +
                           " has no trigger of restjwt for TRUNCATE; migrate the database");
  if (!trigger.flag(1) || !truncated.flag(0))
    throw auth::StoreError("restjwt's trigger on the table " + columns.table + " is switched off");
}

void begin_rehash(Connection& connection) {
  connection.query("SELECT set_config('restjwt.rehash', 'on', true)");
}

}  // namespace restjwt::storage::postgres
