#include <sys/prctl.h>
#include <sys/resource.h>

#include <iostream>
#include <stdexcept>
#include <vector>

#include "program.hpp"
#include "server/config_nearest.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

// Secrets live in this process; a core file would keep them.
void forbid_core_dumps() {
  constexpr rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

const CLI::App* chosen(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

std::string did_you_mean(const CLI::App& command, const std::string& word) {
  std::vector<std::string> names;
  if (word.starts_with("-"))
    for (const auto* option : command.get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  else
    for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(sub->get_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = server::nearest(word, views);
  return near.empty() ? "" : "; did you mean " + std::string(near) + "?";
}

std::string usage_message(const CLI::App& app, const CLI::App& command,
                          const CLI::ParseError& error) {
  const auto extras = app.remaining(true);
  if (extras.empty()) {
    if (command.get_subcommands([](const CLI::App*) { return true; }).empty()) return error.what();
    return "a command is missing";
  }
  const bool option = extras.front().starts_with("-");
  if (option && command.get_option_no_throw(extras.front()))
    return extras.front() + " belongs behind the words of the command";
  const bool leaf = command.get_subcommands([](const CLI::App*) { return true; }).empty();
  const std::string kind = option ? "unknown option "
                           : leaf ? "too many words: "
                                  : "unknown command ";
  return kind + extras.front() + did_you_mean(command, extras.front());
}

int refuse_usage(const Program& program, const CLI::ParseError& error) {
  const CLI::App& command = *chosen(&program.app);
  std::string path;
  for (const CLI::App* app = &command; app; app = app->get_parent())
    path = app->get_name() + (path.empty() ? "" : " " + path);
  complain(usage_message(program.app, command, error));
  std::cerr << "Try: " << path << " --help\n";
  return wrong_usage;
}

int run(const Program& program) {
  try {
    const int code = program.run(program.arguments);
    if (std::cout.flush()) return code;
    complain("standard output cannot be written");
  } catch (const WrongConfig& wrong) {
    for (const auto& problem : wrong.problems) complain(problem.text());
    return wrong_usage;
  } catch (const WrongUsage& usage) {
    complain(usage.what());
    std::cerr << usage.example;
    return wrong_usage;
  } catch (const std::invalid_argument& setting) {  // only the database could tell it is wrong
    complain(setting.what());
    return wrong_usage;
  } catch (const std::exception& failure) {  // Refused, a failing store, a failing system
    complain(failure.what());
  }
  return refused;
}

int start(int argc, char** argv) {
  forbid_core_dumps();
  Program program;
  program.app.name("restjwt");
  program.app.set_version_flag("--version", "restjwt " RESTJWT_VERSION);
  program.app.require_subcommand(1);
  program.app.footer(
      "Example: restjwt users add admin && restjwt serve\n"
      "Exit code: 0 done, 1 refused or failed, 2 wrong usage or configuration.");
  for (const auto add : {add_serve, add_users, add_sessions, add_bans, add_audit, add_token,
                         add_keys, add_config, add_database, add_migrate})
    add(program);
  try {
    program.app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return program.app.exit(help);
  } catch (const CLI::ParseError& error) {
    return refuse_usage(program, error);
  }
  return run(program);
}

}  // namespace
}  // namespace restjwt::cli

int main(int argc, char** argv) { return restjwt::cli::start(argc, argv); }
