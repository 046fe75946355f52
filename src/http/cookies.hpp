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

/// The value of a Set-Cookie header: lives as long as a token made at `now` would. Throws
/// std::length_error for a token that no browser would keep.
std::string token_cookie(std::string_view name, std::string_view token,
                         const auth::Settings& settings, TimePoint now);

/// The value of a Set-Cookie header that takes such a cookie away.
std::string no_token_cookie(std::string_view name, const auth::Settings& settings);

/// Sets the cookie of a token that the answer hands out, and beside it, where the request has none,
/// the cookie that clients prove with that their page is ours (csrf.hpp).
void set_token_cookie(Response& response, const Request& request, std::string_view name,
                      const auth::Grant& grant, const auth::Settings& settings);

}  // namespace restjwt::http
