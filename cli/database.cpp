#include <iostream>

#include "program.hpp"

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

}  // namespace

void add_database(Program& program) {
  auto& noun = program.add_noun("database", "The database of users");
  program.add_json_flag(program.add_command(noun, "migrate", "Make it, or bring it up to date",
                                            "restjwt database migrate --database sqlite:restjwt.db",
                                            migrate));
}

}  // namespace restjwt::cli
