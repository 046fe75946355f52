#pragma once
// check() in its two halves: a Service keeps the keys that the first half reads
// (settings_keys.hpp).

#include <chrono>
#include <string_view>
#include <vector>

#include <restjwt/auth/settings.hpp>

namespace restjwt::auth {

/// Adds what is wrong with everything but the keys.
void check_values(const Settings& settings, std::vector<SettingsProblem>& problems);

/// Further away, sums with `now` could leave the range of exact NumericDates.
inline constexpr std::chrono::days longest_duration{36'500};

/// One word, as schemes, names of header fields and of cookies are (RFC 9110 §5.6.2).
bool is_token(std::string_view text);

/// Adds what is wrong with the name of a cookie that has those attributes; `path_setting` is where
/// its path stands. An empty name is none.
void check_cookie(const char* setting, const std::string& name, const CookieSettings& attributes,
                  const std::string& path_setting, std::vector<SettingsProblem>& problems);
void check_cookie_path(const char* setting, const std::string& path,
                       std::vector<SettingsProblem>& problems);

}  // namespace restjwt::auth
