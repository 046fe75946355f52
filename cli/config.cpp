#include <algorithm>
#include <iostream>

#include "program.hpp"
#include "server/key_store.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

Json to_json(const std::vector<server::ConfigProblem>& problems) {
  Json::Array list;
  for (const auto& problem : problems)
    list.push_back(Json::object(
        {{"where", problem.where}, {"key", problem.key}, {"message", problem.message}}));
  return list;
}

int check(const Arguments& arguments) {
  const auto config = server::load_config(sources_of(arguments), true);
  auto problems = config ? std::vector<server::ConfigProblem>() : config.error();
  if (config && config->keys.are_kept())
    if (auto problem = server::find_key_problem(*config, system_clock()()))
      problems.push_back(*std::move(problem));
  const auto warnings = config ? config->warnings : std::vector<std::string>();
  if (arguments.json) {
    Json::Array texts(warnings.begin(), warnings.end());
    print_json(Json::object({{"problems", to_json(problems)}, {"warnings", std::move(texts)}}));
    return problems.empty() ? ok : wrong_usage;
  }
  if (!problems.empty()) throw WrongConfig{problems};
  for (const auto& warning : warnings) complain("warning: " + warning);
  std::cout << "the configuration is good\n";
  return ok;
}

int show(const Arguments& arguments) {
  const auto config = read_config(arguments, false);
  if (arguments.json) {
    Json::Array list;
    for (const auto& origin : config.origins)
      list.push_back(
          Json::object({{"key", origin.key}, {"value", origin.value}, {"source", origin.source}}));
    print_json(list);
    return ok;
  }
  for (const auto& origin : config.origins)
    std::cout << origin.key << " = " << printable(origin.value) << "  # "
              << printable(origin.source) << '\n';
  return ok;
}

}  // namespace

void add_config(Program& program) {
  auto& noun = program.add_noun("config", "What the program was told");
  program.add_json_flag(program.add_command(noun, "check",
                                            "Find everything that is wrong with the configuration",
                                            "restjwt config check --config restjwt.toml", check));
  program.add_json_flag(program.add_command(
      noun, "show", "Print the effective values, secrets masked, and where each came from",
      "restjwt config show --json", show));
}

}  // namespace restjwt::cli
