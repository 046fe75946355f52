#pragma once
// Moments as Django's SQLite back end writes them.

#include <array>
#include <chrono>
#include <cstdio>
#include <string>

namespace restjwt::storage {

/// "YYYY-MM-DD HH:MM:SS.ffffff", UTC.
inline std::string date_time_text(std::chrono::system_clock::time_point moment) {
  using namespace std::chrono;
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(floor<microseconds>(moment - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%06d", int{date.year()},
                unsigned{date.month()}, unsigned{date.day()},
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text.data();
}

}  // namespace restjwt::storage
