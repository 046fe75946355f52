#pragma once
// JWT_RESPONSE_PAYLOAD_HANDLER of the configuration: a JSON object whose strings may be
// placeholders, such as {"token": "{token}", "user": {"id": "{user.id}"}}.

#include <optional>
#include <string>

#include <restjwt/auth/handlers.hpp>
#include <restjwt/json.hpp>

namespace restjwt::server {

/// Why it cannot be a template; nothing when it can. A text that holds a brace has to be a
/// placeholder as a whole: {token}, {issued_at}, or {user.<column>} with a column of [claims].
std::optional<std::string> check_response_template(const Json& value);

/// The template with its placeholders filled; each takes the type of its value.
Json fill_response_template(const Json& value, const auth::Grant& grant);

}  // namespace restjwt::server
