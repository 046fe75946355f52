#pragma once
// Where others find our public keys: `/.well-known/jwks.json`, and the two documents that lead
// there from the issuer's name.

#include <chrono>
#include <string>
#include <string_view>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/routes.hpp>

namespace restjwt::http {

struct KeyRouteOptions {
  /// How long anybody may keep the keys: shorter than a key is published before it signs.
  std::chrono::seconds max_age = std::chrono::minutes{5};
  /// Where the keys are found; empty: below the issuer.
  std::string jwks_uri{};
};

/// Whether documents of that issuer, or at that address, can be fetched from it (RFC 8414 §2): an
/// https URL, or http on the own machine, without query and fragment.
bool is_discoverable(std::string_view url);

/// `/.well-known/jwks.json` always; `/.well-known/openid-configuration` and
/// `/.well-known/oauth-authorization-server` where JWT_ISSUER is_discoverable(). An issuer with a
/// path has the three below that path too, and the last also with the path behind it (RFC 8414
/// §3.1). Answers to GET and HEAD, with ETag and Cache-Control.
/// Throws std::invalid_argument for a jwks_uri that is not discoverable.
void add_key_routes(Routes& routes, auth::Service& service, const KeyRouteOptions& options = {});

}  // namespace restjwt::http
