#pragma once
// base64url without padding (RFC 7515 §2, RFC 4648 §5). One text for one sequence of bytes:
// padding, white space, foreign characters and set spare bits are refused.

#include <optional>
#include <string>
#include <string_view>

namespace restjwt::jose {

std::string base64url_encode(std::string_view bytes);
/// Appends to `out`, so that a token is built in one buffer.
void base64url_append(std::string& out, std::string_view bytes);
/// Nothing when the text is not canonical.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace restjwt::jose
