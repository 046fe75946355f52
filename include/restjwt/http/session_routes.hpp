#pragma once
// Endpoints for whoever is logged in, about his sessions, and for staff about everybody's:
//
//   GET    /auth/me                             who am I
//   POST   /auth/logout                         {"scope": "this" (default) | "others" | "all"}
//   GET    /auth/sessions
//   DELETE /auth/sessions/{session}
//   GET    /admin/users/{user}                  the same for any user, by id; is_staff
//   POST   /admin/users/{user}/logout
//   GET    /admin/users/{user}/sessions
//   DELETE /admin/users/{user}/sessions/{session}
//   POST   /api-token-blacklist/                drf-jwt's, in that profile only
//
// docs/endpoints.md has the answers.

#include <memory>
#include <vector>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/authentication.hpp>
#include <restjwt/http/routes.hpp>

namespace restjwt::http {

/// All of the above, asking who it is with `authenticators`. `service` must outlive them and keep
/// sessions; std::invalid_argument otherwise.
void add_session_routes(Routes& routes, auth::Service& service,
                        std::vector<std::shared_ptr<const Authenticator>> authenticators,
                        const BodyLimits& limits = {});

}  // namespace restjwt::http
