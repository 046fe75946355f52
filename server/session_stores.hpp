#pragma once
// Where the sessions of a database are kept.

#include <chrono>
#include <memory>
#include <optional>

#include <restjwt/auth/service.hpp>
#include <restjwt/auth/sessions.hpp>

#include "server/database.hpp"

namespace restjwt::server {

/// All empty in a database that keeps no sessions: then a token counts until it expires.
struct SessionStores {
  SessionStores(Database& database, const Config& config);
  /// For a Service; nothing where all are empty.
  std::optional<auth::SessionParts> parts() const;

  const std::chrono::seconds stale_limit;
  std::size_t most_revocations;
  bool others_refresh;
  std::unique_ptr<auth::SessionStore> sessions{};
  std::unique_ptr<auth::RevocationLog> revocations{};
  std::unique_ptr<auth::AuditLog> audit{};
};

/// The Service's sessions, knowing all that was revoked up to now; nothing where it keeps none.
std::optional<auth::Sessions> caught_up(auth::Service& service);

}  // namespace restjwt::server
