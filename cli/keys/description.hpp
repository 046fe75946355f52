#pragma once
// What can be said of a key at an instant. Nothing here is secret.

#include <optional>
#include <string>
#include <string_view>

#include <restjwt/auth/key_schedule.hpp>
#include <restjwt/json.hpp>

namespace restjwt::cli::keys {

/// A key among the others, now. All must outlive it.
class Description {
 public:
  Description(const auth::KeySchedule& schedule, const auth::ScheduledKey& key,
              const auth::RotationRules& rules, TimePoint now)
      : schedule_(schedule),
        key_(key),
        rules_(rules),
        now_(now),
        state_(schedule.state(key, now)) {}

  /// "next", "active", "retiring", "retired", and "verifying" for a key that never signs.
  std::string_view state() const;
  TimePoint since() const;
  /// When it may begin to sign, or will.
  std::optional<TimePoint> may_sign_from() const;
  /// What comes next and when, as half a sentence; "-" when nothing does.
  std::string outlook() const;
  /// "ES256, active since 2026-11-24 12:00:00 UTC; signs until another key does"
  std::string summary() const;
  /// kid, algorithm, state and all instants.
  Json to_json() const;

 private:
  bool only_verifies() const;
  std::string outlook_of_next() const;
  std::string outlook_of_retiring() const;

  const auth::KeySchedule& schedule_;
  const auth::ScheduledKey& key_;
  const auth::RotationRules& rules_;
  TimePoint now_;
  auth::KeyState state_;
};

}  // namespace restjwt::cli::keys
