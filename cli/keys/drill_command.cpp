// `restjwt keys rotate --drill`: how the time-line is shown.

#include <iostream>

#include "cli/instant.hpp"
#include "cli/keys/commands.hpp"
#include "cli/keys/drill.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {
namespace {

void print(const DrillStep& step) {
  std::cout << instant_text(step.at) << "  " << printable(step.what) << '\n';
  for (const auto& [kid, state] : step.keys)
    std::cout << "    " << printable(kid) << "  " << name(state) << '\n';
  std::cout << "    unexpired tokens: " << step.unexpired << '\n';
}

}  // namespace

int drill(const Arguments& arguments) {
  const OpenKeys keys(arguments);
  Drill drill(keys.store->load(), keys.config.auth, keys.rules, keys.now);
  drill.play();
  std::cout << "On a copy, with a clock that is moved; nothing real is changed.\n";
  for (const auto& step : drill.steps()) print(step);
  for (const auto& problem : drill.problems()) complain(problem);
  if (!drill.problems().empty()) throw Refused("this change of keys would go wrong");
  std::cout << "Nobody was logged out: each of " << drill.issued()
            << " tokens was taken until it expired.\n";
  return ok;
}

}  // namespace restjwt::cli::keys
