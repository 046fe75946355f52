#include <restjwt/jose/validation.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace restjwt::jose {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

microseconds within_reach(microseconds time) {
  return std::clamp<microseconds>(time, -furthest_time, furthest_time);
}

// Cut before it is converted, which would overflow.
microseconds within_reach(seconds time) { return std::clamp(time, -furthest_time, furthest_time); }

NumericDate within_reach(TimePoint time) {
  return NumericDate(within_reach(time.time_since_epoch()));
}

/// Python's int(text), as far as a time needs it: digits and a sign.
bool is_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// A time in the claims.
struct Time {
  std::optional<JsonView> claim{};       ///< nothing where it is absent or not to be looked at
  std::optional<NumericDate> instant{};  ///< nothing where the claim is no number
  bool overflows = false;                ///< a number that is no time; the instant is the nearest

  bool is_untyped() const { return claim && !instant; }
};

Time time_in(const Claims& claims, std::string_view name, const Validation& rules) {
  auto claim = claims.find(name);
  if (!claim) return {};
  if (rules.accept_text_times && claim->is_string() && is_integer(claim->as_string()))
    claim = JsonView(JsonView::Kind::integer, claim->as_string());
  if (const auto instant = numeric_date(*claim)) return {claim, instant, false};
  if (!claim->is_number()) return {claim, std::nullopt, false};
  return {claim, NumericDate(claim->as_double() < 0 ? -furthest_time : furthest_time), true};
}

struct Times {
  Time iat, nbf, exp;
};

std::error_code check_types(const Times& times, const Validation& rules) {
  const auto& exp = times.exp.claim;
  if (rules.untyped_expiry_is_past && exp && (exp->is_null() || exp->is_bool()))
    return TokenErrc::expired;
  if (times.iat.is_untyped()) return TokenErrc::untyped_issued_at;
  if (times.nbf.is_untyped() || times.exp.is_untyped()) return TokenErrc::invalid_claim;
  return {};
}

std::error_code check_times(const Times& times, const Validation& rules, TimePoint time_point) {
  const NumericDate now = within_reach(time_point);
  const microseconds leeway = within_reach(rules.leeway);
  const NumericDate latest_iat = now + leeway + within_reach(rules.max_iat_ahead);
  if (times.iat.instant > latest_iat) return TokenErrc::issued_in_future;
  if (times.nbf.instant > now + leeway) return TokenErrc::not_yet_valid;
  if (times.exp.instant) {
    const NumericDate end = *times.exp.instant + leeway;
    if (rules.accept_at_expiry ? now > end : now >= end) return TokenErrc::expired;
  }
  const bool overflow = times.iat.overflows || times.nbf.overflows || times.exp.overflows;
  if (overflow && !rules.accept_endless_times) return TokenErrc::invalid_claim;
  return {};
}

/// Whoever does not find himself in "aud" must refuse the token, and that includes him who expects
/// no audience at all (RFC 7519 §4.1.3).
bool is_audience(const Claims& claims, const Validation& rules) {
  if (rules.audience.empty())
    return rules.ignore_unexpected_audience || !claims.members().contains("aud");
  return std::ranges::any_of(rules.audience,
                             [&](const std::string& one) { return claims.is_for(one); });
}

}  // namespace

std::error_code check(const Claims& claims, const Validation& rules, TimePoint now) {
  const Times times{time_in(claims, "iat", rules), time_in(claims, "nbf", rules),
                    rules.ignore_expiry ? Time() : time_in(claims, "exp", rules)};
  if (auto error = check_types(times, rules)) return error;
  if (auto error = check_times(times, rules, now)) return error;
  if (rules.issuer && claims.issuer() != *rules.issuer) return TokenErrc::wrong_issuer;
  if (!is_audience(claims, rules)) return TokenErrc::wrong_audience;
  for (const std::string& name : rules.required) {
    if (!claims.members().contains(name)) return TokenErrc::missing_claim;
  }
  return {};
}

}  // namespace restjwt::jose
