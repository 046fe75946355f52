#pragma once
// simplejwt's endpoints:
//
//   POST /api/token/             name and password → {"refresh", "access"}, or {"token"} where
//   logins
//                                slide
//   POST /api/token/refresh/     {"refresh"} → {"access"}, with ROTATE_REFRESH_TOKENS {"access",
//                                "refresh"}; where logins slide {"token"} → {"token"}
//   POST /api/token/verify/      {"token"} → {}
//   POST /api/token/blacklist/   {"refresh"} → {}; where sessions are kept
//
// docs/endpoints.md has the answers.

#include <restjwt/auth/service.hpp>
#include <restjwt/http/routes.hpp>

namespace restjwt::http {

/// All of the above. `service` must outlive them and have pairs; std::invalid_argument otherwise.
void add_pair_routes(Routes& routes, auth::Service& service, const BodyLimits& limits = {});

}  // namespace restjwt::http
