#include "storage/user_columns.hpp"

#include <algorithm>

namespace restjwt::storage {
namespace {

using auth::StoreError;

const Column& require(const Table& table, const std::string& name) {
  if (const auto* column = table.find(name)) return *column;
  throw StoreError("the table " + table.name + " has no column " + name);
}

const Column& require_unique(const Table& table, const std::string& name, const char* what) {
  const auto& column = require(table, name);
  if (column.unique) return column;
  throw StoreError("the column " + name + " of the table " + table.name +
                   " is not unique: two users could share " + what);
}

std::string find(const Table& table, const std::optional<std::string>& wanted, const char* django) {
  if (!wanted) return table.find(django) ? django : "";
  return wanted->empty() ? "" : require(table, *wanted).name;
}

IdForm require_id_form(const Table& table, const Column& id) {
  if (const auto form = id_form(id.type)) return *form;
  throw StoreError("the column " + id.name + " of the table " + table.name + " is declared " +
                   (id.type.empty() ? "without a type" : id.type) +
                   "; an id is an integer, a UUID or text");
}

void find_secret_key(UserColumns& columns, const UserTable& wanted, const Table& table) {
  if (wanted.secret_key_column.empty()) return;
  if (!wanted.secret_key_sql.empty())
    throw StoreError("there are secret_key_column and secret_key_sql; it can be one of them only");
  const auto& column = require(table, wanted.secret_key_column);
  columns.secret_key = column.name;
  columns.secret_is_uuid = id_form(column.type) == IdForm::hex_uuid;
}

/// Every other column may get into a token.
void keep_secrets_apart(const UserColumns& columns) {
  for (const auto* column : {&columns.id, &columns.username, &columns.is_active, &columns.email,
                             &columns.first_name, &columns.last_name, &columns.is_staff,
                             &columns.is_superuser, &columns.date_joined, &columns.last_login})
    if (!column->empty() && (*column == columns.password || *column == columns.secret_key))
      throw StoreError("the column " + *column + " of the table " + columns.table +
                       " holds a secret and can be nothing else");
}

}  // namespace

const Column* Table::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

UserColumns find_columns(const UserTable& wanted, const Table& table) {
  UserColumns columns;
  const auto& id = require_unique(table, wanted.id, "an id");
  columns.table = table.name;
  columns.id = id.name;
  columns.id_form = require_id_form(table, id);
  columns.username = require_unique(table, wanted.username, "a name").name;
  columns.password = require(table, wanted.password).name;
  columns.is_active = find(table, wanted.is_active, "is_active");
  columns.email = find(table, wanted.email, "email");
  columns.first_name = find(table, wanted.first_name, "first_name");
  columns.last_name = find(table, wanted.last_name, "last_name");
  columns.is_staff = find(table, wanted.is_staff, "is_staff");
  columns.is_superuser = find(table, wanted.is_superuser, "is_superuser");
  columns.date_joined = find(table, wanted.date_joined, "date_joined");
  columns.last_login = find(table, wanted.last_login, "last_login");
  if (const auto* last_login = table.find(columns.last_login))
    columns.last_login_not_null = last_login->not_null;
  find_secret_key(columns, wanted, table);
  keep_secrets_apart(columns);
  return columns;
}

std::vector<Cell> new_row(const UserColumns& columns, const auth::User& user,
                          const std::string& new_uuid, const std::string& now) {
  std::vector<Cell> row;
  const auto put = [&row](const std::string& column, Value value) {
    // A column may have two parts to play, such as an e-mail address that is the name.
    if (!column.empty() && std::ranges::find(row, column, &Cell::column) == row.end())
      row.push_back({column, std::move(value)});
  };
  const auto flag = [](bool value) { return Value(std::int64_t{value}); };
  const auto& joined = user.date_joined.empty() ? now : user.date_joined;

  if (columns.id_form == IdForm::hex_uuid || columns.id_form == IdForm::dashed_uuid)
    put(columns.id, *stored_id(columns.id_form, auth::UserId(new_uuid)));
  put(columns.username, user.username);
  put(columns.password, user.password);
  put(columns.email, user.email.value_or(""));
  put(columns.first_name, user.first_name);
  put(columns.last_name, user.last_name);
  put(columns.is_active, flag(user.is_active));
  put(columns.is_staff, flag(user.is_staff));
  put(columns.is_superuser, flag(user.is_superuser));
  put(columns.date_joined, joined);
  if (!user.last_login.empty()) put(columns.last_login, user.last_login);
  put(columns.last_login, columns.last_login_not_null ? Value(joined) : Value(nullptr));
  return row;
}

void refuse_what_cannot_be_added(const auth::User& user, const UserColumns& columns,
                                 const std::string& unknown) {
  if (!unknown.empty())
    throw auth::StoreError("the table " + columns.table + " demands a value for " + unknown +
                           ", which restjwt does not know; create the user in its own application");
  if (!user.is_active && columns.is_active.empty()) throw auth::StoreError(no_is_active(columns));
}

std::string no_is_active(const UserColumns& columns) {
  return "the table " + columns.table + " has no column that says who is active";
}

std::string unknown_demand(const UserColumns& columns, const Table& table) {
  const auto row = new_row(columns, {}, canonical_uuid(std::string(32, '0')).value(), "");
  for (const auto& column : table.columns)
    if (!column.filled && std::ranges::find(row, column.name, &Cell::column) == row.end())
      return column.name;
  return "";
}

}  // namespace restjwt::storage
