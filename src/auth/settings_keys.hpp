#pragma once
// The keys of the settings, read and checked.

#include <optional>
#include <vector>

#include <restjwt/auth/settings.hpp>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/key.hpp>

namespace restjwt::auth {

struct SettingsKeys {
  std::optional<jose::SigningKey> signing{};
  std::vector<jose::VerificationKey> verifying{};
  /// Those that have a public part, each once, however many algorithms it is for.
  std::vector<jose::Jwk> published{};
};

/// What can be read; what cannot be is added to `problems`.
SettingsKeys read_settings_keys(const Settings& settings, OtherKeys others,
                                std::vector<SettingsProblem>& problems);

}  // namespace restjwt::auth
