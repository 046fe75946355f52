#include "storage/sqlite/user_triggers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "storage/quoted.hpp"
#include "storage/sqlite/stores.hpp"

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
  INSERT INTO restjwt_audit (line) VALUES (
    '{"at":"' || strftime('%Y-%m-%dT%H:%M:%SZ', 'now') || '","event":"@event","user_id":"' ||
    replace(replace(@user, '\', '\\'), '"', '\"') || '"}');
END)";

void put(std::string& text, std::string_view placeholder, std::string_view value) {
  for (auto at = text.find(placeholder); at != text.npos; at = text.find(placeholder))
    text.replace(at, placeholder.size(), value);
}

std::string body_for(const std::string& user, std::string_view event) {
  std::string body = end_sessions;
  put(body, "@user", user);
  put(body, "@event", event);
  return body;
}

std::string on_update(const UserColumns& columns) {
  const auto password = quoted(columns.password);
  const auto active = quoted(columns.is_active);
  const auto id = quoted(columns.id);
  std::string when = "(OLD." + password + " IS NOT NEW." + password +
                     " AND NOT EXISTS (SELECT 1 FROM restjwt_rehash WHERE user_id = OLD." + id +
                     "))";
  if (!columns.is_active.empty())
    when += " OR (OLD." + active + " AND NOT coalesce(NEW." + active + ", 0))";
  return "CREATE TRIGGER restjwt_user_update AFTER UPDATE ON " + quoted(columns.table) + " WHEN " +
         when + body_for("OLD." + id, "user_changed");
}

std::string on_delete(const UserColumns& columns) {
  return "CREATE TRIGGER restjwt_user_delete AFTER DELETE ON " + quoted(columns.table) +
         body_for("OLD." + quoted(columns.id), "user_deleted");
}

std::string trigger_named(Connection& connection, std::string_view name) {
  auto found =
      connection.query("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?1", name);
  return found.next() ? found.text(0) : "";
}

std::string on_touch(const UserColumns& columns, std::string_view name, std::string change) {
  if (change == "UPDATE") {
    // A login at Django writes last_login, and nothing else: nobody has to be read anew for that.
    change += " OF " + quoted(columns.id);
    for (const auto* column :
         {&columns.username, &columns.password, &columns.is_active, &columns.email,
          &columns.first_name, &columns.last_name, &columns.is_staff, &columns.is_superuser,
          &columns.date_joined, &columns.secret_key})
      if (!column->empty()) change += ", " + quoted(*column);
  }
  return "CREATE TRIGGER " + std::string(name) + " AFTER " + change + " ON " +
         quoted(columns.table) + " BEGIN UPDATE restjwt_user_counter SET value = value + 1; END";
}

struct Trigger {
  const char* name;
  std::string sql;
  /// Whether it ends sessions.
  bool ends;
};

std::vector<Trigger> triggers_for(const UserColumns& columns) {
  return {{"restjwt_user_update", on_update(columns), true},
          {"restjwt_user_delete", on_delete(columns), true},
          {"restjwt_user_touched", on_touch(columns, "restjwt_user_touched", "UPDATE"), false},
          {"restjwt_user_come", on_touch(columns, "restjwt_user_come", "INSERT"), false},
          {"restjwt_user_gone", on_touch(columns, "restjwt_user_gone", "DELETE"), false}};
}

constexpr auto end_everyone =
    "INSERT INTO restjwt_revocation (kind, subject, not_before, until) "
    "SELECT 'everyone', NULL, at, CASE WHEN life >= 0 THEN at + life END "
    "FROM (SELECT life, max(now, (SELECT max(created) FROM restjwt_session)) AS at "
    "FROM restjwt_token_end) WHERE at IS NOT NULL";

void end_everyone_seen(Connection& connection) {
  connection.query(end_everyone).next();
  if (connection.changes() == 0) return;  // there was nobody
  write_audit(connection,
              {.name = "everyone_ended",
               .at = system_clock()(),
               .reason = "changes of users had gone unseen: the triggers were missing"});
}

}  // namespace

void keep_user_triggers(Connection& connection, const UserColumns& columns) {
  const auto triggers = triggers_for(columns);
  const auto is_there = [&](const Trigger& trigger) {
    return trigger_named(connection, trigger.name) == trigger.sql;
  };
  if (std::ranges::all_of(triggers, is_there)) return;
  Transaction transaction(connection);
  bool saw_all = true;
  for (const auto& trigger : triggers) {
    const auto found = trigger_named(connection, trigger.name);
    if (found == trigger.sql) continue;
    saw_all = saw_all && !(trigger.ends && found.empty());
    connection.execute("DROP TRIGGER IF EXISTS " + std::string(trigger.name));
    connection.execute(trigger.sql);
  }
  // Whose password was changed meanwhile nobody can tell.
  if (!saw_all) end_everyone_seen(connection);
  transaction.commit();
}

bool has_sessions(Connection& connection) {
  return connection.query("SELECT 1 FROM sqlite_schema WHERE name = 'restjwt_session'").next();
}

}  // namespace restjwt::storage::sqlite
