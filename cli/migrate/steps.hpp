#pragma once
// What to do next, in order, with the commands.

#include <string>
#include <vector>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {

struct Step {
  std::string what{};
  std::vector<std::string> commands{};  ///< lines for a shell, or for nginx
};

/// The names of files as they stand on the command line of `plan`.
struct PlanFiles {
  std::string dump{};
  std::string config{};
};

std::vector<Step> next_steps(const DjangoSite& site, const Mapping& mapping,
                             const PlanFiles& files);

}  // namespace restjwt::cli::migrate
