#include <filesystem>
#include <iostream>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/plan_report.hpp"
#include "cli/new_file.hpp"
#include "server/database_url.hpp"

namespace restjwt::cli::migrate {
namespace {

DjangoSite read_arguments(const Arguments& arguments, const PlanArguments& plan) {
  auto site = read_site_file(plan.settings);
  if (arguments.database.empty()) return site;
  const auto url = server::read_database_url(arguments.database, std::filesystem::current_path());
  if (!url) throw WrongUsage("--database: " + url.error());
  if (url->file.empty())
    throw WrongUsage("--database: plan counts the users of an SQLite file only");
  site.engine = "sqlite3";
  site.database_file = std::filesystem::absolute(url->file).string();
  return site;
}

/// Opens, reads and closes: nothing is written, as the functions called only read.
void count_users(PlanFacts& facts) {
  if (!facts.site.engine.ends_with("sqlite3") || facts.site.database_file.empty()) {
    facts.census_problem = "The database is none that can be read here; --database names another.";
    return;
  }
  try {
    storage::SqliteDatabase database({.file = facts.site.database_file,
                                      .read_only = true,
                                      .readers = 1,
                                      .users = user_table(facts.site.user)});
    const auto users = database.users();
    facts.census = take_census(*users, facts.site);
  } catch (const auth::StoreError& failure) {
    facts.census_problem = facts.site.database_file + ": " + failure.what() +
                           ". Run plan where the file is, or name a copy with --database.";
  }
}

std::string config_text(const PlanFacts& facts, const std::string& dump) {
  return toml_file(
      {"Made by: restjwt migrate django plan --settings " + dump,
       "The names are Django's own. What is not here stands at the default of " +
           facts.mapping.release.text() + ".",
       "Keys are in files beside this one; `plan` prints the commands that make them."},
      facts.mapping.config);
}

}  // namespace

int plan(const Arguments& arguments, const PlanArguments& plan) {
  PlanFacts facts{.site = read_arguments(arguments, plan)};
  if (!plan.output.empty() && std::filesystem::exists(plan.output))
    throw Refused(plan.output + " is there already; it was not touched");
  facts.mapping = map_site(facts.site);
  count_users(facts);
  facts.departures = departures_for(facts.site, facts.mapping.release);
  facts.steps = next_steps(facts.site, facts.mapping, {plan.settings, plan.output});
  if (!plan.output.empty()) write_new_file(plan.output, config_text(facts, plan.settings));
  if (arguments.json) print_json(plan_json(facts));
  else std::cout << plan_text(facts);
  return facts.is_complete() ? ok : refused;
}

}  // namespace restjwt::cli::migrate
