#pragma once
// All keys in use: which one signs when, which ones verify what, which ones are published. Never
// changed once it is made: other keys are another ring.

#include <memory>
#include <optional>
#include <vector>

#include <restjwt/auth/key_schedule.hpp>
#include <restjwt/auth/published_keys.hpp>
#include <restjwt/jose/key_set.hpp>
#include <restjwt/jose/validation.hpp>

#include "auth/settings_keys.hpp"

namespace restjwt::auth {

class KeyRing {
 public:
  KeyRing(const SettingsKeys& keys, const Settings& settings);
  /// The keys of the schedule sign, those of the settings still verify.
  KeyRing(const SettingsKeys& keys, const Settings& settings, const KeySchedule& schedule);

  bool can_sign(TimePoint now) const;
  /// Whether a key that is retired in that schedule is still in use here.
  bool has_retired_of(const KeySchedule& schedule) const;
  /// Throws StoreError where no key signs at that instant.
  const jose::SigningKey& signing(TimePoint now) const;
  const jose::KeySet& verification() const noexcept { return verification_; }
  /// What is demanded of a token that these keys verify.
  const jose::Validation& rules() const noexcept { return rules_; }
  const std::shared_ptr<const PublishedKeys>& published() const noexcept { return published_; }

 private:
  const jose::SigningKey* find_signing(TimePoint now) const;

  std::optional<jose::SigningKey> own_{};
  std::optional<KeySchedule> schedule_{};
  std::vector<jose::SigningKey> turns_{};
  jose::KeySet verification_;
  jose::Validation rules_;
  std::shared_ptr<const PublishedKeys> published_;
};

}  // namespace restjwt::auth
