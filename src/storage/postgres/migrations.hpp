#pragma once
// The schema's numbered steps, and whose database this is.

#include "storage/postgres/connection.hpp"

namespace restjwt::storage::postgres {

/// See PostgresDatabase.
bool is_ours(Connection& connection, const UserTable& users);
unsigned schema_version(Connection& connection);
unsigned newest_schema_version() noexcept;

/// `connection` has the patience to wait for other programs that migrate.
unsigned migrate(Connection& connection, const UserTable& users);

/// Throws StoreError unless the schema is the one of this program.
void require_schema(Connection& connection);

}  // namespace restjwt::storage::postgres
