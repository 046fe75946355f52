#pragma once
// The person at the terminal: passwords without echo, questions, and text that cannot move the
// cursor.

#include <cstddef>
#include <string>
#include <string_view>

#include <restjwt/secret.hpp>

namespace restjwt::cli {

/// Control characters, bidirectional controls and bytes that are not UTF-8 are written as escapes.
std::string printable(std::string_view text);

bool stdin_is_terminal();
/// All of standard input; throws Refused past `longest` bytes.
Secret read_stdin(std::size_t longest);
/// The same without one trailing newline.
Secret read_stdin_line(std::size_t longest);

/// Asks without echo; the terminal is put back even when a signal ends the question.
Secret ask_password(std::string_view prompt);
/// True for "y" and "yes".
bool ask_yes_no(std::string_view question);

}  // namespace restjwt::cli
