#pragma once
// Looks at a table's columns.

#include "storage/sqlite/connection.hpp"
#include "storage/table.hpp"

namespace restjwt::storage::sqlite {

/// Throws StoreError when there is no such table. The connection must be free to use PRAGMA.
Table table_named(Connection& connection, const std::string& name);

}  // namespace restjwt::storage::sqlite
