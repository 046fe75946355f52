#pragma once
// The trigger on the table of users, which ends sessions and tells every node, whoever changed a
// user.

#include "storage/postgres/connection.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage::postgres {

/// Makes it, or makes it anew where it is about other columns. Inside a transaction.
void keep_user_trigger(Connection& connection, const UserColumns& columns);
/// Throws StoreError when it is not there, is about other columns or is switched off.
void require_user_trigger(Connection& connection, const UserColumns& columns);

/// From here to the end of the transaction, another hash is a better one of the same password.
void begin_rehash(Connection& connection);

}  // namespace restjwt::storage::postgres
