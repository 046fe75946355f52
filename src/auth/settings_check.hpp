#pragma once
// check() in its two halves: a Service keeps the keys that the first half reads
// (settings_keys.hpp).

#include <string_view>
#include <vector>

#include <restjwt/auth/settings.hpp>

namespace restjwt::auth {

/// Adds what is wrong with everything but the keys.
void check_values(const Settings& settings, std::vector<SettingsProblem>& problems);

/// One word, as schemes, names of header fields and of cookies are (RFC 9110 §5.6.2).
bool is_token(std::string_view text);

}  // namespace restjwt::auth
