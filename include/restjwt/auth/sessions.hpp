#pragma once
// Sessions in use: what a login opens, what a logout ends, and the revocations that every door
// looks up. Part of a Service; see Service::sessions().

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/directory.hpp>
#include <restjwt/auth/handlers.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/result.hpp>

namespace restjwt::auth {

/// Where sessions are kept. All three must outlive the Service and be on one database with its
/// users.
struct SessionParts {
  SessionStore& store;
  RevocationLog& revocations;
  AuditLog& audit;
  /// How long this Service goes on while the log cannot be read, until lose_track() is called. What
  /// has ended is kept so much longer.
  std::chrono::seconds stale_limit{0};
  /// Whether another program refreshes tokens with the same key, such as Django beside us. It does
  /// not know what was ended here, so that what has ended is kept until no session can be refreshed
  /// any more, for JWT_REFRESH_EXPIRATION_DELTA, and not only until our own tokens have expired.
  bool others_refresh = false;
  /// While more are in force nobody can log in (StoreError), since each login may end and then
  /// takes some 50 bytes of memory at every node until its tokens have expired. Ending goes on.
  std::size_t most_revocations = 10'000'000;
};

/// What was revoked is not known, as the log could not be read (yet, or for too long).
struct RevocationsUnknown : StoreError {
  using StoreError::StoreError;
};

/// Who asks, and from where: for the audit log.
struct Actor {
  std::string username{};
  Client client{};
};

/// What a logout ends.
enum class Logout {
  this_one,
  others,  ///< every other session of the user that is noted, or was seen here
  all,     ///< every session of the user that began up to now, noted or not
};

/// Numbers for whoever watches.
struct RevocationReport {
  bool complete = false;     ///< see Sessions::catch_up()
  std::size_t entries = 0;   ///< in memory
  std::size_t bytes = 0;     ///< that they take, roughly
  std::uint64_t number = 0;  ///< the newest that was read of the log
};

/// Safe from many threads at once. What changes something is durable, and counts at every door of
/// this Service, when the call returns; it may block, and throws StoreError.
class Sessions {
 public:
  struct Impl;
  explicit Sessions(Impl& impl) : impl_(impl) {}

  /// The session of a good token.
  Result<Session> of(std::string_view token, Reach reach);

  /// Ends sessions of the token's user; the errors of authenticate(). Returns how many are known to
  /// have ended.
  Result<std::size_t> logout(std::string_view token, Logout which, const Client& client);
  /// Those of the user that are noted, the one seen last first. At most 1000.
  std::vector<Session> list(const UserId& user);
  /// False when the user has no such session that is noted, or was seen here, and lives.
  bool end(const User& user, const Fingerprint& session, const Actor& by);
  /// As Logout::all.
  void end_all(const User& user, const Actor& by);
  /// Ends the session of `token`, which must be good and of `user` (AuthErrc::user_not_found
  /// otherwise: whose it is nobody is told).
  Result<Grant> blacklist(const User& user, std::string_view token, const Client& client);
  /// Refuses every token that the key of that name signed, for ever.
  void end_key(std::string_view kid, const Actor& by);

  /// Reads what was revoked elsewhere since the last call, and returns how many entries that were.
  /// Until it has returned once, and after lose_track(), a good token throws RevocationsUnknown. To
  /// be called when the store tells of a change.
  std::size_t catch_up();
  /// Nobody can say what was revoked since the last catch_up().
  void lose_track() noexcept;
  RevocationReport report() const;

  /// Notes in the store which sessions were seen since the last call, and which logins failed (at
  /// most most_failed_logins; of the others, how many). To be called once a minute or so: the doors
  /// write nothing. What could not be written is kept for the next time.
  void write_seen();
  static constexpr std::size_t most_failed_logins = 100;
  /// Forgets, in memory and in the store, what has ended (failed logins too), and tells the store
  /// how long tokens live.
  void tidy();

 private:
  Impl& impl_;
};

}  // namespace restjwt::auth
