#pragma once
// What a Service knows of its sessions.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <restjwt/auth/sessions.hpp>

#include "auth/revocation_index.hpp"
#include "auth/service_impl.hpp"
#include "auth/sharded_map.hpp"

namespace restjwt::auth {

struct Sessions::Impl {
  Impl(SessionParts parts, Service::Impl& service);

  /// Opens the session of a grant that was just made; `password` as SessionStore::open() wants it.
  Opening open(const Issued& issued, std::string_view password, const Client& client);
  /// token_revoked, or nothing. Notes that the session was seen. Throws RevocationsUnknown.
  std::error_code check(const Known& known, std::string_view token, TimePoint now);
  /// The session of a good token, as far as the token tells.
  Session session_of(const Json& claims, const UserId& user, std::string_view token,
                     TimePoint now) const;
  /// One that would begin in the second in which another has ended cannot be told from that one, so
  /// it begins later; more often than this nobody logs out.
  static constexpr std::chrono::seconds furthest_start{30};
  /// How far ahead of the clock a session may have begun.
  std::chrono::seconds ahead() const noexcept;
  /// From when on no token lives that was made up to now, or is this one.
  std::optional<TimePoint> end_of_tokens(TimePoint now, std::optional<TimePoint> token) const;
  /// Appends to the log, takes it in here, and records why. Returns how many were appended.
  std::size_t revoke(std::span<const Revocation> revocations, const AuditEvent& why);
  void audit(const AuditEvent& event);

  SessionParts parts;
  Service::Impl& service;
  RevocationIndex index{};
  std::atomic<bool> complete{false};

  std::mutex reading{};
  LogPosition read_to{};  // under `reading`

  /// How long a token lives that was just made.
  void note_life(const Json& claims, TimePoint now) noexcept;
  /// Of a token, as it was made: handlers may give them a longer life than the settings.
  std::atomic<std::int64_t> longest_life{0};

  struct Seen {
    UserId user{};
    TimePoint created{}, last_seen{};
    std::optional<TimePoint> idle_limit{}, absolute_limit{};
  };
  void note(const Session& session);
  ShardedMap<Fingerprint, Seen, std::hash<Fingerprint>> seen{};
  std::atomic<std::size_t> seen_count{0};
  std::mutex writing{};
};

}  // namespace restjwt::auth
