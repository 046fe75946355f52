#include "storage/quoted.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage {
namespace {

/// The column, or what stands in its place where there is none.
std::string or_literal(const std::string& column, const char* literal) {
  return column.empty() ? literal : quoted(column);
}

std::string row_of(const UserColumns& columns) {
  return quoted(columns.id) + ", " + quoted(columns.username) + ", " +
         or_literal(columns.email, "''") + ", " + or_literal(columns.first_name, "''") + ", " +
         or_literal(columns.last_name, "''") + ", " + or_literal(columns.is_active, "1") + ", " +
         or_literal(columns.is_staff, "0") + ", " + or_literal(columns.is_superuser, "0") + ", " +
         or_literal(columns.date_joined, "''") + ", " + or_literal(columns.last_login, "''") +
         ", " + quoted(columns.password) + ", " + or_literal(columns.secret_key, "''");
}

std::string insert(const UserColumns& columns) {
  std::string names, parameters;
  int index = 0;
  for (const auto& cell : new_row(columns, {}, canonical_uuid(std::string(32, '0')).value(), "")) {
    const char* comma = index == 0 ? "" : ", ";
    names += comma + quoted(cell.column);
    parameters += comma + ("?" + std::to_string(++index));
  }
  return "INSERT INTO " + quoted(columns.table) + " (" + names + ") VALUES (" + parameters +
         ") ON CONFLICT (" + quoted(columns.username) + ") DO NOTHING RETURNING " + row_of(columns);
}

}  // namespace

UserStatements statements_for(const UserColumns& columns) {
  const auto table = quoted(columns.table);
  const auto id = quoted(columns.id);
  const auto password = quoted(columns.password);
  const auto with_id = " WHERE " + id + " = ?1";
  const auto users = "SELECT " + row_of(columns) + " FROM " + table;
  const auto passwords = "SELECT " + password + " FROM " + table;
  const auto update = "UPDATE " + table + " SET ";
  // The newest users are the ones who log in, and a million rows would take a second. UUIDs do not
  // tell who is new.
  const auto newest = columns.id_form == IdForm::number ? " ORDER BY " + id + " DESC" : "";

  UserStatements sql;
  sql.find_by_id = users + with_id;
  sql.find_by_username = users + " WHERE " + quoted(columns.username) + " = ?1";
  sql.credentials =
      "SELECT " + password + ", " + or_literal(columns.is_active, "1") + " FROM " + table + with_id;
  sql.first_page = users + " ORDER BY " + id + " LIMIT ?1";
  sql.next_page = users + " WHERE " + id + " > ?1 ORDER BY " + id + " LIMIT ?2";
  sql.add = insert(columns);
  sql.set_password = update + password + " = ?2" + with_id;
  sql.replace_password = update + password + " = ?3" + with_id + " AND " + password + " = ?2";
  if (!columns.is_active.empty())
    sql.set_active = update + quoted(columns.is_active) + " = ?2" + with_id;
  if (!columns.last_login.empty())
    sql.set_last_login = update + quoted(columns.last_login) + " = ?2" + with_id;
  sql.remove = "DELETE FROM " + table + with_id;
  sql.some_passwords = passwords + newest + " LIMIT 10000";
  sql.all_passwords = passwords;
  sql.any_user = "SELECT " + id + " FROM " + table + " LIMIT 1";
  return sql;
}

}  // namespace restjwt::storage
