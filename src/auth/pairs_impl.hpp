#pragma once
// What a Service knows of its pairs.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/pairs.hpp>
#include <restjwt/auth/rotation.hpp>

#include "auth/service_impl.hpp"

namespace restjwt::auth {

/// What a token is for: the value of TOKEN_TYPE_CLAIM.
enum class TokenType { access, refresh, sliding };
std::string_view name(TokenType type) noexcept;

/// The settings of the single token with those of pairs in their place, for what is asked of either
/// kind of token.
Settings dialect_of(const PairSettings& pairs, const Settings& settings);
std::chrono::microseconds absolute_lifetime(const PairSettings& pairs) noexcept;

struct Pairs::Impl {
  /// Throws std::invalid_argument as Service does.
  Impl(PairSettings settings, Service::Impl& service, OtherKeys others);

  std::shared_ptr<const KeyRing> ring() const { return own ? own : service.keys.load(); }
  /// Whether the claims, which need not be verified, are those of a token of a pair.
  bool are_of_pair(const Json& claims) const { return claims.find(settings.token_type_claim); }

  /// A good token of one of the types, and the active user it names; the session's claims are in it
  /// whoever made it.
  Result<Known> know(std::string_view token, std::span<const TokenType> types, TimePoint now,
                     Reach reach);
  /// The same for a token that lets a request in.
  Result<Known> know_authenticating(std::string_view token, TimePoint now, Reach reach);

  /// Of a login that begins now.
  Issued issue_refresh(const UserPtr& user, TimePoint now) const;
  Issued issue_sliding(const UserPtr& user, TimePoint now) const;
  TokenPair pair_of(const Issued& refresh) const;
  /// `iat` and all that is not named in simplejwt's no_copy_claims come from the refresh token.
  Json access_claims(const Json& refresh, std::string id, TimePoint now) const;
  std::string access_token(const Json& refresh, std::string id, TimePoint now) const;
  std::string sign(Json claims, TimePoint now) const;

  Result<Grant> slide(Known known, TimePoint now, Reach reach) const;
  Result<TokenPair> exchange(Known known, TimePoint now, const Client& client);
  /// How a good refresh token is presented to the store; `child` as it would be its exchange.
  Redemption redemption_of(const Known& known, const std::optional<ChildToken>& child,
                           TimePoint now, const Client& client) const;
  /// What the refresh token would be exchanged for now, where tokens are rotated.
  std::optional<ChildToken> new_child(const Known& known, TimePoint now) const;
  /// Of those that memory has to be able to refuse.
  std::chrono::seconds token_life(bool others_refresh) const;
  std::chrono::seconds leeway() const;
  /// Which limit an expired refresh token has met.
  std::error_code limit_met(std::string_view token, TimePoint now) const;
  std::optional<TimePoint> absolute_end(const Json& claims) const;
  TimePoint refresh_end_of(const Json& claims, TimePoint issued) const;
  void note_login(const User& user, TimePoint now) const;

  PairSettings settings;
  Settings dialect;
  Service::Impl& service;
  std::shared_ptr<const KeyRing> own{};  // where pairs have keys of their own
  jose::Validation rules{};
  /// Of what lets a request in.
  std::vector<TokenType> authenticating{};

 private:
  std::error_code check_type(const Json& claims, std::span<const TokenType> types) const;
  Result<UserPtr> identify(const Json& claims, Reach reach) const;
  Json claims_of(TokenType type, const User& user, TimePoint now, TimePoint exp) const;
  std::string new_id() const;
};

}  // namespace restjwt::auth
