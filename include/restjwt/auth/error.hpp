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
  needs_store,          ///< Reach::memory was not enough: ask again with Reach::store
};
std::error_code make_error_code(AuthErrc) noexcept;

}  // namespace restjwt::auth

template <>
struct std::is_error_code_enum<restjwt::auth::AuthErrc> : std::true_type {};
