#pragma once
// How a command is declared. The only header that knows the command-line library.

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "command.hpp"

namespace restjwt::cli {

/// What a command takes by itself.
struct Takes {
  bool config = true;
  bool database = true;
};

/// The program's command line. The command that was chosen is left in `run`.
struct Program {
  CLI::App app{"JSON Web Token authentication for REST APIs"};
  Arguments arguments{};
  std::function<int(const Arguments&)> run{};

  /// A word that stands before others, behind `parent`.
  CLI::App& add_noun(CLI::App& parent, const std::string& name, const std::string& description);
  CLI::App& add_noun(const std::string& name, const std::string& description) {
    return add_noun(app, name, description);
  }
  /// A command: --config, --database and --help with the example come by themselves.
  CLI::App& add_command(CLI::App& noun, const std::string& name, const std::string& description,
                        const std::string& example, std::function<int(const Arguments&)> action,
                        Takes takes = {});
  void add_json_flag(CLI::App& command);
  /// An option with a value, which may not be empty: an unset variable of a script must not turn
  /// `--database "$DB"` into the default.
  CLI::Option& add_value(CLI::App& command, const std::string& option, std::string& value,
                         const std::string& type, const std::string& description);
};

void add_serve(Program& program);
void add_users(Program& program);
void add_token(Program& program);
void add_keys(Program& program);
void add_config(Program& program);
void add_database(Program& program);
void add_sessions(Program& program);
void add_bans(Program& program);
void add_audit(Program& program);
void add_migrate(Program& program);

}  // namespace restjwt::cli
