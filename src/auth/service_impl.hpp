#pragma once
// What the use cases of Service share.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/pairs.hpp>
#include <restjwt/auth/service.hpp>
#include <restjwt/auth/sessions.hpp>
#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/verified_token_cache.hpp>

#include "auth/current_keys.hpp"
#include "auth/login_throttle.hpp"

namespace restjwt::auth {

/// A good token's claims and the active user they name.
struct Known {
  Json claims;
  UserPtr user;
  std::string kid{};  ///< of the key that verified it; empty: it has none
  /// By which settings its claims are read; null: those of the single token.
  const Settings* dialect = nullptr;
  /// Whether only the store can tell if its session lives: a refresh token.
  bool in_store = false;
};

/// Whose password was right, and the stored hash of it.
struct Credentials {
  UserPtr user;
  Secret encoded;
};

/// A fresh token and its claims.
struct Issued {
  Grant grant;
  Json claims;
  const Settings* dialect = nullptr;  ///< as in Known
  bool in_store = false;              ///< as in Known
};

/// What a fresh token takes over from the one it was refreshed from; null where nothing is.
struct Carried {
  Json orig_iat{};
  Json orig_jti{};
};

struct Service::Impl {
  explicit Impl(Parts parts);
  ~Impl();

  Result<Known> know(std::string_view token, TimePoint now, Reach reach);
  /// The same for whatever lets a request in: a single token, or one of a pair.
  Result<Known> know_any(std::string_view token, TimePoint now, Reach reach);
  /// The same for the doors verify and refresh, which may ask for more.
  Result<Known> know_for_exchange(std::string_view token, TimePoint now, Reach reach);
  /// A token from a fresh payload.
  Issued issue(const UserPtr& user, TimePoint now, const Carried& carried) const;
  /// What makes the token of a login.
  using Issue = std::function<Issued(const UserPtr&, TimePoint)>;
  /// The single one.
  Issue issue_single() const;
  /// Opens a session, where these are kept. bad_credentials when the user is not what he was:
  /// `password` as SessionStore::open() wants it. `event` says how he comes in, and by whom.
  Result<Issued> log_in(const UserPtr& user, std::string_view password, const AuditEvent& event,
                        const Issue& issue);
  /// Name and password for whatever `issue` makes.
  Result<Issued> obtain(std::string_view username, const Secret& password, const Client& client,
                        const Issue& issue);
  /// Whether the claims are those of a token of a pair: of ours, or of simplejwt with its own
  /// names.
  bool are_of_pair(const Json& claims) const;
  void use(const KeySchedule& schedule);
  /// `is_name` is set where somebody has that name. Throws Throttled, which is noted then.
  Result<Credentials> check_credentials(std::string_view username, const Secret& password,
                                        const Client& client, bool& is_name);
  /// A login of that name that failed.
  void note_failed_login(std::string_view username, bool is_name, const Client& client,
                         std::string reason);
  /// A stored hash of the cost that most users have.
  std::string typical_password(TimePoint now);

  Settings settings;
  UserStore& users;
  Handlers handlers;
  Clock clock;
  RandomBytes random;
  UserDirectory directory;
  /// Those of the settings, which stay.
  SettingsKeys settings_keys;
  /// Where sessions are kept.
  std::unique_ptr<Sessions::Impl> sessions;
  /// nullptr: there are none.
  std::unique_ptr<Pairs::Impl> pairs;
  /// Where failed logins are counted.
  std::optional<LoginThrottle> throttle;
  /// nullptr: none are remembered.
  std::unique_ptr<jose::VerifiedTokenCache> verified_tokens;
  /// All keys in use. Read once by each call, so that a change in between goes unnoticed.
  CurrentKeys keys;

  std::mutex typical_mutex;
  std::string typical;
  std::optional<TimePoint> typical_since;

  /// The claims of a token that one of these keys signed, as the rules want it.
  Result<Known> verify(std::string_view token, const jose::KeySet& keys,
                       const jose::Validation& rules, TimePoint now) const;

 private:
  /// The claims of a token that is good by itself; nothing is known of its user yet.
  Result<Known> decode(std::string_view token, TimePoint now) const;
  Result<Json> decode_unverified(std::string_view token) const;
  /// Whether a token with that header may be one of ours.
  bool names_our_algorithm(const Json& header) const;
  /// Who it is, whatever was revoked.
  Result<Known> recognize(std::string_view token, TimePoint now, Reach reach);
  /// With keys of the user's own: who it is has to be known before the token can be verified.
  Result<Known> know_by_own_key(std::string_view token, TimePoint now, Reach reach);
  /// The user the claims name, who need not be active.
  Result<UserPtr> identify(const Json& claims, Reach reach);
  Result<UserPtr> identify_by_name(const Json& claims, Reach reach);
  std::string encode(const Json& claims, const User& user, TimePoint now) const;
  jose::SigningKey own_signing_key(const User& user) const;
  /// What verifies tokens of the user whose secret key this is.
  jose::KeySet own_keys(const Secret& secret, const KeyRing& ring) const;
  bool has_own_keys() const;
  bool signs_with_own_key() const;
};

/// The claim aud of these settings, which have an audience.
Json audience_claim(const Settings& settings);

/// The token's iat, null where it has none.
Json issued_at_of(const Json& claims);

/// The id of the token that a login made; null where there is none.
Json first_id(const Json& claims);

/// What Python's `if not value` calls false: the original tests claims that way.
bool is_falsy(const Json& value);

}  // namespace restjwt::auth
