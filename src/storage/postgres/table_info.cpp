#include "storage/postgres/table_info.hpp"

namespace restjwt::storage::postgres {
namespace {

constexpr auto exists =
    "SELECT 1 FROM pg_class WHERE relname = $1 AND relkind IN ('r', 'p') "
    "AND pg_table_is_visible(oid)";

// Unique by an index of that one column that leaves no rows out and is kept at once: ON CONFLICT
// can use no other. A type's long name is what the standard calls it.
constexpr auto columns_of =
    "SELECT attname, regexp_replace(format_type(atttypid, atttypmod), '^character\\(', 'char('), "
    "  attnotnull, NOT attnotnull OR atthasdef OR attidentity <> '', "
    "  EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisunique AND indisvalid "
    "    AND indimmediate AND indpred IS NULL AND indexprs IS NULL AND indnkeyatts = 1 "
    "    AND indkey[0] = attnum) "
    "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relname = $1 AND relkind IN ('r', 'p') AND pg_table_is_visible(attrelid) "
    "  AND attnum > 0 AND NOT attisdropped ORDER BY attnum";

}  // namespace

bool has_table(Connection& connection, const std::string& name) {
  return connection.query(exists, {name}).next();
}

Table table_named(Connection& connection, const std::string& name) {
  if (!has_table(connection, name)) throw auth::StoreError("the database has no table " + name);
  Table table{.name = name};
  auto columns = connection.query(columns_of, {name});
  while (columns.next())
    table.columns.push_back({.name = columns.text(0),
                             .type = columns.text(1),
                             .not_null = columns.flag(2),
                             .unique = columns.flag(4),
                             .filled = columns.flag(3)});
  return table;
}

}  // namespace restjwt::storage::postgres
