#pragma once
// Two tokens that should say the same.

#include <chrono>
#include <string_view>
#include <vector>

#include "cli/migrate/shadow_difference.hpp"
#include "cli/migrate/shadow_discretion.hpp"

namespace restjwt::cli::migrate {

/// Whether it has the shape of a token. The signature is not looked at.
bool is_token(std::string_view text);

/// Whether the value is the iat of the token that the answer holds as "token".
bool is_issued_at(const Json& answer, const Json& value);

/// Whether it has the claim jti.
bool has_token_id(std::string_view token);

/// Looks at both without verifying: whether they are good is what the next requests will show.
/// `where` names the place in front of each difference.
std::vector<Difference> token_differences(const std::string& where, std::string_view old,
                                          std::string_view ours, std::chrono::seconds lag,
                                          const Discretion& discretion);

/// "text", "number", "list" …: the JSON type in the words of the report.
std::string_view type_name(const Json& value);

}  // namespace restjwt::cli::migrate
