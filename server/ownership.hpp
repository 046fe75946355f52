#pragma once
// Whose database it is. In one that restjwt did not make nothing is written but what the
// configuration allows, and no hash that its owner might not read.

#include <restjwt/storage/sqlite.hpp>

#include "server/config.hpp"

namespace restjwt::server {

/// Whether a login may replace a weaker hash.
bool may_upgrade(const Config& config, const storage::SqliteDatabase& database);

/// Whether a command that was told to may change users.
bool may_change_users(const Config& config, const storage::SqliteDatabase& database);

/// What new passwords get: in somebody else's table, unless PASSWORD_HASHER says otherwise,
/// pbkdf2_sha256 with the highest count found there: every Django reads it, argon2 needs a package.
/// Reads all passwords of such a table: slow.
auth::PasswordHasher hasher_for(const Config& config, const storage::SqliteDatabase& database,
                                auth::UserStore& users);

}  // namespace restjwt::server
