#pragma once
// Where the database is, as `database` and --database say it.

#include <filesystem>
#include <string>
#include <string_view>

#include <restjwt/secret.hpp>

#include "server/config_values.hpp"

namespace restjwt::server {

struct DatabaseUrl {
  std::string shown{};           ///< with *** in place of a password
  std::filesystem::path file{};  ///< of SQLite
  Secret postgres{};             ///< of PostgreSQL: the URL as it was given
  bool holds_password = false;
};

/// "sqlite:name.db" or "sqlite:///abs.db", where a relative file counts from `folder`; or
/// "postgresql://user@host:5432/name". Otherwise what was expected, which repeats nothing but the
/// scheme's meaning: such URLs may hold a password.
Read<DatabaseUrl> read_database_url(std::string_view url, const std::filesystem::path& folder);

}  // namespace restjwt::server
