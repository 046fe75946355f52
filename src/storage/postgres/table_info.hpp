#pragma once
// Looks at a table's columns.

#include "storage/postgres/connection.hpp"
#include "storage/table.hpp"

namespace restjwt::storage::postgres {

/// In the schemas that the role looks into.
bool has_table(Connection& connection, const std::string& name);
/// Throws StoreError when there is no such table.
Table table_named(Connection& connection, const std::string& name);

}  // namespace restjwt::storage::postgres
