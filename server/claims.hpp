#pragma once
// What the configuration declares in place of the original's handlers.

#include <restjwt/auth/handlers.hpp>

#include "server/config.hpp"
#include "server/database.hpp"

namespace restjwt::server {

/// Whether [claims] may name this column of a user. "password" is none of them.
bool is_claim_column(std::string_view column) noexcept;
/// That column of the user, as a claim.
Json claim_column(std::string_view column, const auth::User& user);

/// The handlers that the configuration declares, upon `base`. Throws std::invalid_argument naming
/// the claim when a statement cannot be used. Must not outlive the database.
auth::Handlers declared_handlers(const Config& config, Database& database, auth::Handlers base);

}  // namespace restjwt::server
