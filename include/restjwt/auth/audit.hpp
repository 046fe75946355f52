#pragma once
// Who did what, for whoever has to find out later. One line of JSON for each event; no token, no
// password and no key is ever in it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/fingerprint.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>
#include <restjwt/json.hpp>

namespace restjwt::auth {

struct AuditEvent {
  /// "login", "login_failed", "impersonation", "logout", "logout_others", "logout_all",
  /// "session_ended", "sessions_ended", "token_blacklisted", "key_revoked",
  /// "everyone_ended", "refresh_token_reused", "banned", "ban_lifted"
  std::string_view name{};
  TimePoint at{};
  /// Whom it is about; "" where that is unknown. A name that nobody has is left out: it may be a
  /// password in the wrong field. Cut to 150 bytes.
  std::string user{};
  /// Who did it, where that is somebody else.
  std::string by{};
  std::optional<Fingerprint> session{};
  Client client{};
  /// Of a refresh token that was reused: who had it exchanged before.
  Client first_client{};
  /// Why, for a refusal.
  std::string reason{};
};

/// "everyone_ended", by a store that finds itself restored from a backup.
AuditEvent found_restored(TimePoint now);

/// {"at": "2026-11-24T12:00:00Z", "event": "login", "user": …}: members that are empty are left
/// out.
Json to_json(const AuditEvent& event);

struct AuditLine {
  std::uint64_t number = 0;
  std::string text{};  ///< JSON, without a line end
};

/// Append-only. Every call may block, is safe from many threads at once, is atomic, and throws
/// StoreError when the store fails. What happens in the store is recorded by the store, in the same
/// transaction: SessionStore::open(), RevocationLog::append().
class AuditLog {
 public:
  virtual ~AuditLog() = default;
  virtual void record(std::span<const AuditEvent> events) = 0;
  void record(const AuditEvent& event) { record({&event, 1}); }
  /// Lines behind that number in their order, at most `limit`.
  virtual std::vector<AuditLine> read_audit(std::uint64_t after, std::size_t limit) = 0;
};

}  // namespace restjwt::auth
