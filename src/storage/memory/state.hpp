#pragma once
// What a database in memory holds, and the stores on it.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/rotation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/throttle.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/random.hpp>

namespace restjwt::storage::memory {

struct StoredSession {
  auth::Session session{};
  bool ended = false;
  std::optional<auth::RefreshChain> chain{};
};

/// Everything under one lock: each call of a store is a transaction.
struct State {
  Clock clock{};
  std::mutex mutex{};

  std::map<auth::UserId, auth::User> users{};
  std::map<std::string, auth::UserId, std::less<>> ids{};
  std::int64_t last_id = 0;  // only grows: a removed user's id is not given again
  std::int64_t changes = 0;

  std::map<auth::Fingerprint, StoredSession> sessions{};
  std::vector<auth::Revocation> revocations{};
  std::uint64_t last_revocation = 0;
  unsigned history = 0;
  /// How long tokens live, and when a node last said so; nothing: for ever.
  std::map<std::optional<std::chrono::seconds>, TimePoint> token_lives{};
  std::vector<auth::AuditLine> audit{};

  const std::string throttle_salt = random_uuid(system_random());
  std::map<auth::ThrottleBucket, auth::Tally> tallies{};
  /// When each account last logged in from each.
  std::map<std::string, std::map<std::string, TimePoint>> usual_addresses{};

  /// Numbers and keeps it, and ends the sessions that it is about. The lock is held.
  auth::Revocation append(auth::Revocation revocation);
  void record(const auth::AuditEvent& event);
  /// The user was changed, now.
  void end_sessions_of(const auth::UserId& user);
  /// Of those made up to then. Nothing: never, or nobody has told.
  std::optional<TimePoint> end_of_tokens(TimePoint made) const;
};

std::unique_ptr<auth::UserStore> make_user_store(std::shared_ptr<State> state);
std::unique_ptr<auth::SessionStore> make_session_store(std::shared_ptr<State> state);
std::unique_ptr<auth::RevocationLog> make_revocation_log(std::shared_ptr<State> state);
std::unique_ptr<auth::AuditLog> make_audit_log(std::shared_ptr<State> state);
std::unique_ptr<auth::ThrottleStore> make_throttle_store(std::shared_ptr<State> state);

}  // namespace restjwt::storage::memory
