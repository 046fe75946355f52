#pragma once
// Why somebody is not let in, beside what jose::TokenErrc says of the token itself.

#include <system_error>

namespace restjwt::auth {

enum class AuthErrc {
  bad_credentials = 1,  ///< unknown user, wrong or unusable password: one answer for all
  user_disabled,        ///< the right password of a user who is not active
  invalid_payload,      ///< no claim says who it is
  user_not_found,       ///< the claim names nobody
  user_inactive,        ///< the claim names a user who is not active
  orig_iat_missing,     ///< refresh: the token was not made to be refreshed
  refresh_expired,      ///< refresh: the window that began at orig_iat is over, or has not begun
  token_revoked,        ///< it, its session, its user or its key was ended before its time
  token_without_id,     ///< pairs: there is no claim JTI_CLAIM
  token_without_type,   ///< pairs: there is no claim TOKEN_TYPE_CLAIM
  wrong_token_type,     ///< it is good, and for another door
  token_reused,         ///< a refresh token that was exchanged before: its session has ended
  idle_limit,           ///< a refresh token has expired, unused for REFRESH_TOKEN_LIFETIME
  absolute_limit,       ///< its session began too long ago to be refreshed
  needs_store,          ///< Reach::memory was not enough: ask again with Reach::store
};
std::error_code make_error_code(AuthErrc) noexcept;

}  // namespace restjwt::auth

template <>
struct std::is_error_code_enum<restjwt::auth::AuthErrc> : std::true_type {};
