#pragma once
// What a Service knows of its sessions.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/rotation.hpp>
#include <restjwt/auth/sessions.hpp>

#include "auth/revocation_index.hpp"
#include "auth/service_impl.hpp"
#include "auth/sharded_map.hpp"

namespace restjwt::auth {

/// Texts that clients sent, as long as a table may hold them.
Client cut(const Client& client);
AuditEvent cut(AuditEvent event);

struct Sessions::Impl {
  Impl(SessionParts parts, Service::Impl& service);

  /// Opens the session of a grant that was just made; `password` as SessionStore::open() wants it.
  /// `event` says how it came about, and by whom.
  Opening open(const Issued& issued, std::string_view password, AuditEvent event);
  /// Notes a token that a refresh has made. False: the store has to be told, and cannot be reached.
  bool note_refreshed(const Issued& issued, Reach reach);
  /// Written later, see write_seen(): whoever guesses makes nobody wait, and no log grow.
  void note_failed_login(AuditEvent event);
  /// token_revoked, or nothing. Notes that the session was seen. Throws RevocationsUnknown.
  std::error_code check(const Known& known, std::string_view token, TimePoint now);
  /// Exchanges a refresh token of the user: the child that counts, token_revoked or token_reused.
  Result<std::optional<ChildToken>> redeem(const Redemption& presented, const User& user);
  /// The session of a refresh token ends; token_revoked where it has ended before.
  std::error_code blacklist(const Redemption& presented, const User& user);
  /// Whether a refresh token can still be exchanged.
  bool is_live(Redemption presented);
  /// The session of a good token, as far as the token tells.
  Session session_of(const Known& known, std::string_view token, TimePoint now) const;
  Session session_of(const Issued& issued) const;
  const Settings& settings_of(const Settings* dialect) const noexcept;
  /// How far ahead of the clock a session may have begun.
  std::chrono::seconds ahead() const noexcept;
  /// From when on no token lives that was made up to now, or is this one.
  std::optional<TimePoint> end_of_tokens(TimePoint now, std::optional<TimePoint> token) const;
  /// Appends to the log, and takes it in here. Returns how many were appended.
  std::size_t revoke(std::span<const Revocation> revocations, const AuditEvent& why);
  std::size_t end_others(const Session& own, const AuditEvent& why);
  void write_failed_logins();
  /// Clocks of two nodes differ, and another may refresh a token of a session that was ended here
  /// until it hears of it.
  std::chrono::seconds margin() const noexcept;

  SessionParts parts;
  Service::Impl& service;
  RevocationIndex index{};
  std::atomic<bool> complete{false};

  std::mutex reading{};
  LogPosition read_to{};                      // under `reading`
  std::atomic<std::uint64_t> read_number{0};  // of read_to, for who must not wait for the store

  /// A token was made. Where it lives longer than any before, the store is told first: what ends
  /// its session has to be kept as long. False: the store cannot be reached.
  bool note_life(const Issued& issued, Reach reach);
  /// Tells the store, and remembers that it was told; nothing: for ever.
  void tell_life(std::optional<std::chrono::seconds> life, TimePoint now);
  /// How long a token lives that is made from now on; nothing: for ever.
  std::optional<std::chrono::seconds> longest_life() const;
  /// How long the store has to keep what ends one that lives so long.
  std::chrono::seconds kept_for(std::chrono::seconds life) const;
  /// Of a token, as it was made, in seconds: handlers may give them a longer life than the
  /// settings.
  std::atomic<std::int64_t> longest_made{0};

  struct Seen {
    UserId user{};
    TimePoint created{}, last_seen{};
    std::optional<TimePoint> idle_limit{}, absolute_limit{};
  };
  void note(const Session& session);
  /// Notes in the store the sessions of the user that were seen here.
  void write_seen_of(const UserId& user);
  static Session session_of(const Fingerprint& id, const Seen& seen);
  ShardedMap<Fingerprint, Seen, std::hash<Fingerprint>> seen{};
  std::atomic<std::size_t> seen_count{0};
  std::mutex writing{};

  std::mutex failing{};
  std::vector<AuditEvent> failed_logins{};  // under `failing`
  std::size_t more_failed_logins = 0;       // under `failing`
};

}  // namespace restjwt::auth
