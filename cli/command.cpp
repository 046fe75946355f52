#include "command.hpp"

#include <cstdlib>
#include <iostream>

#include "server/ownership.hpp"
#include "terminal.hpp"

namespace restjwt::cli {

server::ConfigSources sources_of(const Arguments& arguments) {
  server::ConfigSources sources;
  if (!arguments.config.empty()) sources.file = arguments.config;
  if (!arguments.database.empty()) sources.database = arguments.database;
  if (!arguments.listen.empty()) sources.listen = arguments.listen;
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  return sources;
}

server::Config read_config(const Arguments& arguments, bool need_secret) {
  auto config = server::load_config(sources_of(arguments), need_secret);
  if (!config) throw WrongConfig{config.error()};
  return *std::move(config);
}

namespace {

void check_schema(const server::Database& database) {
  if (!database.needs_schema()) return;
  const auto known = database.newest_schema_version();
  const auto found = database.schema_version();
  if (found > known)
    throw Refused("the database has schema version " + std::to_string(found) +
                  ", newer than this program, which knows " + std::to_string(known));
  if (found < known)
    throw Refused("the database has schema version " + std::to_string(found) +
                  ", older than this program needs; run: restjwt database migrate");
}

}  // namespace

OpenUsers::OpenUsers(const server::Config& config, bool create)
    : database(config, {.create = create}) {
  if (create) database.prepare();
  check_schema(database);
  store = database.users();
}

WritableUsers::WritableUsers(const server::Config& config, bool create)
    : OpenUsers(config, create) {
  if (!server::may_change_users(config, database))
    throw Refused(
        "nothing is written into this database: restjwt did not make it, and [users] "
        "write is \"nothing\"");
}

auth::User user_named(auth::UserStore& users, const std::string& name) {
  // As typed first: a table that Django did not fill may hold names that are not normalised.
  auto user = users.find_by_username(name);
  if (const auto normal = auth::normalize_username(name); !user && normal && *normal != name)
    user = users.find_by_username(*normal);
  if (user) user = users.find_by_id(user->id);  // with all that belongs to it
  if (user) return *std::move(user);
  throw Refused("there is no user named " + printable(name));
}

void require_yes(const Arguments& arguments, const std::string& question,
                 const std::string& nothing) {
  if (arguments.yes) return;
  if (!stdin_is_terminal()) throw WrongUsage("no terminal to ask for a yes; say it with --yes");
  if (!ask_yes_no(question)) throw Refused(nothing);
}

void print_json(const Json& value) {
  std::cout << to_text_indented(value, JsonStyle::ascii, 2) << '\n';
}

void complain(std::string_view message) {
  std::cout.flush();  // so that both streams in one terminal keep their order
  std::cerr << "restjwt: " << printable(message) << '\n';
}

}  // namespace restjwt::cli
