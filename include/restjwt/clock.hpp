#pragma once
// Time comes in from outside: pure functions take `now`, long-lived objects hold a Clock.

#include <chrono>
#include <functional>
#include <string>

namespace restjwt {

/// An instant in whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted
/// (the NumericDate of RFC 7519 §2, without its fraction).
using TimePoint = std::chrono::sys_seconds;

/// Tells the instant of "now". Called from many threads at once; must not throw.
using Clock = std::function<TimePoint()>;

/// RFC 3339 §5.6 in UTC: "2026-11-24T12:05:00Z"
std::string rfc3339(TimePoint instant);

/// The wall clock of the machine, cut to the whole second below.
Clock system_clock();

}  // namespace restjwt
