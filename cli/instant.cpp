#include "instant.hpp"

#include <cstdint>

namespace restjwt::cli {
std::string instant_text(TimePoint instant) {
  std::string text = rfc3339(instant);
  text.replace(text.find('T'), 1, " ");
  text.replace(text.size() - 1, 1, " UTC");
  return text;
}

std::string instant_text(TimePoint instant, TimePoint now) {
  const std::string text = instant_text(instant);
  if (instant == now) return text + ", now";
  return instant > now ? text + ", in " + span_text(instant - now)
                       : text + ", " + span_text(now - instant) + " ago";
}

std::string span_text(std::chrono::seconds span) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr Unit units[] = {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}};
  auto rest = span.count();
  std::string text;
  bool last = false;
  for (const auto& unit : units) {
    const auto count = rest / unit.seconds;
    rest %= unit.seconds;
    if (count > 0) text += (text.empty() ? "" : " ") + std::to_string(count) + unit.name;
    if (last) break;
    last = !text.empty();
  }
  return text.empty() ? "0 s" : text;
}

}  // namespace restjwt::cli
