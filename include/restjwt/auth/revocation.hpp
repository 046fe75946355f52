#pragma once
// What ends a token before its time, and the log that every node reads. A node keeps in memory all
// that is in force, so that no request asks a database (docs/decisions/0013).

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/fingerprint.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>

namespace restjwt::auth {

struct Revocation {
  enum class Kind {
    token,     ///< one token; `id` is its fingerprint
    session,   ///< every token of one session; `id` is the session's
    user,      ///< every session of `user` that began at not_before or earlier
    key,       ///< every token that the key named `kid` signed
    everyone,  ///< every session that began at not_before or earlier
  };
  Kind kind = Kind::token;
  Fingerprint id{};
  UserId user{};
  std::string kid{};
  TimePoint not_before{};
  /// From when on no token lives that it could refuse. Nothing: never.
  std::optional<TimePoint> until{};
  /// Its place in the log.
  std::uint64_t number = 0;

  static Revocation of_token(Fingerprint id, std::optional<TimePoint> until);
  static Revocation of_session(Fingerprint id, std::optional<TimePoint> until);
  static Revocation of_user(UserId user, TimePoint not_before, std::optional<TimePoint> until);
  static Revocation of_key(std::string kid, std::optional<TimePoint> until);
  static Revocation of_everyone(TimePoint not_before, std::optional<TimePoint> until);

  friend bool operator==(const Revocation&, const Revocation&) = default;
};
/// "token", "session", …
std::string_view name(Revocation::Kind kind) noexcept;
std::optional<Revocation::Kind> revocation_kind(std::string_view name) noexcept;

/// Where a log stands. Another history means that it is not the log it was: restored from a backup,
/// or made anew. Then nothing that was read of it can be gone on from.
struct LogPosition {
  std::string history{};
  std::uint64_t number = 0;  ///< of the newest entry there ever was; 0: none
  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// Revocations in the order in which they happened. Every call may block, is safe from many threads
/// at once, is atomic, and throws StoreError when the store fails.
///
/// A change of a user appends by itself, whoever makes it: another password, a user who is no
/// longer active or is deleted, ends the sessions of that user up to that second. A better hash of
/// the same password (UserStore::replace_password) does not.
class RevocationLog {
 public:
  virtual ~RevocationLog() = default;

  /// Appends, and ends the sessions that they are about; `why` goes into the audit log with them.
  /// Returns what was appended, numbered: the not_before of a user is moved on to the newest
  /// session that he has, if the clock of the node that opened it is ahead, and `until` with it;
  /// `until` is moved on to the end of all tokens that any node may have made, see
  /// note_token_life(). What was appended survives a crash of the machine.
  virtual std::vector<Revocation> append(std::span<const Revocation> revocations,
                                         const AuditEvent* why = nullptr) = 0;
  /// The store was restored from a backup: what was appended since that was made is lost, so that
  /// every session that began up to `now` ends, and every one that did so ahead of it (see
  /// furthest_start). The log has another history from then on.
  virtual Revocation begin_anew(TimePoint now, const AuditEvent* why = nullptr) = 0;
  /// Entries behind that number in their order, at most `limit`. Those that ended before may be
  /// gone.
  virtual std::vector<Revocation> read(std::uint64_t after, std::size_t limit) = 0;
  /// A store that finds itself restored from a backup begins anew here; see begin_anew().
  virtual LogPosition position() = 0;
  /// Tells how long a token lives that is made from now on (leeway included; nothing: for ever):
  /// what is appended is kept as long. The longest of those told by all nodes counts until the
  /// tokens made under it have ended; "for ever" counts always. While nothing is told, what appends
  /// by itself is kept for ever, or until something is told.
  virtual void note_token_life(std::optional<std::chrono::seconds> life, TimePoint now) = 0;
  /// Deletes up to `limit` entries whose `until` lies before `now`; returns how many.
  virtual std::size_t purge_revocations(TimePoint now, std::size_t limit) = 0;
};

}  // namespace restjwt::auth
