#include "program.hpp"

namespace restjwt::cli {

CLI::App& Program::add_noun(const std::string& name, const std::string& description) {
  auto& noun = *app.add_subcommand(name, description);
  noun.require_subcommand(1);
  return noun;
}

CLI::App& Program::add_command(CLI::App& noun, const std::string& name,
                               const std::string& description, const std::string& example,
                               std::function<int(const Arguments&)> action) {
  auto& command = *noun.add_subcommand(name, description);
  command
      .add_option("--config", arguments.config, "the configuration; ./restjwt.toml where it exists")
      ->type_name("FILE");
  command.add_option("--database", arguments.database, "such as sqlite:restjwt.db")
      ->type_name("URL");
  command.footer("Example: " + example +
                 "\nExit code: 0 done, 1 refused or failed, 2 wrong usage or configuration.");
  command.callback([this, action = std::move(action)] { run = action; });
  return command;
}

void Program::add_json_flag(CLI::App& command) {
  command.add_flag("--json", arguments.json, "print JSON, for programs");
}

}  // namespace restjwt::cli
