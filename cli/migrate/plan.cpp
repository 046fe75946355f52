#include <filesystem>
#include <iostream>
#include <tuple>

#include <restjwt/storage/postgres.hpp>
#include <restjwt/storage/sqlite.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/plan_report.hpp"
#include "cli/new_file.hpp"

namespace restjwt::cli::migrate {
namespace {

DjangoSite read_arguments(const Arguments& arguments, const PlanArguments& plan) {
  auto site = read_site_file(plan.settings);
  if (arguments.database.empty()) return site;
  const auto config = server::parse_config("", std::filesystem::current_path(),
                                           {.database = arguments.database}, false);
  if (!config) throw WrongUsage("--database: " + config.error().front().message);
  const bool is_file = config->database_url.empty();
  site.engine = is_file ? "sqlite3" : "postgresql";
  site.database_file = is_file ? std::filesystem::absolute(config->database_file).string() : "";
  site.database_url = std::string(config->database_url.reveal());
  return site;
}

/// Opens, reads and closes: nothing is written, as the functions called only read.
void count_users(PlanFacts& facts) {
  const auto& [url, file] = std::tie(facts.site.database_url, facts.site.database_file);
  const auto take = [&](auto&& database) {
    facts.census = take_census(*database.users(), facts.site);
  };
  const auto table = user_table(facts.site.user);
  const bool is_sqlite = facts.site.engine.ends_with("sqlite3") && !file.empty();
  try {
    if (!url.empty()) take(storage::PostgresDatabase({.url = url, .users = table}));
    else if (is_sqlite)
      take(
          storage::SqliteDatabase({.file = file, .read_only = true, .readers = 1, .users = table}));
    else
      facts.census_problem =
          "The database is none that can be read here; --database names another.";
  } catch (const auth::StoreError& failure) {
    facts.census_problem =
        (url.empty() ? file : url) + ": " + failure.what() +
        (url.empty() ? ". Run plan where the file is, or name a copy with --database."
                     : ". Run plan again behind `restjwt database migrate`, with PGPASSWORD or "
                       "PGPASSFILE set.");
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
