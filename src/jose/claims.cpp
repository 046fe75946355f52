#include <restjwt/jose/claims.hpp>

#include <cmath>
#include <cstdint>

#include "jose/compact.hpp"

namespace restjwt::jose {

std::optional<NumericDate> numeric_date(const JsonView& claim) {
  constexpr std::int64_t furthest = furthest_time.count();
  if (claim.is_int()) {
    const std::int64_t time = claim.as_int();
    if (time < -furthest || time > furthest) return std::nullopt;
    return NumericDate(std::chrono::seconds(time));
  }
  if (!claim.is_number()) return std::nullopt;
  const double time = claim.as_double();
  if (!(std::abs(time) <= static_cast<double>(furthest))) return std::nullopt;
  return NumericDate(std::chrono::microseconds(std::llround(time * 1e6)));
}

Result<Claims> Claims::parse(std::string_view json) {
  auto members = JsonIndex::read(json);
  if (!members) return TokenErrc::malformed;
  return Claims(std::move(*members));
}

std::optional<std::string_view> Claims::text(std::string_view name) const {
  const auto claim = members_.find(name);
  if (!claim || !claim->is_string()) return std::nullopt;
  return claim->as_string();
}

std::optional<NumericDate> Claims::time(std::string_view name) const {
  const auto claim = members_.find(name);
  return claim ? numeric_date(*claim) : std::nullopt;
}

bool Claims::is_for(std::string_view audience) const {
  const auto aud = members_.find("aud");
  if (!aud) return false;
  if (aud->is_string()) return aud->as_string() == audience;
  bool only_strings = true;
  bool found = false;
  members_.for_each_item("aud", [&](const JsonView& one) {
    only_strings = one.is_string();
    found = found || (only_strings && one.as_string() == audience);
    return only_strings;
  });
  return only_strings && found;
}

bool Claims::read_part(std::string_view base64url) { return jose::read_part(members_, base64url); }

Json Claims::to_json() const {
  if (members_.text().empty()) return Json::object();
  return parse_json(members_.text()).value();
}

}  // namespace restjwt::jose
