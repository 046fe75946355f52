#pragma once
// What the use cases of Service share.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/service.hpp>
#include <restjwt/jose/jwt.hpp>

namespace restjwt::auth {

struct Service::Impl {
  explicit Impl(Parts parts);

  /// The claims of a token that is good by itself; nothing is known of its user yet.
  Result<Json> decode(std::string_view token, TimePoint now) const;
  /// The active user the claims name.
  Result<UserPtr> identify(const Json& claims, Reach reach);
  std::string encode(const Json& claims) const;
  /// A fresh payload for the user, with this orig_iat where there is one.
  std::string issue(const User& user, TimePoint now, std::optional<Json> orig_iat) const;
  /// A stored hash of the cost that most users have.
  std::string typical_password(TimePoint now);

  Settings settings;
  UserStore& users;
  Handlers handlers;
  Clock clock;
  RandomBytes random;
  UserDirectory directory;
  std::optional<jose::SigningKey> key;
  std::vector<jose::VerificationKey> verification_keys;
  jose::Validation rules;

  std::mutex typical_mutex;
  std::string typical;
  std::optional<TimePoint> typical_since;
};

/// What Python's `if not value` calls false: the original tests claims that way.
bool is_falsy(const Json& value);

}  // namespace restjwt::auth
