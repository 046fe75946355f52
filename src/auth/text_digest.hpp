#pragma once
// SHA-256 of a text.

#include <string>
#include <string_view>

namespace restjwt::auth {

/// In base64url.
std::string text_digest(std::string_view text);

}  // namespace restjwt::auth
