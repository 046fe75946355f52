#pragma once
// The commands behind `restjwt migrate django`. Each is a file of this folder.

#include <string>

#include "cli/command.hpp"

namespace restjwt::cli::migrate {

struct PlanArguments {
  std::string settings{};  ///< the dump that `snippet` made
  std::string output{};    ///< the restjwt.toml to write; empty: none
};

struct ShadowArguments {
  std::string against{};   ///< the URL of the old endpoint
  std::string requests{};  ///< a file of recorded requests
  std::string listen{};    ///< H:P; passes through what comes there, in place of the file
  std::string seconds{};   ///< how long it listens; empty: until a signal
};

/// Prints the program that dumps a Django site's settings.
int snippet(const Arguments& arguments);
/// 0 when everything is mapped, 1 when something is not.
int plan(const Arguments& arguments, const PlanArguments& plan);
/// 0 when Django could take over at once, 1 when it could not.
int rollback_check(const Arguments& arguments, const std::string& settings);
int shadow(const Arguments& arguments, const ShadowArguments& shadow);

}  // namespace restjwt::cli::migrate
