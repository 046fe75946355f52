#pragma once
// Origins (RFC 6454) of pages.

#include <optional>
#include <string>
#include <string_view>

namespace restjwt::http {

/// The origin of an http or https URL as browsers send it (RFC 6454 §6.2): in lower case, without a
/// port that is the scheme's own. Nothing for any other text.
std::optional<std::string> origin_of(std::string_view url);

}  // namespace restjwt::http
