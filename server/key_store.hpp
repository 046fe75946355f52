#pragma once
// The keys that take turns, as [keys] of the configuration has them.

#include <memory>
#include <optional>
#include <string>

#include <restjwt/auth/key_schedule.hpp>

#include "server/config.hpp"

namespace restjwt::server {

/// Throws auth::StoreError when there is no [keys], or its passphrase cannot be read; the keys
/// themselves are not read yet.
std::unique_ptr<auth::KeyStore> open_key_store(const Config& config);

/// The kept keys, as a start of the server needs them.
struct KeptKeys {
  std::unique_ptr<auth::KeyStore> store{};
  std::string version{};  ///< from before the keys were read
  auth::KeySchedule schedule{};
};
/// The problem, naming the setting, its value and what was expected, when they cannot be read or
/// there are none.
Result<KeptKeys, ConfigProblem> read_kept_keys(const Config& config);

/// Why a server could not start with the kept keys at that instant; nothing where it could.
std::optional<ConfigProblem> find_key_problem(const Config& config, TimePoint now);

/// What rotating and retiring observe under these settings. A minute is added to the life of
/// tokens, in which servers learn of a change and clocks that differ reach it.
auth::RotationRules rotation_rules(const Config& config);

}  // namespace restjwt::server
