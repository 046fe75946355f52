#include "storage/sqlite/table_info.hpp"

namespace restjwt::storage::sqlite {
namespace {

// The last part of "filled": SQLite itself numbers the rows of such a primary key. In any other it
// would store NULL.
constexpr auto columns_of =
    "SELECT name, type, \"notnull\","
    "  dflt_value IS NOT NULL OR (pk = 0 AND NOT \"notnull\") OR (pk = 1 AND lower(type) = "
    "'integer'"
    "    AND (SELECT max(pk) FROM pragma_table_info(?1)) = 1) AS filled "
    "FROM pragma_table_info(?1)";

// A primary key of one column, or a unique index of one that leaves no rows out.
constexpr auto unique_columns_of =
    "SELECT max(name) FROM pragma_table_info(?1) WHERE pk > 0 HAVING count(*) = 1 "
    "UNION ALL "
    "SELECT max(part.name) FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS "
    "part "
    "WHERE list.\"unique\" AND NOT list.partial GROUP BY list.name HAVING count(*) = 1";

}  // namespace

Table table_named(Connection& connection, const std::string& name) {
  constexpr auto exists = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
  if (!connection.query(exists, name).next())
    throw auth::StoreError("the database has no table " + name);

  Table table{.name = name};
  auto columns = connection.query(columns_of, name);
  while (columns.next())
    table.columns.push_back({.name = columns.text(0),
                             .type = columns.text(1),
                             .not_null = columns.integer(2) != 0,
                             .filled = columns.integer(3) != 0});
  auto unique = connection.query(unique_columns_of, name);
  while (unique.next())
    for (auto& column : table.columns)
      if (column.name == unique.text(0)) column.unique = true;
  return table;
}

}  // namespace restjwt::storage::sqlite
