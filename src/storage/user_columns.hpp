#pragma once
// A UserTable as it was found in the database, and the statements for it. The SQL is what SQLite
// and PostgreSQL both know, with parameters ?1, ?2 and so on.

#include "storage/id_form.hpp"
#include "storage/table.hpp"
#include "storage/value.hpp"

#include <string>
#include <vector>

#include <restjwt/auth/user.hpp>
#include <restjwt/storage/user_table.hpp>

namespace restjwt::storage {

/// Names of columns, "" for one that the table does not have.
struct UserColumns {
  std::string table{};
  std::string id{};
  std::string username{};
  std::string password{};
  std::string is_active{};
  std::string email{};
  std::string first_name{};
  std::string last_name{};
  std::string is_staff{};
  std::string is_superuser{};
  std::string date_joined{};
  std::string last_login{};
  std::string secret_key{};

  IdForm id_form = IdForm::number;
  bool secret_is_uuid = false;
  /// Django before 1.8 starts last_login at date_joined.
  bool last_login_not_null = false;
};

/// Throws StoreError, as SqliteDatabase::users() says.
UserColumns find_columns(const UserTable& wanted, const Table& table);

/// One value of a new row.
struct Cell {
  std::string column;
  Value value;
};
/// The row for a user who joins at `now` unless he says when. Every row of a table has the same
/// columns.
std::vector<Cell> new_row(const UserColumns& columns, const auth::User& user,
                          const std::string& new_uuid, const std::string& now);

/// A user's row is always id, username, email, first_name, last_name, is_active, is_staff,
/// is_superuser, date_joined, last_login, password, secret_key.
struct UserStatements {
  std::string find_by_id{};        // id
  std::string find_by_username{};  // name
  std::string credentials{};       // id; password, is_active
  std::string first_page{};        // limit
  std::string next_page{};         // id, limit
  std::string add{};               // the values of new_row(); the user's row, or none
  std::string set_password{};      // id, password
  std::string replace_password{};  // id, expected, password
  std::string set_active{};        // id, flag; empty where there is no such column
  std::string set_last_login{};    // id, instant; empty where there is no such column
  std::string remove{};            // id
  std::string some_passwords{};
  std::string all_passwords{};
  std::string any_user{};
};
UserStatements statements_for(const UserColumns& columns);

/// Throws StoreError for a user that the table cannot take, whose columns demand `unknown` (see
/// unknown_demand()).
void refuse_what_cannot_be_added(const auth::User& user, const UserColumns& columns,
                                 const std::string& unknown);
/// Where there is no column is_active.
std::string no_is_active(const UserColumns& columns);

/// The first column of the table that new_row() leaves out and that must not be left out; empty
/// when there is none.
std::string unknown_demand(const UserColumns& columns, const Table& table);

}  // namespace restjwt::storage
