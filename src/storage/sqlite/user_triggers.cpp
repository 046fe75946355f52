#include "storage/sqlite/user_triggers.hpp"

#include <string>

#include "storage/quoted.hpp"

namespace restjwt::storage::sqlite {
namespace {

/// The instant moves on to the newest session that the user has, in case the clock of whoever
/// opened it is ahead of this one.
constexpr auto end_sessions = R"(
BEGIN
  INSERT INTO restjwt_revocation (kind, subject, not_before, until)
  SELECT 'user', @user, at, CASE WHEN life >= 0 THEN at + life END
  FROM (SELECT life, max(now, coalesce((SELECT max(created) FROM restjwt_session
                                        WHERE user_id = @user AND NOT ended), 0)) AS at
        FROM restjwt_token_end);
END)";

std::string body_for(const std::string& user) {
  std::string body = end_sessions;
  constexpr std::string_view placeholder = "@user";
  for (auto at = body.find(placeholder); at != body.npos; at = body.find(placeholder))
    body.replace(at, placeholder.size(), user);
  return body;
}

std::string on_update(const UserColumns& columns) {
  const auto password = quoted(columns.password);
  const auto active = quoted(columns.is_active);
  const auto id = quoted(columns.id);
  std::string when = "(OLD." + password + " IS NOT NEW." + password +
                     " AND NOT EXISTS (SELECT 1 FROM restjwt_rehash WHERE user_id = OLD." + id +
                     "))";
  if (!columns.is_active.empty()) when += " OR (OLD." + active + " AND NOT NEW." + active + ")";
  return "CREATE TRIGGER restjwt_user_update AFTER UPDATE ON " + quoted(columns.table) + " WHEN " +
         when + body_for("OLD." + id);
}

std::string on_delete(const UserColumns& columns) {
  return "CREATE TRIGGER restjwt_user_delete AFTER DELETE ON " + quoted(columns.table) +
         body_for("OLD." + quoted(columns.id));
}

std::string trigger_named(Connection& connection, std::string_view name) {
  auto found =
      connection.query("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?1", name);
  return found.next() ? found.text(0) : "";
}

std::string on_touch(const UserColumns& columns, std::string_view change) {
  std::string sql = "CREATE TRIGGER restjwt_user_";
  sql += change == "UPDATE" ? "touched" : change == "DELETE" ? "gone" : "come";
  sql.append(" AFTER ").append(change).append(" ON ").append(quoted(columns.table));
  return sql + " BEGIN UPDATE restjwt_user_counter SET value = value + 1; END";
}

/// Returns whether it was there, in whatever words.
bool keep(Connection& connection, std::string_view name, const std::string& wanted) {
  const auto found = trigger_named(connection, name);
  if (found == wanted) return true;
  connection.execute("DROP TRIGGER IF EXISTS " + std::string(name));
  connection.execute(wanted);
  return !found.empty();
}

constexpr auto end_everyone =
    "INSERT INTO restjwt_revocation (kind, subject, not_before, until) "
    "SELECT 'everyone', NULL, at, CASE WHEN life >= 0 THEN at + life END "
    "FROM (SELECT life, max(now, (SELECT max(created) FROM restjwt_session)) AS at "
    "FROM restjwt_token_end) WHERE at IS NOT NULL";

}  // namespace

void keep_user_triggers(Connection& connection, const UserColumns& columns) {
  Transaction transaction(connection);
  const bool saw_changes = keep(connection, "restjwt_user_update", on_update(columns));
  const bool saw_deletions = keep(connection, "restjwt_user_delete", on_delete(columns));
  // Whose password was changed meanwhile nobody can tell.
  if (!saw_changes || !saw_deletions) connection.query(end_everyone).next();
  keep(connection, "restjwt_user_touched", on_touch(columns, "UPDATE"));
  keep(connection, "restjwt_user_come", on_touch(columns, "INSERT"));
  keep(connection, "restjwt_user_gone", on_touch(columns, "DELETE"));
  transaction.commit();
}

bool has_sessions(Connection& connection) {
  return connection.query("SELECT 1 FROM sqlite_schema WHERE name = 'restjwt_session'").next();
}

}  // namespace restjwt::storage::sqlite
