#pragma once
// The settings of recorded exchanges, which are Python source, as ours.

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include <restjwt/auth/settings.hpp>

namespace restjwt::test {

/// "'text'" or "\"text\"" without its quotes. Throws std::invalid_argument for anything else.
std::string python_text(std::string_view source);

/// A number of seconds ("60", "60.9", "\"60\"") or "timedelta(days=1, seconds=2, milliseconds=3,
/// microseconds=4)". Throws std::invalid_argument for anything else.
std::chrono::microseconds python_duration(std::string_view source);

/// The settings of the recorded site with these changes. What a strict server refuses to start with
/// is taken here by its named switch. Throws std::invalid_argument for a name it does not know.
auth::Settings recorded_settings(auth::Profile profile,
                                 const std::map<std::string, std::string>& changes);

}  // namespace restjwt::test
