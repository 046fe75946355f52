#pragma once
// The schema's numbered steps, and whose database this is.

#include <restjwt/storage/user_table.hpp>

#include "storage/sqlite/connection.hpp"

namespace restjwt::storage::sqlite {

/// Whether restjwt made the table of users, or may: there are no tables yet.
bool is_ours(Connection& connection);

unsigned schema_version(Connection& connection);
unsigned newest_schema_version() noexcept;

/// See SqliteDatabase::migrate().
unsigned migrate(Connection& connection, const UserTable& users);

}  // namespace restjwt::storage::sqlite
