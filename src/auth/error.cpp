#include <restjwt/auth/error.hpp>

#include <string>

namespace restjwt::auth {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "restjwt.auth"; }
  std::string message(int value) const override {
    switch (static_cast<AuthErrc>(value)) {
      case AuthErrc::bad_credentials:
        return "unknown user or wrong password";
      case AuthErrc::user_disabled:
        return "the user is not active";
      case AuthErrc::invalid_payload:
        return "no claim says who it is";
      case AuthErrc::user_not_found:
        return "the token names nobody";
      case AuthErrc::user_inactive:
        return "the token names a user who is not active";
      case AuthErrc::orig_iat_missing:
        return "the token was not made to be refreshed";
      case AuthErrc::refresh_expired:
        return "the time to refresh is over";
      case AuthErrc::token_revoked:
        return "the token was revoked";
      case AuthErrc::token_without_id:
        return "the token has no id";
      case AuthErrc::token_without_type:
        return "the token does not say what it is for";
      case AuthErrc::wrong_token_type:
        return "the token is for something else";
      case AuthErrc::token_reused:
        return "the refresh token was used before, so its session has ended";
      case AuthErrc::idle_limit:
        return "the refresh token was not used for too long";
      case AuthErrc::absolute_limit:
        return "the session began too long ago";
      case AuthErrc::needs_store:
        return "memory does not know; ask the store";
    }
    return "unknown";
  }
};

}  // namespace

std::error_code make_error_code(AuthErrc errc) noexcept {
  static const Category category;
  return {static_cast<int>(errc), category};
}

}  // namespace restjwt::auth
