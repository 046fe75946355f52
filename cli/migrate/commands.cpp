#include "cli/migrate/commands.hpp"

#include "cli/program.hpp"

namespace restjwt::cli {
namespace {

void add_settings(Program& program, CLI::App& command, std::string& file) {
  program
      .add_value(command, "--settings", file, "FILE",
                 "what `migrate django snippet` printed in the Django project")
      .required();
  program.add_json_flag(command);
}

void add_plan(Program& program, CLI::App& django) {
  const auto given = std::make_shared<migrate::PlanArguments>();
  auto& command = program.add_command(
      django, "plan", "Say what a move would change, reading only, and write the restjwt.toml",
      "restjwt migrate django plan --settings django.json --output restjwt.toml",
      [given](const Arguments& arguments) { return migrate::plan(arguments, *given); },
      {.config = false});
  add_settings(program, command, given->settings);
  program.add_value(command, "--output", given->output, "FILE",
                    "the configuration to write; a file that is there is not overwritten");
  command.footer(command.get_footer() + "\nAlso 1: something of the site cannot be mapped.");
}

void add_shadow(Program& program, CLI::App& django) {
  const auto given = std::make_shared<migrate::ShadowArguments>();
  auto& command = program.add_command(
      django, "shadow", "Answer beside the old endpoint and print where the answers differ",
      "restjwt migrate django shadow --against http://127.0.0.1:8001 --requests requests.jsonl",
      [given](const Arguments& arguments) { return migrate::shadow(arguments, *given); });
  program.add_value(command, "--against", given->against, "URL", "the old endpoint").required();
  auto& requests = program.add_value(command, "--requests", given->requests, "FILE",
                                     "recorded requests, one JSON object a line");
  program
      .add_value(command, "--listen", given->listen, "H:P",
                 "pass through what comes here (loopback), in place of a file")
      .excludes(&requests);
  program.add_value(command, "--seconds", given->seconds, "N", "stop listening after so long");
  program.add_json_flag(command);
}

void add_rollback_check(Program& program, CLI::App& django) {
  const auto settings = std::make_shared<std::string>();
  auto& command = program.add_command(
      django, "rollback-check", "Show that users and tokens made meanwhile are good for Django",
      "restjwt migrate django rollback-check --settings django.json --config restjwt.toml",
      [settings](const Arguments& arguments) {
        return migrate::rollback_check(arguments, *settings);
      });
  add_settings(program, command, *settings);
}

}  // namespace

void add_migrate(Program& program) {
  auto& noun = program.add_noun(program.app, "migrate", "Move here from another system");
  auto& django =
      program.add_noun(noun, "django", "From djangorestframework-jwt or drf-jwt, and back");
  program.add_command(django, "snippet", "Print a Python program that dumps the site's settings",
                      "restjwt migrate django snippet > snippet.py", migrate::snippet,
                      {.config = false, .database = false});
  add_plan(program, django);
  add_shadow(program, django);
  add_rollback_check(program, django);
}

}  // namespace restjwt::cli
