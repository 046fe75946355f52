#pragma once
// Looking at a token nobody has verified. It has a header of its own so that a reviewer can search
// for its users: an attacker wrote what peek() returns.

#include <cstddef>
#include <string_view>

#include <restjwt/jose/error.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::jose {

struct UnverifiedToken {
  Json header;
  Json claims;
};

/// Shape, base64url and JSON are as strict as in decode(); "crit", "alg", signature and claims are
/// not looked at. Errors: too_long, malformed.
Result<UnverifiedToken> peek(std::string_view token, std::size_t max_length = 16 * 1024);

}  // namespace restjwt::jose
