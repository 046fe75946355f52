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

/// What can be read; what cannot be is added to `problems`.
KeyRing read_keys(const Settings& settings, std::vector<SettingsProblem>& problems);

}  // namespace restjwt::auth
