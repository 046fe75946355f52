#pragma once
// The Service as the server would build it, for commands about tokens and sessions.

#include <optional>

#include <restjwt/auth/service.hpp>

#include "command.hpp"
#include "server/session_stores.hpp"

namespace restjwt::cli {

struct OpenService {
  /// Knows what was revoked. Throws WrongConfig for keys that cannot be used.
  explicit OpenService(const server::Config& config);

  /// Throws Refused where the database keeps none.
  auth::Sessions sessions();

  OpenUsers users;
  server::SessionStores stores;
  auth::Service service;
};

}  // namespace restjwt::cli
