#pragma once
// The keys of [JWT_AUTH] on their way into the key store, so that tokens from before go on
// verifying.

#include <restjwt/auth/key_schedule.hpp>
#include <restjwt/auth/settings.hpp>

namespace restjwt::cli::keys {

/// Each has a kid: the settings' own, or the thumbprint. Throws Refused, naming the setting, where
/// none signs or one cannot be used.
auth::SettingsJwks keys_of_settings(const auth::Settings& settings);

/// The schedule with a key that has signed until now. It goes on signing where no key does; where
/// one signs, it counts as its predecessor and waits for its last token to expire.
auth::KeySchedule::Changed taken_over(const auth::KeySchedule& before, const jose::Jwk& key,
                                      jose::Algorithm algorithm, TimePoint now,
                                      const auth::RotationRules& rules);

}  // namespace restjwt::cli::keys
