#include <restjwt/jose/validation.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace restjwt::jose {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// Times are cut off 31,000 years from 1970: far outside every real one, and near enough that sums
// of three fit 64 bits of microseconds.
constexpr seconds horizon{1'000'000'000'000};

microseconds within_horizon(seconds time) { return std::clamp(time, -horizon, horizon); }

microseconds within_horizon(microseconds time) {
  return std::clamp<microseconds>(time, -horizon, horizon);
}

/// A NumericDate (RFC 7519 §2), to the microsecond.
microseconds instant(const Json& claim) {
  if (claim.is_int()) return within_horizon(seconds(claim.as_int()));
  constexpr auto limit = static_cast<double>(horizon.count());
  return microseconds(std::llround(std::clamp(claim.as_double(), -limit, limit) * 1e6));
}

bool is_numeric_date(const Json& claim) {
  return claim.is_int() || (claim.is_double() && std::isfinite(claim.as_double()));
}

/// Times in the claims; nothing where one is absent or not to be looked at.
struct Times {
  std::optional<Json> iat, nbf, exp;
};

/// Python's int(text), as far as a time needs it: digits and a sign.
Json number_in(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? Json(number) : Json(text);
}

std::optional<Json> time_in(const Json& claims, std::string_view name, const Validation& rules) {
  const Json* time = claims.find(name);
  if (time == nullptr) return std::nullopt;
  return rules.accept_text_times && time->is_string() ? number_in(time->as_string()) : *time;
}

std::error_code check_types(const Times& times, const Validation& rules) {
  if (rules.untyped_expiry_is_past && times.exp && (times.exp->is_null() || times.exp->is_bool())) {
    return TokenErrc::expired;
  }
  if (times.iat && !is_numeric_date(*times.iat)) return TokenErrc::untyped_issued_at;
  for (const auto* time : {&times.nbf, &times.exp}) {
    if (*time && !is_numeric_date(**time)) return TokenErrc::invalid_claim;
  }
  return {};
}

std::error_code check_times(const Times& times, const Validation& rules, TimePoint time_point) {
  const auto now = within_horizon(time_point.time_since_epoch());
  const auto leeway = within_horizon(rules.leeway);
  const auto latest_iat = now + leeway + within_horizon(rules.max_iat_ahead);
  if (times.iat && instant(*times.iat) > latest_iat) return TokenErrc::issued_in_future;
  if (times.nbf && instant(*times.nbf) > now + leeway) return TokenErrc::not_yet_valid;
  if (!times.exp) return {};
  const auto end = instant(*times.exp) + leeway;
  const bool expired = rules.accept_at_expiry ? now > end : now >= end;
  return expired ? make_error_code(TokenErrc::expired) : std::error_code{};
}

bool is_issuer(const Json* iss, const std::string& expected) {
  return iss != nullptr && iss->is_string() && iss->as_string() == expected;
}

/// One string or an array of strings (RFC 7519 §4.1.3).
bool holds_audience(const Json* aud, const std::vector<std::string>& expected) {
  if (aud == nullptr) return false;
  const auto is_expected = [&](const Json& one) {
    return std::ranges::find(expected, one.as_string()) != expected.end();
  };
  if (aud->is_string()) return is_expected(*aud);
  return aud->is_array() && std::ranges::all_of(aud->as_array(), &Json::is_string) &&
         std::ranges::any_of(aud->as_array(), is_expected);
}

/// Whoever does not find himself in "aud" must refuse the token, and that includes him who expects
/// no audience at all (RFC 7519 §4.1.3).
bool is_audience(const Json* aud, const Validation& rules) {
  if (rules.audience.empty()) return aud == nullptr || rules.ignore_unexpected_audience;
  return holds_audience(aud, rules.audience);
}

}  // namespace

std::error_code check(const Json& claims, const Validation& rules, TimePoint now) {
  const Times times{time_in(claims, "iat", rules), time_in(claims, "nbf", rules),
                    rules.ignore_expiry ? std::nullopt : time_in(claims, "exp", rules)};
  if (auto error = check_types(times, rules)) return error;
  if (auto error = check_times(times, rules, now)) return error;
  if (rules.issuer && !is_issuer(claims.find("iss"), *rules.issuer)) return TokenErrc::wrong_issuer;
  if (!is_audience(claims.find("aud"), rules)) return TokenErrc::wrong_audience;
  for (const std::string& name : rules.required) {
    if (claims.find(name) == nullptr) return TokenErrc::missing_claim;
  }
  return {};
}

}  // namespace restjwt::jose
