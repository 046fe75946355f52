#pragma once
// Triggers on the table of users: whoever changes a password, or disables or deletes a user, ends
// that user's sessions in the same transaction, also when it is Django.

#include "storage/sqlite/connection.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage::sqlite {

/// Makes them, or makes them anew where other names of columns are configured than before. The
/// connection is in no transaction.
void keep_user_triggers(Connection& connection, const UserColumns& columns);

/// Whether the database has the tables of sessions and revocations.
bool has_sessions(Connection& connection);

}  // namespace restjwt::storage::sqlite
