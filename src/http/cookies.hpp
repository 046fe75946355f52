#pragma once
// Cookies that carry tokens (RFC 6265).

#include <optional>
#include <string>
#include <string_view>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/message.hpp>

namespace restjwt::http {

/// The value of a cookie of the request, unquoted; of two of one name the last counts, as in
/// Django. Nothing where there is none.
std::optional<std::string> find_cookie(const Request& request, std::string_view name);

/// The longest name and value together that browsers keep (RFC 6265bis §5.7): they drop a longer
/// cookie without a word.
inline constexpr std::size_t longest_cookie = 4096;

struct TokenCookie {
  std::string_view name{};
  std::string_view token{};
  /// When the token was made, and for how long.
  TimePoint made{};
  std::chrono::microseconds lifetime{};
};

/// The value of a Set-Cookie header: lives as long as the token. Throws std::length_error for a
/// token that no browser would keep.
std::string set_cookie(const TokenCookie& cookie, const auth::CookieSettings& attributes);

/// The value of a Set-Cookie header that takes such a cookie away.
std::string no_cookie(std::string_view name, const auth::CookieSettings& attributes);

/// Sets the cookie of a token that the answer hands out, and beside it, where neither the request
/// nor the answer has one, the cookie that clients prove with that their page is ours (csrf.hpp).
void add_token_cookie(Response& response, const Request& request, const TokenCookie& cookie,
                      const auth::CookieSettings& attributes);

}  // namespace restjwt::http
