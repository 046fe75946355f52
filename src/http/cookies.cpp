#include "http/cookies.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include <restjwt/auth/fingerprint.hpp>

#include "http/csrf.hpp"
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

struct Life {
  TimePoint end;
  std::chrono::seconds age;
};

std::string text_of(std::string_view name, std::string_view value,
                    const auth::CookieSettings& settings, Life life, bool http_only = true) {
  std::string text(name);
  text.append("=").append(value);
  if (!settings.domain.empty()) text += "; Domain=" + settings.domain;
  text += "; expires=" + http_date(life.end) + (http_only ? "; HttpOnly" : "") +
          "; Max-Age=" + std::to_string(life.age.count()) + "; Path=" + settings.path +
          "; SameSite=";
  text += same_site_name(settings.same_site);
  if (settings.secure) text += "; Secure";
  return text;
}

// Django's, masked or not: what it would take for its own.
bool is_csrf_token(std::string_view text) {
  return (text.size() == 32 || text.size() == 64) && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

// Nobody who has not the token can guess it, and it does not lead back to the token.
std::string csrf_token_for(std::string_view token) {
  return auth::Fingerprint::of({csrf_cookie_name, token}).hex();
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

std::string set_cookie(const TokenCookie& cookie, const auth::CookieSettings& attributes) {
  if (cookie.name.size() + cookie.token.size() > longest_cookie)
    throw std::length_error("a token of " + std::to_string(cookie.token.size()) +
                            " bytes does not fit into the cookie " + std::string(cookie.name) +
                            ": browsers keep no more than 4096 bytes; make the claims smaller");
  const auto age = std::chrono::floor<std::chrono::seconds>(cookie.lifetime);
  return text_of(cookie.name, cookie.token, attributes, {cookie.made + age, age});
}

std::string no_cookie(std::string_view name, const auth::CookieSettings& attributes) {
  return text_of(name, "\"\"", attributes, {TimePoint{}, std::chrono::seconds{0}});
}

void add_token_cookie(Response& response, const Request& request, const TokenCookie& cookie,
                      const auth::CookieSettings& attributes) {
  // Another program on this host may have set it for its own forms, Django, say: one is enough.
  const bool has_csrf = is_csrf_token(find_cookie(request, csrf_cookie_name).value_or("")) ||
                        response.headers.find("Set-Cookie");
  response.headers.add("Set-Cookie", set_cookie(cookie, attributes));
  if (has_csrf) return;
  // Pages are not where the API is.
  auto everywhere = attributes;
  everywhere.path = "/";
  constexpr std::chrono::weeks year{52};
  response.headers.add("Set-Cookie", text_of(csrf_cookie_name, csrf_token_for(cookie.token),
                                             everywhere, {cookie.made + year, year}, false));
}

}  // namespace restjwt::http
