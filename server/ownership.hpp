#pragma once
// Whose database it is. In one that restjwt did not make nothing is written but what the
// configuration allows, and no hash that its owner might not read.

#include "server/config.hpp"
#include "server/database.hpp"

namespace restjwt::server {

/// Whether a login may replace a weaker hash.
bool may_upgrade(const Config& config, const Database& database);

/// Whether a command that was told to may change users.
bool may_change_users(const Config& config, const Database& database);

/// What new passwords get: in somebody else's table, unless PASSWORD_HASHER says otherwise,
/// pbkdf2_sha256 with the highest count found there: every Django reads it, argon2 needs a package.
/// Reads all passwords of such a table: slow.
auth::PasswordHasher hasher_for(const Config& config, const Database& database,
                                auth::UserStore& users);

}  // namespace restjwt::server
