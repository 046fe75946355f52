#include "auth/token_session.hpp"

#include <string>

#include "auth/service_impl.hpp"

namespace restjwt::auth {
namespace {

using std::chrono::seconds;

/// Beyond it nothing ends: the year 10000.
constexpr double end_of_time = 253402300800.0;

seconds whole(std::chrono::microseconds duration) { return std::chrono::ceil<seconds>(duration); }

}  // namespace

std::optional<TimePoint> instant_in(const Json& claims, std::string_view name) {
  const Json* claim = claims.find(name);
  if (!claim || !(claim->is_number() || claim->is_bool())) return std::nullopt;
  const double value = claim->is_bool() ? claim->as_bool() : claim->as_double();
  if (!(value >= 0 && value < end_of_time)) return std::nullopt;
  return TimePoint(seconds(static_cast<std::int64_t>(value)));
}

Fingerprint token_fingerprint(std::string_view token) {
  return Fingerprint::of({"token", token.substr(0, token.rfind('.'))});
}

Fingerprint session_fingerprint(const Json& claims, const UserId& user, std::string_view token) {
  const std::string owner = user.is_number() ? std::to_string(user.number()) : user.text();
  if (const Json id = first_id(claims); !id.is_null())
    return Fingerprint::of({"id", owner, to_text(id)});
  if (const auto began = instant_in(claims, "orig_iat"))
    return Fingerprint::of({"login", owner, std::to_string(began->time_since_epoch().count())});
  return token_fingerprint(token);
}

TimePoint session_began(const Json& claims, const Settings& settings) {
  for (const auto* name : {"orig_iat", "iat"})
    if (const auto began = instant_in(claims, name)) return *began;
  if (const auto end = instant_in(claims, "exp")) return *end - whole(settings.expiration_delta);
  return {};
}

std::optional<TimePoint> token_end(const Json& claims, const Settings& settings) {
  if (!settings.verify || !settings.verify_expiration) return std::nullopt;
  const auto end = instant_in(claims, "exp");
  return end ? std::optional(*end + whole(settings.leeway)) : std::nullopt;
}

std::optional<TimePoint> refresh_end(const Json& claims, const Settings& settings) {
  const auto began = instant_in(claims, "orig_iat");
  if (!began) return std::nullopt;
  return *began + std::chrono::floor<seconds>(settings.refresh_expiration_delta);
}

std::optional<seconds> token_life(const Settings& settings) {
  if (!settings.verify || !settings.verify_expiration) return std::nullopt;
  return whole(settings.expiration_delta) + whole(settings.leeway);
}

}  // namespace restjwt::auth
