#pragma once
// Text that came from outside, made fit for one line of the log.

#include <cstddef>
#include <string>
#include <string_view>

namespace restjwt::server {

/// Appends `text` as the inside of a JSON string, cut after `longest` bytes (marked with "…").
/// Nothing in the result can end the line, move a terminal's cursor or pass for another field:
/// control characters (C0, DEL, C1) and U+2028/2029 become \u escapes, what is not UTF-8 becomes
/// \ufffd.
void append_escaped(std::string& out, std::string_view text, std::size_t longest);

/// A path as far as the log may hold it: to its query, or to what may be a token (the "eyJ" every
/// JWT begins with), whichever comes first.
std::string_view loggable_path(std::string_view path) noexcept;

}  // namespace restjwt::server
