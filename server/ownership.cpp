#include "server/ownership.hpp"

namespace restjwt::server {

bool may_upgrade(const Config& config, const Database& database) {
  return config.writes == Writes::upgrades || database.is_ours();
}

bool may_change_users(const Config& config, const Database& database) {
  return config.writes != Writes::nothing || database.is_ours();
}

auth::PasswordHasher hasher_for(const Config& config, const Database& database,
                                auth::UserStore& users) {
  auto hasher = config.auth.password_hasher;
  if (config.hasher_chosen || database.is_ours()) return hasher;
  hasher.kind = auth::PasswordHasher::Kind::pbkdf2_sha256;
  if (const auto highest = users.highest_pbkdf2_iterations(); highest != 0)
    hasher.pbkdf2_iterations = highest;
  return hasher;
}

}  // namespace restjwt::server
