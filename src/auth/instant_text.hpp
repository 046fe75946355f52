#pragma once
// Reads what rfc3339() writes.

#include <optional>
#include <string_view>

#include <restjwt/clock.hpp>

namespace restjwt::auth {

/// Nothing when the text has any other form.
std::optional<TimePoint> read_instant(std::string_view text);

}  // namespace restjwt::auth
