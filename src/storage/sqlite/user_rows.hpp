#pragma once
// Rows of the user table as users.

#include "storage/sqlite/connection.hpp"
#include "storage/user_columns.hpp"

#include <restjwt/storage/user_table.hpp>

namespace restjwt::storage::sqlite {

class UserRows {
 public:
  /// Throws StoreError when a statement of the UserTable cannot be used. `reader` takes SELECT
  /// statements only.
  UserRows(const UserTable& wanted, const UserColumns& columns, Connection& reader);

  /// The user in a row as UserStatements describes it, but for what complete() adds.
  auth::User user_in(const Query& row) const;
  /// What the UserTable's own statements say about the user.
  void complete(auth::User& user, Connection& reader) const;
  /// Whether complete() looks into other tables, whose changes no trigger tells of.
  bool read_elsewhere() const noexcept {
    return !secret_key_sql_.empty() || !profile_id_sql_.empty();
  }

 private:
  std::string secret_key_sql_;
  std::string profile_id_sql_;
  IdForm id_form_;
  bool has_email_;
  bool secret_is_uuid_;
};

}  // namespace restjwt::storage::sqlite
