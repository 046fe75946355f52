#pragma once
// How a command is declared. The only header that knows the command-line library.

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "command.hpp"

namespace restjwt::cli {

/// The program's command line. The command that was chosen is left in `run`.
struct Program {
  CLI::App app{"JSON Web Token authentication for REST APIs"};
  Arguments arguments{};
  std::function<int(const Arguments&)> run{};

  CLI::App& add_noun(const std::string& name, const std::string& description);
  /// A command: --config, --database and --help with the example come by themselves.
  CLI::App& add_command(CLI::App& noun, const std::string& name, const std::string& description,
                        const std::string& example, std::function<int(const Arguments&)> action);
  void add_json_flag(CLI::App& command);
  /// An option with a value, which may not be empty: an unset variable of a script must not turn
  /// `--database "$DB"` into the default.
  CLI::Option& add_value(CLI::App& command, const std::string& option, std::string& value,
                         const std::string& type, const std::string& description);
};

void add_serve(Program& program);
void add_users(Program& program);
void add_token(Program& program);
void add_config(Program& program);
void add_database(Program& program);

}  // namespace restjwt::cli
