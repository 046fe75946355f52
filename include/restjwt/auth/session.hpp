#pragma once
// Logins as things: who is in, since when, from where. A session is a login and every token that is
// refreshed from it. Its id follows from any of its tokens:
//
//   tokens with an id    the id of the first one (orig_jti, else jti), as profile drf-jwt has it
//   with orig_iat        the user and orig_iat, since the original's tokens carry nothing else
//   with neither         the token itself, which cannot be refreshed
//
// so that no database is asked whose token it is, and tokens that another program made with the
// same key have a session too.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/fingerprint.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>

namespace restjwt::auth {

/// Where a login comes from, as whoever serves it sees it.
struct Client {
  std::string address{};
  std::string user_agent{};
};
/// How far ahead of the clock a session may begin: one that would begin in the second in which
/// another has ended cannot be told from that one, so it begins later.
inline constexpr std::chrono::seconds furthest_start{30};

/// Longer ones are cut.
inline constexpr std::size_t longest_address = 64;
inline constexpr std::size_t longest_user_agent = 256;

struct AuditEvent;
struct Redemption;
struct Redeemed;

struct Session {
  Fingerprint id{};
  UserId user{};
  /// orig_iat where its tokens have one.
  TimePoint created{};
  TimePoint last_seen{};
  Client client{};
  /// When its newest token ends, leeway included: a refresh moves it. Nothing: tokens do not end.
  std::optional<TimePoint> idle_limit{};
  /// From when on it cannot be refreshed any more. Nothing: it never can, or always.
  std::optional<TimePoint> absolute_limit{};
};

/// As its owner is told, at every door: instants in RFC 3339, null where there is no limit. The
/// user is left out.
Json to_json(const Session& session);

/// What became of a session that was to be opened.
struct Opening {
  enum class Outcome {
    opened,
    user_changed,  ///< the password is another one, or the user is disabled or gone
    too_early,     ///< it would be over at once: it is one that has ended, or the user's sessions
                   ///< up to that second have
  };
  Outcome outcome = Outcome::opened;
  /// too_early: the first second that a session may have begun in.
  TimePoint from{};
};

/// Where sessions are. Every call may block, is safe from many threads at once, is atomic, and
/// throws StoreError when the store fails.
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  /// Notes a login, if the user is still active and, where `password` is not empty, his stored
  /// password is that encoded hash; `event` goes into the audit log with it. What was opened
  /// survives a crash of the machine.
  virtual Opening open(const Session& session, std::string_view password,
                       const AuditEvent* event = nullptr) = 0;
  /// The session of that id, if it has not ended at `now`.
  virtual std::optional<Session> find(const Fingerprint& id, TimePoint now) = 0;
  /// Those of the user that have not ended at `now`, the one seen last first. At most `limit`.
  virtual std::vector<Session> list(const UserId& user, TimePoint now, std::size_t limit) = 0;
  /// Notes sessions that were seen: last_seen and idle_limit only move forward. A session that is
  /// not known (another program made its tokens) is noted too; one that has ended stays so. May be
  /// lost in a crash.
  virtual void note_seen(std::span<const Session> sessions) = 0;
  /// Exchanges a refresh token, see rotation.hpp. One that is reused ends its session in the same
  /// transaction, and `reuse` goes into the audit log with it, `first_client` filled in. What was
  /// exchanged survives a crash of the machine. StoreError for a user that the table cannot have.
  virtual Redeemed redeem(const Redemption& presented, const AuditEvent& reuse) = 0;
  /// Deletes up to `limit` sessions that had ended before `now`; returns how many.
  virtual std::size_t purge_sessions(TimePoint now, std::size_t limit) = 0;
};

}  // namespace restjwt::auth
