#pragma once
// Instants as both databases keep them: seconds since 1970, NULL for never.

#include <cstdint>
#include <optional>

#include <restjwt/clock.hpp>

#include "storage/value.hpp"

namespace restjwt::storage {

inline std::int64_t stored_instant(TimePoint instant) { return instant.time_since_epoch().count(); }

inline Value stored_instant(std::optional<TimePoint> instant) {
  return instant ? Value(stored_instant(*instant)) : Value(nullptr);
}

inline TimePoint instant_of(std::int64_t seconds) {
  return TimePoint(std::chrono::seconds(seconds));
}

}  // namespace restjwt::storage
