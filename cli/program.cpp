#include "program.hpp"

namespace restjwt::cli {

CLI::App& Program::add_noun(CLI::App& parent, const std::string& name,
                            const std::string& description) {
  auto& noun = *parent.add_subcommand(name, description);
  noun.require_subcommand(1);
  return noun;
}

CLI::App& Program::add_command(CLI::App& noun, const std::string& name,
                               const std::string& description, const std::string& example,
                               std::function<int(const Arguments&)> action, Takes takes) {
  auto& command = *noun.add_subcommand(name, description);
  if (takes.config)
    add_value(command, "--config", arguments.config, "FILE",
              "the configuration; ./restjwt.toml where it exists");
  if (takes.database)
    add_value(command, "--database", arguments.database, "URL", "sqlite:FILE or postgresql://…");
  command.footer("Example: " + example +
                 "\nExit code: 0 done, 1 refused or failed, 2 wrong usage or configuration.");
  command.callback([this, action = std::move(action)] { run = action; });
  return command;
}

void Program::add_json_flag(CLI::App& command) {
  command.add_flag("--json", arguments.json, "print JSON, for programs");
}

CLI::Option& Program::add_value(CLI::App& command, const std::string& option, std::string& value,
                                const std::string& type, const std::string& description) {
  auto refuse_empty = [](const std::string& text) { return text.empty() ? "is empty" : ""; };
  return *command.add_option(option, value, description)->type_name(type)->check(refuse_empty, "");
}

}  // namespace restjwt::cli
