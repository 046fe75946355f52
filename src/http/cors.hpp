#pragma once
// The CORS protocol around all routes.

#include <optional>

#include <restjwt/http/cors.hpp>
#include <restjwt/http/message.hpp>

namespace restjwt::http {

/// The answer to a browser that asks before it sends (a preflight), where the page may; nothing for
/// any other request.
std::optional<Response> preflight(const Request& request, const Cors& cors);

/// Lets the page that asks read the answer, where it may. An answer that could have been another
/// for another page says so in Vary. Changes nothing where no origin is allowed.
void add_cors_headers(Response& response, const Request& request, const Cors& cors);

}  // namespace restjwt::http
