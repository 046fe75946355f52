#pragma once
// Instants and the time between them, for people.

#include <chrono>
#include <string>

#include <restjwt/clock.hpp>

namespace restjwt::cli {

/// "2026-11-24 12:05:00 UTC"
std::string instant_text(TimePoint instant);
/// With the distance from now: "2026-11-24 12:05:00 UTC, in 4 min 59 s", "…, 2 d 3 h ago".
std::string instant_text(TimePoint instant, TimePoint now);
/// "4 min 59 s": the two largest units.
std::string span_text(std::chrono::seconds span);

}  // namespace restjwt::cli
