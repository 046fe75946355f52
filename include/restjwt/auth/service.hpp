#pragma once
// The use cases: obtain, verify, refresh, authenticate. Each is one file in src/auth.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <restjwt/auth/directory.hpp>
#include <restjwt/auth/error.hpp>
#include <restjwt/auth/handlers.hpp>
#include <restjwt/auth/key_schedule.hpp>
#include <restjwt/auth/pairs.hpp>
#include <restjwt/auth/published_keys.hpp>
#include <restjwt/auth/sessions.hpp>
#include <restjwt/auth/settings.hpp>
#include <restjwt/auth/throttle.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>
#include <restjwt/random.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

/// What the Service is made of. `users` must outlive it.
struct Parts {
  Settings settings{};
  UserStore& users;
  Handlers handlers{};
  /// Keys that take turns: they sign, and those of the settings only verify what was signed before.
  std::optional<KeySchedule> keys{};
  /// Where sessions are kept; without, a token counts until it expires.
  std::optional<SessionParts> sessions{};
  /// Access and refresh tokens beside the single one.
  std::optional<PairSettings> pairs{};
  /// Where failed logins are counted; without, passwords can be guessed as fast as they are hashed.
  std::optional<ThrottleParts> throttle{};
  /// How many tokens of RS*, PS*, ES* and EdDSA are remembered, so that the second request with one
  /// does not pay for the signature again (jose::VerifiedTokenCache): from 16 on, some 3 KiB each;
  /// 0: none. Whether a token has expired or was revoked is asked at each request all the same.
  std::size_t verified_tokens = 0;
  Clock clock = system_clock();
  RandomBytes random = system_random();
};

/// Errors of all calls are AuthErrc or jose::TokenErrc; a failing store throws StoreError, and a
/// good token throws RevocationsUnknown while nobody can say whether it was revoked.
/// Safe from many threads at once.
class Service {
 public:
  /// Throws std::invalid_argument naming the setting when check(settings) finds a problem, or when
  /// there are keys that take turns and none signs now. (Keys that a handler stands for need not be
  /// there.)
  explicit Service(Parts parts);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Name and password for a token. Hashes a password and asks the store: slow. Unknown, disabled
  /// and unusable users take as long as a wrong password. A hash weaker than
  /// Settings::password_hasher is upgraded. Throws Throttled after too many failures.
  Result<Grant> obtain(std::string_view username, const Secret& password,
                       const Client& client = {});

  /// The password check alone, for other kinds of login: user, bad_credentials or user_disabled.
  /// Throws Throttled as obtain() does.
  Result<UserPtr> check_credentials(std::string_view username, const Secret& password,
                                    const Client& client = {});

  /// How long this client has still to wait, where that is known without asking the store: an
  /// address that goes on although it is refused is told so from memory for the rest of the minute.
  /// Cheap, so that it is asked before a login takes a thread.
  std::optional<std::chrono::seconds> turned_away(const Client& client);

  /// The very token, if it and its user are good.
  Result<Grant> verify(std::string_view token, Reach reach = Reach::store);

  /// A fresh token for a good one; of its claims only orig_iat and the token's first id (orig_jti)
  /// are carried over.
  Result<Grant> refresh(std::string_view token, Reach reach = Reach::store);

  /// Who is it? The user of a good single token.
  Result<UserPtr> authenticate(std::string_view token, Reach reach = Reach::store);

  /// A token for another user, as he would get it by logging in. Whoever asks must have been
  /// allowed to. Asks the store.
  Result<Grant> impersonate(const UserId& user, const Actor& by = {});

  /// A token for the user, as obtain() would make it. Throws StoreError when the user has no usable
  /// secret key of his own (JWT_GET_USER_SECRET_KEY), or, where sessions are kept, is not active.
  std::string issue(const User& user, const Client& client = {});

  /// Where sessions are kept; nothing otherwise.
  std::optional<Sessions> sessions() noexcept;

  /// Access and refresh tokens, where Parts::pairs has them; nothing otherwise.
  std::optional<Pairs> pairs() noexcept;

  /// From now on these are the keys that take turns. A call under way ends with the keys it began
  /// with. Throws std::invalid_argument, and keeps the old keys, when none of these signs now, or
  /// when users have secret keys of their own.
  void use_keys(const KeySchedule& schedule);

  /// The keys that verify now, for everybody to see. Never null; cheap.
  std::shared_ptr<const PublishedKeys> published_keys() const;

  /// JWT_RESPONSE_PAYLOAD_HANDLER's answer for the grant.
  Json response(const Grant& grant) const;

  const Settings& settings() const noexcept;
  UserDirectory& directory() noexcept;

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::auth
