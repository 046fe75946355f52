#pragma once
// Cookies that carry tokens (RFC 6265).

#include <optional>
#include <string>
#include <string_view>

#include <restjwt/auth/settings.hpp>
#include <restjwt/clock.hpp>
#include <restjwt/http/message.hpp>

namespace restjwt::http {

/// The value of a cookie of the request, unquoted; of two of one name the last counts, as in
/// Django. Nothing where there is none.
std::optional<std::string> find_cookie(const Request& request, std::string_view name);

/// The value of a Set-Cookie header: lives as long as a token made at `now` would.
std::string token_cookie(std::string_view name, std::string_view token,
                         const auth::Settings& settings, TimePoint now);

/// The value of a Set-Cookie header that takes such a cookie away.
std::string no_token_cookie(std::string_view name, const auth::Settings& settings);

}  // namespace restjwt::http
