#pragma once
// The keys of the settings, read and checked: which one signs, which ones verify.

#include <optional>
#include <vector>

#include <restjwt/auth/settings.hpp>
#include <restjwt/jose/key.hpp>

namespace restjwt::auth {

struct KeyRing {
  std::optional<jose::SigningKey> signing{};
  std::vector<jose::VerificationKey> verification{};
};

/// What can be read; what cannot be is added to `problems`. `user_secret_keys`: HMAC keys are the
/// users' own, JWT_SECRET_KEY is not looked at for them.
KeyRing read_key_ring(const Settings& settings, bool user_secret_keys,
                      std::vector<SettingsProblem>& problems);

}  // namespace restjwt::auth
