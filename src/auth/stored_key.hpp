#pragma once
// A stored key that has been parsed as JSON already.

#include <string>

#include <restjwt/auth/key_schedule.hpp>

namespace restjwt::auth {

/// As read_stored_key() of text.
Result<ScheduledKey, std::string> read_stored_key(const Json& json);

}  // namespace restjwt::auth
