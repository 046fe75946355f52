#pragma once
// Rows of the user table as users.

#include "storage/postgres/connection.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage::postgres {

class UserRows {
 public:
  explicit UserRows(const UserColumns& columns)
      : id_form_(columns.id_form),
        has_email_(!columns.email.empty()),
        secret_is_uuid_(columns.secret_is_uuid) {}

  /// The user in a row as UserStatements describes it.
  auth::User user_in(const Rows& row) const;

 private:
  IdForm id_form_;
  bool has_email_;
  bool secret_is_uuid_;
};

/// The id as text, as our own tables have it; nothing when the table can have no such user.
std::optional<std::string> id_as_text(IdForm form, const auth::UserId& id);

/// Whether any column can hold that text: not one with a NUL, or that is not UTF-8.
bool can_be_stored(std::string_view text);

}  // namespace restjwt::storage::postgres
