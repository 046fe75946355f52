// What a store does with tables of other shapes than auth_user.

#include <gmock/gmock.h>

#include "storage/custom_database.hpp"

namespace restjwt::storage {
namespace {

using auth::StoreError;
using auth::UserId;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::string uuid = "12345678-9abc-4def-8123-456789abcdef";
const std::string hex = "123456789abc4def8123456789abcdef";

const UserTable uuid_table{.name = "accounts_uuiduser", .username = "login"};

const std::string small_table =
    "CREATE TABLE people (id integer PRIMARY KEY, username text UNIQUE, password text)";

class CustomUsers : public testing::Test {
 protected:
  std::unique_ptr<auth::UserStore> open(UserTable users) {
    database_.emplace(custom_.options(std::move(users)));
    return database_->users();
  }
  void add_jp() {
    custom_.execute("INSERT INTO accounts_uuiduser VALUES ('!', NULL, '" + hex + "', 'jp', 1)");
  }

  CustomDatabase custom_{django_custom_tables()};
  std::optional<SqliteDatabase> database_{};
};

TEST_F(CustomUsers, AUuidIsFoundHoweverItIsWritten) {
  add_jp();
  const auto users = open(uuid_table);
  for (const auto& id : {uuid, hex, "{" + uuid + "}", "urn:uuid:" + uuid,
                         std::string("12345678-9ABC-4DEF-8123-456789ABCDEF")}) {
    const auto found = users->find_by_id(UserId(id));
    ASSERT_TRUE(found) << id;
    EXPECT_EQ(found->id, UserId(uuid));
  }
  EXPECT_FALSE(users->find_by_id(UserId("1" + uuid)));
  EXPECT_FALSE(users->find_by_id(UserId("jp")));
  EXPECT_FALSE(users->find_by_id(UserId(1)));
}

TEST_F(CustomUsers, AUuidThatWeMakeIsOfVersion4AndStoredAsDjangoStoresIt) {
  const auto users = open(uuid_table);
  const auto id = users->add({.username = "ada"})->id.text();
  EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                        "[0-9a-f]{12}"));
  const auto stored = database_->claim_query("SELECT ?1 || length(id) FROM accounts_uuiduser");
  auto digits = id;
  std::erase(digits, '-');
  EXPECT_EQ((*stored)(UserId(id)), Json(digits + "32"));
}

TEST_F(CustomUsers, AClaimQueryGetsTheIdAsTheTableKeepsIt) {
  add_jp();
  open(uuid_table);
  const auto query = database_->claim_query("SELECT login FROM accounts_uuiduser WHERE id = ?");
  EXPECT_EQ((*query)(UserId(uuid)), Json("jp"));
  EXPECT_EQ((*query)(UserId(7)), Json());
}

TEST_F(CustomUsers, AClaimQueryMayNotReadTheConfiguredPasswordColumn) {
  CustomDatabase custom(
      "CREATE TABLE people (id integer PRIMARY KEY, username text UNIQUE, pw text, password text)");
  auto database = custom.open({.name = "people", .password = "pw"});
  for (const auto* sql :
       {"SELECT pw FROM people WHERE id = ?", "SELECT PW FROM PEOPLE WHERE id = ?"})
    EXPECT_EQ(database.claim_query(sql).error(), "access to people.pw is prohibited") << sql;
  EXPECT_TRUE(database.claim_query("SELECT password FROM people WHERE id = ?"));
  custom.execute("CREATE TABLE auth_user (id integer, password text)");
  EXPECT_EQ(database.claim_query("SELECT password FROM auth_user WHERE id = ?").error(),
            "access to auth_user.password is prohibited");
}

TEST_F(CustomUsers, AClaimQueryNeedsTheTableOfUsers) {
  auto database = custom_.open({.name = "people"});
  EXPECT_THAT([&] { (void)database.claim_query("SELECT ?1"); },
              ThrowsMessage<StoreError>("the database has no table people"));
}

TEST_F(CustomUsers, WithoutAnEmailColumnThereIsNoEmail) {
  EXPECT_EQ(open(uuid_table)->add({.username = "ada", .email = "a@b"})->email, std::nullopt);
}

TEST_F(CustomUsers, AnEmailThatIsNullIsEmpty) {
  CustomDatabase custom(small_table +
                        "; ALTER TABLE people ADD email text; "
                        "INSERT INTO people VALUES (1, 'ada', '!', NULL)");
  auto database = custom.open({.name = "people"});
  EXPECT_EQ(database.users()->find_by_id(1)->email, "");
}

TEST_F(CustomUsers, AnEmptyNameHidesAColumnOfDjangosName) {
  UserTable users{.name = "accounts_emailuser", .username = "email", .email = ""};
  EXPECT_EQ(open(users)->add({.username = "a@b"})->email, std::nullopt);
  users.email.reset();
  EXPECT_EQ(open(users)->find_by_username("a@b")->email, "a@b");
}

TEST_F(CustomUsers, WithoutAColumnEveryoneIsActiveAndNobodyCanBeSwitchedOff) {
  const CustomDatabase custom(small_table);
  auto database = custom.open({.name = "people"});
  const auto users = database.users();
  const auto ada = users->add({.username = "ada"}).value();
  EXPECT_TRUE(ada.is_active);
  const std::string reason = "the table people has no column that says who is active";
  EXPECT_THAT([&] { users->set_active(ada.id, false); }, ThrowsMessage<StoreError>(reason));
  EXPECT_THAT([&] { users->add({.username = "bob", .is_active = false}); },
              ThrowsMessage<StoreError>(reason));
  EXPECT_FALSE(users->find_by_username("bob"));
}

TEST_F(CustomUsers, NamesAreComparedExactlyWhereTheColumnIsNot) {
  CustomDatabase custom(
      "CREATE TABLE people (id integer PRIMARY KEY, username text COLLATE NOCASE UNIQUE, "
      "password text)");
  auto database = custom.open({.name = "people"});
  const auto users = database.users();
  users->add({.username = "ada"});
  EXPECT_TRUE(users->find_by_username("ada"));
  EXPECT_FALSE(users->find_by_username("Ada"));
  EXPECT_FALSE(users->add({.username = "Ada"}));
}

TEST_F(CustomUsers, OfNamesThatTheColumnTakesForOneEachFindsItsUser) {
  CustomDatabase custom(
      "CREATE TABLE people (id integer PRIMARY KEY, username text COLLATE NOCASE, password text);"
      "CREATE UNIQUE INDEX names ON people (username COLLATE BINARY);"
      "INSERT INTO people VALUES (1, 'ada', ''), (2, 'Ada', '')");
  auto database = custom.open({.name = "people"});
  EXPECT_EQ(database.users()->find_by_username("ada")->id, UserId(1));
  EXPECT_EQ(database.users()->find_by_username("Ada")->id, UserId(2));
}

TEST_F(CustomUsers, ANameThatIsNullMatchesNothing) {
  CustomDatabase custom(small_table + "; INSERT INTO people VALUES (1, NULL, '!')");
  auto database = custom.open({.name = "people"});
  EXPECT_FALSE(database.users()->find_by_username(""));
  EXPECT_FALSE(database.users()->find_by_id(1)) << "no token could say who it is";
}

TEST_F(CustomUsers, AnIdThatIsNoNumberIsAnErrorAndNobodyElse) {
  for (const auto* id : {"'5x'", "5.5", "x'35'", "NULL"}) {
    CustomDatabase custom(
        "CREATE TABLE people (id bigint UNIQUE, username text UNIQUE, password "
        "text); INSERT INTO people VALUES (5, 'root', '!'), (" +
        std::string(id) + ", 'mallory', '!')");
    auto database = custom.open({.name = "people"});
    const auto users = database.users();
    EXPECT_THROW(users->find_by_username("mallory"), StoreError) << id;
    EXPECT_EQ(users->find_by_id(5)->username, "root") << id;
  }
}

TEST_F(CustomUsers, AColumnWithASecretCanBeNothingElse) {
  CustomDatabase custom(small_table + "; ALTER TABLE people ADD k text");
  EXPECT_THROW(custom.open({.name = "people", .email = "password"}).users(), StoreError);
  EXPECT_THROW(custom.open({.name = "people", .email = "k", .secret_key_column = "k"}).users(),
               StoreError);
  EXPECT_TRUE(custom.open({.name = "people", .secret_key_column = "password"}).users());
}

TEST_F(CustomUsers, AFileThatWasReplacedIsNotServedAnyMore) {
  CustomDatabase custom(small_table + "; INSERT INTO people VALUES (1, 'ada', '!')");
  auto database = custom.open({.name = "people"});
  const auto users = database.users();
  EXPECT_NO_THROW(users->change_counter());
  const auto backup = custom.file().string() + ".backup";
  std::filesystem::copy_file(custom.file(), backup);
  std::filesystem::rename(backup, custom.file());
  EXPECT_THROW(users->change_counter(), StoreError);
  EXPECT_THROW(users->find_by_id(1), StoreError);
  EXPECT_THROW(users->ping(), StoreError);
}

TEST_F(CustomUsers, AColumnThatIsDroppedMeanwhileIsAnErrorNotAText) {
  CustomDatabase custom(small_table + "; INSERT INTO people VALUES (1, 'ada', '!')");
  auto database = custom.open({.name = "people"});
  const auto users = database.users();
  EXPECT_TRUE(users->find_by_username("ada"));
  custom.execute("ALTER TABLE people RENAME username TO login");
  EXPECT_THROW(users->find_by_username("username"), StoreError);
}

TEST_F(CustomUsers, ATextIdIsTakenAsItIs) {
  CustomDatabase custom(
      "CREATE TABLE people (id varchar(36) PRIMARY KEY, username text UNIQUE, password text);"
      "INSERT INTO people VALUES ('X-1', 'ada', ''), ('7', 'bob', '')");
  auto database = custom.open({.name = "people"});
  const auto users = database.users();
  EXPECT_EQ(users->find_by_id(UserId("X-1"))->username, "ada");
  EXPECT_FALSE(users->find_by_id(UserId("x-1")));
  EXPECT_FALSE(users->find_by_id(UserId(7)));
}

TEST_F(CustomUsers, AColumnThatOnlyItsOwnerCanFillIsNamedWhenAUserIsAdded) {
  const CustomDatabase custom(
      "CREATE TABLE people (id integer PRIMARY KEY, username text UNIQUE, password text,"
      " city text NOT NULL DEFAULT '', pet text, phone text NOT NULL)");
  auto database = custom.open({.name = "people"});
  const auto users = database.users();
  EXPECT_THAT([&] { users->add({.username = "ada"}); },
              ThrowsMessage<StoreError>(
                  "the table people demands a value for phone, which restjwt does not know; create "
                  "the user in its own application"));
  EXPECT_TRUE(users->list({}, 10).empty());
}

TEST_F(CustomUsers, AnIdThatTheDatabaseDoesNotCountUpIsNamedToo) {
  for (const auto* type : {"int", "bigint NOT NULL", "text"}) {
    const CustomDatabase custom(std::string("CREATE TABLE people (id ") + type +
                                " PRIMARY KEY, username text UNIQUE, password text)");
    auto database = custom.open({.name = "people"});
    EXPECT_THAT([&] { database.users()->add({.username = "ada"}); },
                ThrowsMessage<StoreError>(HasSubstr("demands a value for id")))
        << type;
  }
}

TEST_F(CustomUsers, AnotherUniqueColumnRefusesAUser) {
  const CustomDatabase custom(
      "CREATE TABLE people (id integer PRIMARY KEY, username text UNIQUE, password text,"
      " email text UNIQUE)");
  auto database = custom.open({.name = "people"});
  const auto users = database.users();
  EXPECT_TRUE(users->add({.username = "ada", .email = "a@b"}));
  EXPECT_THAT([&] { users->add({.username = "bob", .email = "a@b"}); },
              ThrowsMessage<StoreError>(
                  "a rule of the table people refuses the user; another column may have to be "
                  "unique"));
  EXPECT_FALSE(users->find_by_username("bob"));
}

TEST_F(CustomUsers, AUserWhomOtherRowsReferToIsNotRemoved) {
  add_jp();
  custom_.execute("INSERT INTO accounts_profile VALUES (5, 'key', '" + hex + "')");
  const auto users = open(uuid_table);
  EXPECT_THAT(
      [&] { users->remove(UserId(uuid)); },
      ThrowsMessage<StoreError>("rows elsewhere still refer to the user; nothing was deleted"));
  EXPECT_TRUE(users->find_by_username("jp"));
  custom_.execute("DELETE FROM accounts_profile");
  EXPECT_TRUE(users->remove(UserId(uuid)));
}

}  // namespace
}  // namespace restjwt::storage
