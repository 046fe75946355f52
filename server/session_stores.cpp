#include "server/session_stores.hpp"

namespace restjwt::server {

SessionStores::SessionStores(Database& database, const Config& config)
    : stale_limit(config.stale_user_seconds),
      most_revocations(config.max_revocations),
      others_refresh(!database.is_ours()) {
  if (!database.keeps_sessions()) return;
  sessions = database.sessions();
  revocations = database.revocations();
  audit = database.audit();
}

std::optional<auth::SessionParts> SessionStores::parts() const {
  if (!sessions) return std::nullopt;
  return auth::SessionParts{.store = *sessions,
                            .revocations = *revocations,
                            .audit = *audit,
                            .stale_limit = stale_limit,
                            .others_refresh = others_refresh,
                            .most_revocations = most_revocations};
}

std::optional<auth::Sessions> caught_up(auth::Service& service) {
  auto sessions = service.sessions();
  if (sessions) sessions->catch_up();
  return sessions;
}

}  // namespace restjwt::server
