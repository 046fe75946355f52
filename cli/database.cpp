#include <iostream>

#include "program.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

int migrate(const Arguments& arguments) {
  const auto config = read_config(arguments, false);
  server::Database database(config, {.create = true});
  const auto from = static_cast<int>(database.schema_version());
  database.migrate();
  const auto to = static_cast<int>(database.schema_version());
  if (arguments.json) print_json(Json::object({{"from", from}, {"to", to}}));
  else if (from == to) std::cout << "the schema is at version " << to << " already\n";
  else std::cout << "migrated the schema from version " << from << " to " << to << '\n';
  return ok;
}

int back_up(const Arguments& arguments) {
  const auto config = read_config(arguments, false);
  server::Database(config).back_up(arguments.file);
  std::cout << "copied the database into " << printable(arguments.file) << '\n';
  return ok;
}

}  // namespace

void add_database(Program& program) {
  auto& noun = program.add_noun("database", "The database of users");
  auto& back_up_command = program.add_command(
      noun, "backup", "Copy an SQLite database into a new file while the server runs",
      "restjwt database backup restjwt-2026-11-24.db", back_up);
  back_up_command.add_option("file", program.arguments.file, "the new file")->required();
  program.add_json_flag(program.add_command(noun, "migrate", "Make it, or bring it up to date",
                                            "restjwt database migrate --database sqlite:restjwt.db",
                                            migrate));
}

}  // namespace restjwt::cli
