#pragma once
// The schema's numbered steps, and whose database this is.

#include "storage/sqlite/connection.hpp"

namespace restjwt::storage::sqlite {

enum class Maker {
  nobody,   ///< no tables yet: a new file, or one whose first migration was interrupted
  restjwt,  ///< has the table restjwt_migration
  other,  ///< somebody else's, such as Django's: its schema and journal mode are not ours to change
};
Maker maker(Connection& connection);

unsigned schema_version(Connection& connection);
unsigned newest_schema_version() noexcept;

/// See SqliteDatabase::migrate().
unsigned migrate(Connection& connection);

}  // namespace restjwt::storage::sqlite
