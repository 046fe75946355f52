#pragma once
// The settings of recorded exchanges, which are Python source, as ours.

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/settings.hpp>

namespace restjwt::test {

/// "'text'" or "\"text\"" without its quotes. Throws std::invalid_argument for anything else.
std::string python_text(std::string_view source);

/// "True" or "False". Throws std::invalid_argument for anything else.
bool python_bool(std::string_view source);

/// "'a'", "['a','b']" or "('a','b')", also with a comma behind the last.
std::vector<std::string> python_texts(std::string_view source);

/// "'a'", "'@keys/rsa.pem'", "['a','b']" or "{'k1':'a','k2':'b'}".
auth::Keys python_keys(std::string_view source);

/// A number of seconds ("60", "60.9", "\"60\"") or "timedelta(days=1, seconds=2, milliseconds=3,
/// microseconds=4)". Throws std::invalid_argument for anything else.
std::chrono::microseconds python_duration(std::string_view source);

/// The settings of the recorded site with these changes. What a strict server refuses to start with
/// is taken here by its named switch. Throws std::invalid_argument for a name it does not know.
auth::Settings recorded_settings(auth::Profile profile,
                                 const std::map<std::string, std::string>& changes);

}  // namespace restjwt::test
