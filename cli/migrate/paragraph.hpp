#pragma once
// Text for a terminal, laid out.

#include <cstddef>
#include <string>
#include <string_view>

namespace restjwt::cli::migrate {

/// `text` behind `label`, broken between words at 100 columns, further lines indented by `indent`.
/// Control characters are escaped.
std::string paragraph(std::string_view label, std::string_view text, std::size_t indent);

/// `text` made at least `width` wide.
std::string padded(std::string_view text, std::size_t width);

}  // namespace restjwt::cli::migrate
