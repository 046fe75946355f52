#include <iostream>

#include "open_service.hpp"
#include "program.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

const auth::Actor administrator{.username = "restjwt sessions"};

std::string text_of(const std::optional<TimePoint>& instant) {
  return instant ? rfc3339(*instant) : "-";
}

int list(const Arguments& arguments) {
  OpenService open(read_config(arguments, true));
  const auto user = user_named(*open.users.store, arguments.name);
  Json::Array all;
  for (const auto& session : open.sessions().list(user.id)) {
    if (arguments.json) {
      all.push_back(to_json(session));
      continue;
    }
    std::cout << session.id.text() << '\t' << rfc3339(session.created) << '\t'
              << rfc3339(session.last_seen) << '\t' << text_of(session.idle_limit) << '\t'
              << printable(session.client.address) << '\t' << printable(session.client.user_agent)
              << '\n';
  }
  if (arguments.json) print_json(all);
  return ok;
}

int revoke(const Arguments& arguments) {
  OpenService open(read_config(arguments, true));
  const auto user = user_named(*open.users.store, arguments.name);
  const auto id = auth::Fingerprint::from_text(arguments.session);
  if (!id || !open.sessions().end(user, *id, administrator))
    throw Refused("the user " + user.username + " has no session " + arguments.session +
                  " that lives; see: restjwt sessions list " + user.username);
  std::cout << "ended; its tokens are refused from now on, by a running server within a second\n";
  return ok;
}

int revoke_all(const Arguments& arguments) {
  const auto config = read_config(arguments, false);
  OpenUsers users(config);
  const server::SessionStores stores(users.database, config);
  if (!stores.revocations) throw Refused(no_sessions);
  require_yes(arguments, "End every session of every user?", "nothing was ended");
  const auth::AuditEvent event{
      .name = "everyone_ended", .at = system_clock()(), .by = administrator.username};
  stores.revocations->begin_anew(event.at, &event);
  std::cout
      << "every session of every user has ended; a running server refuses their tokens within "
         "a second\n";
  return ok;
}

}  // namespace

int log_out_user(const Arguments& arguments) {
  OpenService open(read_config(arguments, true));
  const auto user = user_named(*open.users.store, arguments.name);
  open.sessions().end_all(user, {.username = "restjwt users logout"});
  std::cout << "every session of " << printable(user.username)
            << " has ended; a running server refuses their tokens within a second\n";
  return ok;
}

void add_sessions(Program& program) {
  auto& arguments = program.arguments;
  auto& noun = program.add_noun("sessions", "Where users are logged in");
  auto& list_command =
      program.add_command(noun, "list",
                          "The sessions of a user: id, begun, last seen, ends unless refreshed, "
                          "address, user agent",
                          "restjwt sessions list admin", list);
  list_command.add_option("name", arguments.name, "the user's name")->required();
  program.add_json_flag(list_command);
  auto& revoke_command =
      program.add_command(noun, "revoke", "End one session of a user",
                          "restjwt sessions revoke admin 4Yc0wCbgUbZqYlWfBzHq1g", revoke);
  revoke_command.add_option("name", arguments.name, "the user's name")->required();
  revoke_command.add_option("session", arguments.session, "its id")->required();
  program
      .add_command(noun, "revoke-all",
                   "End every session of every user: also when the database was restored from a "
                   "backup, which has lost what was revoked since",
                   "restjwt sessions revoke-all --yes", revoke_all)
      .add_flag("--yes", arguments.yes, "do not ask");
}

}  // namespace restjwt::cli
