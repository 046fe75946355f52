#pragma once
// What the commands about keys share: the configured store, and how it says no.

#include <functional>
#include <memory>
#include <string>

#include <restjwt/auth/key_schedule.hpp>

#include "cli/command.hpp"

namespace restjwt::cli::keys {

/// The store that the configuration names. Throws WrongUsage where it names none.
struct OpenKeys {
  explicit OpenKeys(const Arguments& arguments);

  /// Writes the change, and gives the keys as they are then. Throws Refused with the reason. `now`
  /// is the instant of the change from when `change` is called.
  auth::KeySchedule change(
      const std::function<auth::KeySchedule::Changed(const auth::KeySchedule&)>& change);

  server::Config config;
  std::unique_ptr<auth::KeyStore> store;
  auth::RotationRules rules;
  TimePoint now = system_clock()();
};

/// Throws Refused, naming the nearest, when there is none of that name.
const auth::ScheduledKey& key_named(const auth::KeySchedule& schedule, const std::string& kid);

/// Why a change of this schedule was refused, and until when.
std::string refusal_text(const auth::KeyRefusal& refusal, const auth::KeySchedule& schedule,
                         TimePoint now);

/// Throws WrongUsage, naming the nearest, when it is none of ours.
jose::Algorithm algorithm_of(const std::string& name);

/// A new key whose kid, its thumbprint, can be typed: none that looks like an option.
jose::Jwk make_key(jose::Algorithm algorithm);

/// What a rotation makes: a key for the algorithm that signs now; ES256 where nothing does.
jose::Jwk make_successor(const auth::KeySchedule& schedule, TimePoint now);

}  // namespace restjwt::cli::keys
