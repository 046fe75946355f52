#include "open_service.hpp"

#include "server/claims.hpp"
#include "server/key_store.hpp"

namespace restjwt::cli {
namespace {

std::optional<auth::KeySchedule> keys_of(const server::Config& config) {
  if (!config.keys.are_kept()) return std::nullopt;
  auto kept = server::read_kept_keys(config);
  if (!kept) throw WrongConfig{{kept.error()}};
  return std::move(kept->schedule);
}

}  // namespace

OpenService::OpenService(const server::Config& config)
    : users(config),
      stores(users.database, config),
      service({.settings = config.auth,
               .users = *users.store,
               .handlers = server::declared_handlers(config, users.database, {}),
               .keys = keys_of(config),
               .sessions = stores.parts()}) {
  server::caught_up(service);
}

auth::Sessions OpenService::sessions() {
  if (auto kept = service.sessions()) return *kept;
  throw Refused(
      "the database keeps no sessions yet; to add tables for them beside its own, run: restjwt "
      "database migrate");
}

}  // namespace restjwt::cli
