#include "http/cookies.hpp"

#include <array>
#include <chrono>
#include <cstdio>

#include "http/trim.hpp"

namespace restjwt::http {
namespace {

std::string_view same_site_name(auth::SameSite value) {
  switch (value) {
    case auth::SameSite::strict:
      return "Strict";
    case auth::SameSite::none:
      return "None";
    case auth::SameSite::lax:
      break;
  }
  return "Lax";
}

std::string_view unquoted(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    return value.substr(1, value.size() - 2);
  return value;
}

/// RFC 9110 §5.6.7. Not strftime(), which speaks the language of the host program.
std::string http_date(TimePoint time) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string cookie(std::string_view name, std::string_view value,
                   const auth::CookieSettings& settings, TimePoint expires,
                   std::chrono::seconds age) {
  std::string text(name);
  text.append("=").append(value);
  if (!settings.domain.empty()) text += "; Domain=" + settings.domain;
  text += "; expires=" + http_date(expires) + "; HttpOnly; Max-Age=" + std::to_string(age.count()) +
          "; Path=" + settings.path + "; SameSite=";
  text += same_site_name(settings.same_site);
  if (settings.secure) text += "; Secure";
  return text;
}

}  // namespace

std::optional<std::string> find_cookie(const Request& request, std::string_view name) {
  std::optional<std::string> found;
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    const auto field = request.headers[i];
    if (!same_name(field.name, "Cookie")) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      const auto end = std::min(rest.find(';'), rest.size());
      const auto pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = pair.find('=');
      if (equals == pair.npos || trim(pair.substr(0, equals)) != name) continue;
      found = unquoted(trim(pair.substr(equals + 1)));
    }
  }
  return found;
}

std::string token_cookie(std::string_view name, std::string_view token,
                         const auth::Settings& settings, TimePoint now) {
  const auto age = std::chrono::floor<std::chrono::seconds>(settings.expiration_delta);
  return cookie(name, token, settings.cookies, now + age, age);
}

std::string no_token_cookie(std::string_view name, const auth::Settings& settings) {
  return cookie(name, "\"\"", settings.cookies, TimePoint{}, std::chrono::seconds{0});
}

}  // namespace restjwt::http
