#include <iostream>

#include <restjwt/auth/password.hpp>
#include <restjwt/random.hpp>
#include <restjwt/unicode.hpp>

#include "command.hpp"
#include "terminal.hpp"
#include "users.hpp"

namespace restjwt::cli {
namespace {

auth::User from_arguments(const Arguments& arguments) {
  const auto username = auth::normalize_username(arguments.name);
  if (!username) throw Refused("the name is not UTF-8");
  if (username->empty()) throw Refused("the name is empty");
  if (first_invalid_utf8(arguments.email) != arguments.email.size())
    throw Refused("the e-mail address is not UTF-8");
  auth::User user;
  user.username = *username;
  user.email = auth::normalize_email(arguments.email);
  user.is_active = !arguments.inactive;
  user.is_staff = arguments.staff;
  user.is_superuser = arguments.superuser;
  return user;
}

}  // namespace

int add_user(const Arguments& arguments) {
  const auto config = read_config(arguments, false);
  auto user = from_arguments(arguments);
  WritableUsers users(config, true);
  const Refused taken("there is already a user named " + printable(user.username));
  if (users.store->find_by_username(user.username)) throw taken;

  user.password = arguments.unusable_password ? auth::make_unusable_password(system_random())
                                              : encoded_new_password(arguments, config, users);
  const auto added = users.store->add(user);
  if (!added) throw taken;
  if (arguments.json) print_json(to_json(*added));
  else std::cout << "added user " << printable(added->username) << '\n';
  return ok;
}

}  // namespace restjwt::cli
