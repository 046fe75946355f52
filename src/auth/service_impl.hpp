#pragma once
// What the use cases of Service share.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/service.hpp>
#include <restjwt/jose/jwt.hpp>

#include "auth/key_ring.hpp"

namespace restjwt::auth {

/// A good token's claims and the active user they name.
struct Known {
  Json claims;
  UserPtr user;
};

/// What a fresh token takes over from the one it was refreshed from; null where nothing is.
struct Carried {
  Json orig_iat{};
  Json orig_jti{};
};

struct Service::Impl {
  explicit Impl(Parts parts);

  Result<Known> know(std::string_view token, TimePoint now, Reach reach);
  /// The same for the doors verify and refresh, which may ask for more.
  Result<Known> know_for_exchange(std::string_view token, TimePoint now, Reach reach);
  /// A token from a fresh payload.
  Grant issue(const UserPtr& user, TimePoint now, const Carried& carried) const;
  /// The same for a login, where nothing is carried over.
  Grant issue_first(const UserPtr& user) const;
  /// A stored hash of the cost that most users have.
  std::string typical_password(TimePoint now);

  Settings settings;
  UserStore& users;
  Handlers handlers;
  Clock clock;
  RandomBytes random;
  UserDirectory directory;
  KeyRing keys;
  jose::Validation rules;

  std::mutex typical_mutex;
  std::string typical;
  std::optional<TimePoint> typical_since;

 private:
  /// The claims of a token that is good by itself; nothing is known of its user yet.
  Result<Json> decode(std::string_view token, TimePoint now) const;
  Result<Json> decode_unverified(std::string_view token) const;
  /// With keys of the user's own: who it is has to be known before the token can be verified.
  Result<Known> know_by_own_key(std::string_view token, TimePoint now, Reach reach);
  /// The user the claims name, who need not be active.
  Result<UserPtr> identify(const Json& claims, Reach reach);
  Result<UserPtr> identify_by_name(const Json& claims, Reach reach);
  std::string encode(const Json& claims, const User& user) const;
  jose::SigningKey own_signing_key(const User& user) const;
  /// What verifies tokens of the user whose secret key this is.
  std::vector<jose::VerificationKey> own_keys(const Secret& secret) const;
  bool has_own_keys() const;
  bool signs_with_own_key() const;
};

/// The token's iat, null where it has none.
Json issued_at_of(const Json& claims);

/// What Python's `if not value` calls false: the original tests claims that way.
bool is_falsy(const Json& value);

}  // namespace restjwt::auth
