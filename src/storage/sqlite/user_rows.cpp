#include "storage/sqlite/user_rows.hpp"

#include "storage/sqlite/guarded_select.hpp"

namespace restjwt::storage::sqlite {
namespace {

using auth::StoreError;

void check(Connection& reader, const char* name, const std::string& sql,
           const HiddenColumns& hidden) {
  if (sql.empty()) return;
  if (const auto reason = objection(reader, sql, hidden); !reason.empty())
    throw StoreError(std::string(name) + ": " + reason);
}

/// SQLite lets a column hold what it was not declared for, and would make a number of any text.
auth::UserId id_in(const Query& row, IdForm form) {
  const bool number = form == IdForm::number;
  if (row.type(0) != (number ? SQLITE_INTEGER : SQLITE_TEXT))
    throw StoreError("an id in the table of users is not of the column's type");
  return number ? auth::UserId(row.integer(0)) : auth::UserId(id_text(form, row.text(0)));
}

}  // namespace

UserRows::UserRows(const UserTable& wanted, const UserColumns& columns, Connection& reader)
    : secret_key_sql_(wanted.secret_key_sql),
      profile_id_sql_(wanted.profile_id_sql),
      id_form_(columns.id_form),
      has_email_(!columns.email.empty()),
      secret_is_uuid_(columns.secret_is_uuid) {
  const HiddenColumns passwords{columns.table, {columns.password}};
  check(reader, "secret_key_sql", secret_key_sql_, passwords);
  check(reader, "profile_id_sql", profile_id_sql_,
        {columns.table, {columns.password, wanted.secret_key_column}});
}

auth::User UserRows::user_in(const Query& row) const {
  return {.id = id_in(row, id_form_),
          .username = row.text(1),
          .email = has_email_ ? std::optional(row.text(2)) : std::nullopt,
          .first_name = row.text(3),
          .last_name = row.text(4),
          .is_active = row.integer(5) != 0,
          .is_staff = row.integer(6) != 0,
          .is_superuser = row.integer(7) != 0,
          .date_joined = row.text(8),
          .last_login = row.text(9),
          .password = row.text(10),
          .secret_key = Secret::take(
              id_text(secret_is_uuid_ ? IdForm::hex_uuid : IdForm::text, row.text(11)))};
}

void UserRows::complete(auth::User& user, Connection& reader) const {
  if (secret_key_sql_.empty() && profile_id_sql_.empty()) return;
  const auto id = stored_id(id_form_, user.id);
  if (!id) return;
  if (!secret_key_sql_.empty()) user.secret_key = guarded_secret(reader, secret_key_sql_, *id);
  if (!profile_id_sql_.empty())
    user.profile_id = guarded_select(reader, profile_id_sql_, *id, "profile_id_sql's value");
}

}  // namespace restjwt::storage::sqlite
