#pragma once
// Pairs of an access and a refresh token, in djangorestframework-simplejwt's form: its claims, its
// refusals. Part of a Service; see Service::pairs().
//
// A session's refresh tokens carry, beside simplejwt's claims, orig_iat (when the login was) and
// orig_jti (the id of its first refresh token). Both are copied into what is made from them, as
// simplejwt copies every claim that it does not know: so a session stays one, whoever refreshes it.

#include <memory>
#include <string>
#include <string_view>

#include <restjwt/auth/directory.hpp>
#include <restjwt/auth/error.hpp>
#include <restjwt/auth/handlers.hpp>
#include <restjwt/auth/pair_settings.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

struct TokenPair {
  std::string access{};
  /// Empty after a refresh that does not rotate: the one that was presented goes on.
  std::string refresh{};
  UserPtr user{};
  TimePoint at{};
};

/// Errors of all calls are AuthErrc or jose::TokenErrc; StoreError and RevocationsUnknown are
/// thrown as by Service. Safe from many threads at once.
class Pairs {
 public:
  struct Impl;
  explicit Pairs(Impl& impl) : impl_(impl) {}

  /// Name and password for a pair; as Service::obtain().
  Result<TokenPair> obtain(std::string_view username, const Secret& password,
                           const Client& client = {});
  /// A new access token and, with ROTATE_REFRESH_TOKENS, the next refresh token. Asks the store
  /// where sessions are kept. AuthErrc::token_reused ends the session; idle_limit and
  /// absolute_limit say why a token has expired.
  Result<TokenPair> refresh(std::string_view refresh_token, const Client& client = {});
  /// The session of a refresh token ends, its access tokens with it. Without sessions:
  /// std::logic_error.
  std::error_code blacklist(std::string_view token, const Client& client = {});

  /// Name and password for a sliding token, and a fresh one for a good one.
  Result<Grant> obtain_sliding(std::string_view username, const Secret& password,
                               const Client& client = {});
  Result<Grant> refresh_sliding(std::string_view token, Reach reach = Reach::store);

  /// Whether the token is good for what it is for, whatever that is. A refresh token of a kept
  /// session needs the store.
  Result<UserPtr> verify(std::string_view token, Reach reach = Reach::store);
  /// Who is it? The user of a good token of AUTH_TOKEN_CLASSES.
  Result<UserPtr> authenticate(std::string_view token, Reach reach = Reach::store);

  /// Whether the text may be a token of a pair: it has the claim TOKEN_TYPE_CLAIM. Nobody has
  /// verified anything yet.
  bool claims(std::string_view token) const;

  /// A pair for the user, as obtain() would make it; as Service::issue().
  TokenPair issue(const User& user, const Client& client = {});

  const PairSettings& settings() const noexcept;
  /// Whether a login hands out a sliding token.
  bool slides() const noexcept;

 private:
  Impl& impl_;
};

}  // namespace restjwt::auth
