#pragma once
// Numbers of JSON text.

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace restjwt {

/// The double nearest to the number, which Boost.JSON 1.81 may miss by one unit and from_chars
/// never does. `roughly`: Boost's. Nothing when its magnitude is above every double; what is below
/// them all is zero.
inline std::optional<double> nearest_double(std::string_view text, double roughly) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc::result_out_of_range) return value;
  if (std::abs(roughly) > 1) return std::nullopt;
  return std::copysign(0.0, roughly);
}

}  // namespace restjwt
