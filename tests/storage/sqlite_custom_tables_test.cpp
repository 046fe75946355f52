// What every UserStore promises, over tables of other shapes.

#include "storage/conformance.hpp"
#include "storage/custom_database.hpp"

namespace restjwt::storage {
namespace {

struct Home {
  Home(const std::string& script, UserTable users)
      : custom(script), database(custom.options(std::move(users))) {}
  CustomDatabase custom;
  SqliteDatabase database;
};

OpenStore open(const std::string& script, UserTable users) {
  auto home = std::make_shared<Home>(script, std::move(users));
  return {home, home->database.users()};
}

OpenStore open_uuid_users() {
  return open(django_custom_tables(), {.name = "accounts_uuiduser", .username = "login"});
}

OpenStore open_dashed_uuid_users() {
  return open(
      "CREATE TABLE users (id uuid PRIMARY KEY, username text UNIQUE, password text,"
      " is_active boolean)",
      {.name = "users"});
}

OpenStore open_email_users() {
  return open(django_custom_tables(), {.name = "accounts_emailuser", .username = "email"});
}

OpenStore open_oddly_named_users() {
  return open(
      "CREATE TABLE \"the \"\"users\"\"; --\" (\"user id\" integer PRIMARY KEY AUTOINCREMENT,"
      " \"na\"\"me\" text NOT NULL UNIQUE, \"select\" text, \"is active?\" bool, \"e-mail\" text,"
      " \"1st\" text, \"last'name\" text, \"staff, or not\" bool, \"\u00fcber\" bool,"
      " \"joined)\" text, \"login (last)\" text)",
      {.name = "the \"users\"; --",
       .id = "user id",
       .username = "na\"me",
       .password = "select",
       .is_active = "is active?",
       .email = "e-mail",
       .first_name = "1st",
       .last_name = "last'name",
       .is_staff = "staff, or not",
       .is_superuser = "\u00fcber",
       .date_joined = "joined)",
       .last_login = "login (last)"});
}

void forget_names_and_flags(auth::User& user) {
  user.first_name = user.last_name = user.date_joined = "";
  user.email.reset();
  user.is_staff = user.is_superuser = false;
}
void forget_login_too(auth::User& user) {
  forget_names_and_flags(user);
  user.last_login = "";
}
void forget_names(auth::User& user) {
  user.first_name = user.last_name = user.date_joined = "";
  user.email = user.username;
}

const StoreUnderTest uuid_users{"uuid", open_uuid_users, forget_names_and_flags};
const StoreUnderTest dashed_uuid_users{"dashed", open_dashed_uuid_users, forget_login_too};
const StoreUnderTest email_users{"email", open_email_users, forget_names};
const StoreUnderTest oddly_named_users{"odd", open_oddly_named_users};

INSTANTIATE_TEST_SUITE_P(Custom, UserStoreTest,
                         testing::Values(uuid_users, dashed_uuid_users, email_users,
                                         oddly_named_users));
INSTANTIATE_TEST_SUITE_P(Custom, NumberedUserStoreTest,
                         testing::Values(email_users, oddly_named_users));

}  // namespace
}  // namespace restjwt::storage
