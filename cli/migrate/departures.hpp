#pragma once
// Where restjwt answers otherwise than the release did, on purpose: the table of departures
// (BEHAVIOUR.md §9) in the words of somebody whose clients will meet them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/profile.hpp>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {

struct Departure {
  /// The row of the table of departures; 0: what a replacement of Django cannot have.
  unsigned row = 0;
  bool in_1_0_1 = false;
  bool in_1_11_0 = false;
  bool in_drf_jwt = false;
  /// The setting without which nobody meets it; empty: everybody may.
  std::string_view setting{};
  /// Whether ordinary, honest clients may meet it, and not only attackers and accidents.
  bool is_common = false;
  std::string_view sentence{};

  bool concerns(auth::Profile profile) const;
};

std::span<const Departure> departures();
/// Those that this site's clients can meet.
std::vector<Departure> departures_for(const DjangoSite& site, const Release& release);

}  // namespace restjwt::cli::migrate
