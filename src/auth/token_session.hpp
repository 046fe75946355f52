#pragma once
// What a good token tells of its session (restjwt/auth/session.hpp says how).

#include <optional>
#include <string_view>

#include <restjwt/auth/session.hpp>
#include <restjwt/auth/settings.hpp>
#include <restjwt/json.hpp>

namespace restjwt::auth {

/// A claim that is a number, cut to the second below; nothing for any other.
std::optional<TimePoint> instant_in(const Json& claims, std::string_view name);

/// A hash of what was signed: of the signatures that a key may make of it, none is another token.
Fingerprint token_fingerprint(std::string_view token);

Fingerprint session_fingerprint(const Json& claims, const UserId& user, std::string_view token);

/// By orig_iat, else iat, else the time that was left of JWT_EXPIRATION_DELTA. A token that tells
/// nothing began at the beginning of time.
TimePoint session_began(const Json& claims, const Settings& settings);

/// When the token ends, leeway included; nothing: it does not.
std::optional<TimePoint> token_end(const Json& claims, const Settings& settings);

/// From when on the session cannot be refreshed.
std::optional<TimePoint> refresh_end(const Json& claims, const Settings& settings);

/// How long a token lives that is made under these settings, leeway included; nothing: for ever.
std::optional<std::chrono::seconds> token_life(const Settings& settings);

}  // namespace restjwt::auth
