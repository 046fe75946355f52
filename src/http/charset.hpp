#pragma once
// Bytes in some character set into UTF-8.

#include <optional>
#include <string>
#include <string_view>

namespace restjwt::http {

/// Understands utf-16 and utf-32 (little-endian where no byte order mark says otherwise),
/// iso-8859-1 and us-ascii; any other name means UTF-8, whose bytes are handed on unchecked.
/// Nothing where the bytes are not of that character set.
std::optional<std::string> decode_text(std::string_view charset, std::string_view bytes);

/// Bytes that are not UTF-8 become U+FFFD.
std::string lossy_utf8(std::string bytes);

}  // namespace restjwt::http
