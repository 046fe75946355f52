#include "users.hpp"

#include <algorithm>
#include <iostream>

#include <restjwt/auth/password.hpp>
#include <restjwt/random.hpp>
#include <restjwt/unicode.hpp>

#include "program.hpp"
#include "server/ownership.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

Secret new_password(const Arguments& arguments, std::size_t longest) {
  if (arguments.password_stdin) return read_stdin_line(longest);
  if (!stdin_is_terminal())
    throw WrongUsage(
        "no terminal to ask for a password; give it on standard input with --password-stdin");
  Secret password = ask_password("Password: ");
  const Secret again = ask_password("Password (again): ");
  if (!constant_time_equal(password.reveal(), again.reveal()))
    throw Refused("the two passwords differ; nothing was changed");
  if (password.empty()) throw Refused("the password is empty; nothing was changed");
  return password;
}

std::string flags_of(const auth::User& user) {
  std::string flags = user.is_active ? "active" : "inactive";
  if (user.is_staff) flags += " staff";
  if (user.is_superuser) flags += " superuser";
  return flags;
}

std::string id_of(const auth::User& user) {
  return user.id.is_number() ? std::to_string(user.id.number()) : user.id.text();
}

int list(const Arguments& arguments) {
  OpenUsers users(read_config(arguments, false));
  Json::Array all;
  for_each_user(*users.store, [&](const auth::User& user) {
    if (arguments.json) all.push_back(to_json(user));
    else
      std::cout << printable(id_of(user)) << '\t' << printable(user.username) << '\t'
                << printable(user.email.value_or("")) << '\t' << flags_of(user) << '\n';
  });
  if (arguments.json) print_json(all);
  return ok;
}

int show(const Arguments& arguments) {
  OpenUsers users(read_config(arguments, false));
  const auto user = user_named(*users.store, arguments.name);
  if (arguments.json) {
    print_json(to_json(user));
    return ok;
  }
  const auto& cost = auth::password_cost(user.password);
  auto line = [](const char* label, const std::string& value) {
    std::cout << label << (value.empty() ? "-" : printable(value)) << '\n';
  };
  line("id:           ", id_of(user));
  line("username:     ", user.username);
  line("email:        ", user.email.value_or(""));
  line("first name:   ", user.first_name);
  line("last name:    ", user.last_name);
  line("is:           ", flags_of(user));
  line("date joined:  ", user.date_joined);
  line("last login:   ", user.last_login);
  line("password:     ", cost.empty() ? "unusable" : cost);
  return ok;
}

int passwd(const Arguments& arguments) {
  const auto config = read_config(arguments, false);
  WritableUsers users(config);
  const auto user = user_named(*users.store, arguments.name);
  if (!users.store->set_password(user.id, encoded_new_password(arguments, config, users)))
    throw Refused("the user was deleted meanwhile");
  std::cout << "changed the password of " << printable(user.username) << '\n';
  return ok;
}

int set_active(const Arguments& arguments, bool active) {
  WritableUsers users(read_config(arguments, false));
  const auto user = user_named(*users.store, arguments.name);
  if (!users.store->set_active(user.id, active)) throw Refused("the user was deleted meanwhile");
  std::cout << (active ? "enabled " : "disabled ") << printable(user.username) << '\n';
  return ok;
}

int remove(const Arguments& arguments) {
  WritableUsers users(read_config(arguments, false));
  const auto user = user_named(*users.store, arguments.name);
  require_yes(arguments, "Delete user " + user.username + " for good?", "nothing was deleted");
  if (!users.store->remove(user.id)) throw Refused("the user was deleted meanwhile");
  std::cout << "deleted " << printable(user.username) << '\n';
  return ok;
}

}  // namespace

std::string encoded_new_password(const Arguments& arguments, const server::Config& config,
                                 const OpenUsers& users) {
  const auto longest = config.auth.max_password_length;
  const Secret password = new_password(arguments, longest);
  const auto bytes = password.reveal();
  if (bytes.size() > longest)
    throw Refused("the password is longer than " + std::to_string(longest) +
                  " bytes and could never log in (max_password_length)");
  if (bytes.find('\0') != std::string_view::npos)
    throw Refused("the password holds a NUL character and could never log in");
  if (first_invalid_utf8(bytes) != bytes.size()) throw Refused("the password is not UTF-8");
  return auth::make_password(password, server::hasher_for(config, users.database, *users.store),
                             system_random());
}

Json to_json(const auth::User& user) {
  return Json::object({{"id", user.id.to_json()},
                       {"username", user.username},
                       {"email", user.email ? Json(*user.email) : Json()},
                       {"first_name", user.first_name},
                       {"last_name", user.last_name},
                       {"is_active", user.is_active},
                       {"is_staff", user.is_staff},
                       {"is_superuser", user.is_superuser},
                       {"date_joined", user.date_joined},
                       {"last_login", user.last_login.empty() ? Json() : Json(user.last_login)},
                       {"has_usable_password", auth::is_usable(user.password)}});
}

void add_users(Program& program) {
  auto& noun = program.add_noun("users", "Who can log in");
  auto& arguments = program.arguments;
  auto add = [&](const char* name, const char* description, const char* example, auto action,
                 bool named = true) -> CLI::App& {
    auto& command = program.add_command(noun, name, description, example, action);
    if (named) command.add_option("NAME", arguments.name, "the user's name")->required();
    return command;
  };
  auto add_password_stdin = [&](CLI::App& command) {
    return command.add_flag("--password-stdin", arguments.password_stdin,
                            "read the password from standard input; one trailing newline is cut");
  };

  auto& add_command = add("add", "Add a user, and make the database where there is none",
                          "restjwt users add admin --email admin@example.com --staff", add_user);
  add_command.add_option("--email", arguments.email, "e-mail address")->type_name("E");
  add_command.add_flag("--staff", arguments.staff, "sets is_staff");
  add_command.add_flag("--superuser", arguments.superuser, "sets is_superuser");
  add_command.add_flag("--inactive", arguments.inactive, "the user cannot log in until enabled");
  auto* unusable = add_command.add_flag("--unusable-password", arguments.unusable_password,
                                        "no password logs this user in");
  add_password_stdin(add_command)->excludes(unusable);
  program.add_json_flag(add_command);

  program.add_json_flag(add("list", "List all users", "restjwt users list --json", list, false));
  program.add_json_flag(add("show", "Show one user", "restjwt users show admin", show));
  add_password_stdin(add("passwd", "Change a password", "restjwt users passwd admin", passwd));
  add("enable", "Let a user log in", "restjwt users enable admin",
      [](const Arguments& given) { return set_active(given, true); });
  add("disable", "Refuse a user's logins and tokens", "restjwt users disable admin",
      [](const Arguments& given) { return set_active(given, false); });
  add("logout", "End all sessions of a user", "restjwt users logout admin", log_out_user);
  add("delete", "Delete a user for good", "restjwt users delete admin --yes", remove)
      .add_flag("--yes", arguments.yes, "do not ask");
}

}  // namespace restjwt::cli
