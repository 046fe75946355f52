#pragma once
// check() in its two halves: a Service keeps the keys that the first half reads
// (settings_keys.hpp).

#include <vector>

#include <restjwt/auth/settings.hpp>

namespace restjwt::auth {

/// Adds what is wrong with everything but the keys.
void check_values(const Settings& settings, std::vector<SettingsProblem>& problems);

}  // namespace restjwt::auth
