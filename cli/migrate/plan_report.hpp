#pragma once
// The plan, told twice: to a person and to a program. Both say the same.

#include <optional>
#include <string>
#include <vector>

#include "cli/migrate/census.hpp"
#include "cli/migrate/departures.hpp"
#include "cli/migrate/mapping.hpp"
#include "cli/migrate/steps.hpp"

namespace restjwt::cli::migrate {

struct PlanFacts {
  DjangoSite site{};
  Mapping mapping{};
  std::optional<Census> census{};
  std::string census_problem{};  ///< why there is none
  std::vector<Departure> departures{};
  std::vector<Step> steps{};
  bool is_complete() const { return mapping.is_complete() && census && census->all_tests_passed(); }
};

std::string plan_text(const PlanFacts& facts);
Json plan_json(const PlanFacts& facts);

}  // namespace restjwt::cli::migrate
