// What a UserTable may say of a table, and what is refused.

#include <gtest/gtest.h>

#include "storage/custom_database.hpp"

namespace restjwt::storage {
namespace {

using auth::StoreError;

const std::string small_table =
    "CREATE TABLE people (id integer PRIMARY KEY, username text UNIQUE, password text)";

/// Why the table cannot be used; empty when it can.
std::string refusal(const std::string& script, UserTable users) {
  const CustomDatabase custom(script);
  try {
    custom.open(std::move(users)).users();
    return "";
  } catch (const StoreError& error) {
    return error.what();
  }
}

std::string refusal_of_people(const std::string& columns) {
  return refusal("CREATE TABLE people (" + columns + ")", {.name = "people"});
}

TEST(UserTable, TheTableMustBeThere) {
  EXPECT_EQ(refusal(small_table, {.name = "people"}), "");
  EXPECT_EQ(refusal(small_table, {.name = "accounts_user"}),
            "the database has no table accounts_user");
  EXPECT_EQ(refusal(small_table, {.name = "People"}), "the database has no table People");
  EXPECT_EQ(refusal(small_table, {.name = ""}), "the database has no table ");
}

TEST(UserTable, AViewIsNoTable) {
  EXPECT_EQ(refusal(small_table + "; CREATE VIEW shown AS SELECT * FROM people", {.name = "shown"}),
            "the database has no table shown");
}

TEST(UserTable, IdNameAndPasswordMustBeThere) {
  EXPECT_EQ(refusal(small_table, {.name = "people", .id = "uid"}),
            "the table people has no column uid");
  EXPECT_EQ(refusal(small_table, {.name = "people", .username = "login"}),
            "the table people has no column login");
  EXPECT_EQ(refusal(small_table, {.name = "people", .password = "hash"}),
            "the table people has no column hash");
}

TEST(UserTable, AnOptionalColumnThatIsNamedMustBeThere) {
  for (const auto member : {&UserTable::is_active, &UserTable::email, &UserTable::first_name,
                            &UserTable::last_name, &UserTable::is_staff, &UserTable::is_superuser,
                            &UserTable::date_joined, &UserTable::last_login}) {
    UserTable users{.name = "people"};
    users.*member = "enabled";
    EXPECT_EQ(refusal(small_table, users), "the table people has no column enabled");
    users.*member = "";
    EXPECT_EQ(refusal(small_table, users), "");
  }
}

TEST(UserTable, ANameIsNeverSql) {
  for (const auto* name :
       {"password\", \"password", "password --", "1", "count(*)", "\"password\""})
    EXPECT_EQ(refusal(small_table, {.name = "people", .email = name}),
              std::string("the table people has no column ") + name);
}

TEST(UserTable, ANameThatTwoUsersCouldShareIsRefused) {
  const std::string reason =
      "the column username of the table people is not unique: two users could share a name";
  const std::string columns = "id integer PRIMARY KEY, password text, username text";
  EXPECT_EQ(refusal_of_people(columns), reason);
  EXPECT_EQ(refusal_of_people(columns + ", tenant int, UNIQUE (username, tenant)"), reason);
  EXPECT_EQ(refusal("CREATE TABLE people (" + columns +
                        ", gone bool); CREATE UNIQUE INDEX living ON people (username) "
                        "WHERE NOT gone; CREATE UNIQUE INDEX low ON people (lower(username))",
                    {.name = "people"}),
            reason);
  EXPECT_EQ(refusal_of_people("id integer UNIQUE, password text, username text, tenant int, "
                              "PRIMARY KEY (username, tenant)"),
            reason);
}

TEST(UserTable, ANameMayBeUniqueInSeveralWays) {
  const std::string columns = "password text, username text";
  EXPECT_EQ(refusal_of_people("id integer PRIMARY KEY, " + columns + ", UNIQUE (username)"), "");
  EXPECT_EQ(refusal_of_people("id integer UNIQUE, " + columns + ", PRIMARY KEY (username)"), "");
  EXPECT_EQ(refusal("CREATE TABLE people (id integer PRIMARY KEY, " + columns +
                        "); CREATE UNIQUE INDEX names ON people (username)",
                    {.name = "people"}),
            "");
}

TEST(UserTable, AnIdThatTwoUsersCouldShareIsRefused) {
  EXPECT_EQ(refusal_of_people("id integer, username text UNIQUE, password text"),
            "the column id of the table people is not unique: two users could share an id");
}

TEST(UserTable, AnIdOfAStrangeTypeIsRefused) {
  EXPECT_EQ(
      refusal_of_people("id decimal(9) PRIMARY KEY, username text UNIQUE, password text"),
      "the column id of the table people is declared decimal(9); an id is an integer, a UUID or "
      "text");
  EXPECT_EQ(refusal_of_people("id PRIMARY KEY, username text UNIQUE, password text"),
            "the column id of the table people is declared without a type; an id is an integer, a "
            "UUID or text");
}

}  // namespace
}  // namespace restjwt::storage
