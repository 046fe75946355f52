#include <iostream>

#include "open_service.hpp"
#include "program.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

constexpr std::size_t most_listed = 100'000;
constexpr auto administrator = "restjwt bans";

/// The store of a server; what another process has in memory nobody else can see.
struct OpenBans {
  explicit OpenBans(const server::Config& config) : users(config) {
    if (!users.database.keeps_sessions()) throw Refused(no_sessions);
    store = users.database.throttle();
  }
  OpenUsers users;
  std::unique_ptr<auth::ThrottleStore> store{};
};

/// The user's name, his id when he is gone, or nothing for a name that nobody has.
std::string name_of(auth::UserStore& users, const std::string& account) {
  const auto id = auth::user_of_account(account);
  if (!id) return {};
  const auto user = users.find_by_id(*id);
  return user ? user->username : "#" + to_text(id->to_json());
}

const char* kind_of(const auth::Ban& ban) {
  if (ban.bucket.account.empty()) return "address";
  return auth::user_of_account(ban.bucket.account) ? "user" : "unknown name";
}

int list(const Arguments& arguments) {
  OpenBans open(read_config(arguments, false));
  Json::Array all;
  for (const auto& ban : open.store->bans(system_clock()(), most_listed)) {
    const auto name = name_of(*open.users.store, ban.bucket.account);
    if (arguments.json) {
      const auto text = [](const std::string& given) {
        return given.empty() ? Json() : Json(given);
      };
      all.push_back(Json::object({{"kind", kind_of(ban)},
                                  {"user", text(name)},
                                  {"address", text(ban.bucket.address)},
                                  {"until", rfc3339(ban.until)},
                                  {"failures", std::int64_t{ban.failures}}}));
      continue;
    }
    const auto shown = [](const std::string& given) {
      return given.empty() ? "-" : printable(given);
    };
    std::cout << kind_of(ban) << '\t' << shown(name) << '\t' << shown(ban.bucket.address) << '\t'
              << rfc3339(ban.until) << '\t' << ban.failures << '\n';
  }
  if (arguments.json) print_json(all);
  return ok;
}

/// Whose bans are meant, and how the audit log says it. A name goes before an address.
std::pair<auth::ThrottleBucket, auth::AuditEvent> meant(auth::UserStore& users,
                                                        const Arguments& arguments) {
  auth::AuditEvent event{.name = "ban_lifted", .at = system_clock()(), .by = administrator};
  if (arguments.all) {
    event.reason = "all";
    return {{}, event};
  }
  if (const auto user = users.find_by_username(arguments.name)) {
    event.user = user->username;
    return {{auth::account_of(user->id), ""}, event};
  }
  // An IPv6 network as it is listed, or any address in it.
  const auto address = auth::counted_address(arguments.name.substr(0, arguments.name.find('/')));
  if (address.empty())
    throw Refused(arguments.name + " is neither a user nor an address that can be banned");
  event.client.address = address;
  return {{"", address}, event};
}

int lift(const Arguments& arguments) {
  if (arguments.all != arguments.name.empty())
    throw WrongUsage("expected a user, an address, or --all", "Example: restjwt bans lift admin\n");
  OpenBans open(read_config(arguments, false));
  const auto [whose, event] = meant(*open.users.store, arguments);
  const auto count = open.store->lift(whose, event.at, event);
  if (count == 0 && !arguments.all)
    throw Refused(arguments.name + " is not banned; see: restjwt bans list");
  std::cout << count << (count == 1 ? " ban" : " bans") << " lifted\n";
  return ok;
}

}  // namespace

void add_bans(Program& program) {
  auto& arguments = program.arguments;
  auto& noun = program.add_noun("bans", "Who has failed to log in too often");
  program.add_json_flag(program.add_command(
      noun, "list",
      "The bans in force: user, address or unknown name; the user; the address; until when; how "
      "many failures",
      "restjwt bans list", list));
  auto& lift_command =
      program.add_command(noun, "lift", "End the bans of a user, of an address, or all of them",
                          "restjwt bans lift admin", lift);
  lift_command.add_option("name", arguments.name, "the user's name, or an address");
  lift_command.add_flag("--all", arguments.all, "every ban, and what was counted");
}

}  // namespace restjwt::cli
