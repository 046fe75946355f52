// Keys and profiles that a UserTable names: User::secret_key and User::profile_id.

#include <gmock/gmock.h>

#include "storage/custom_database.hpp"

namespace restjwt::storage {
namespace {

using auth::StoreError;
using auth::UserId;
using testing::ThrowsMessage;

const std::string uuid = "12345678-9abc-4def-8123-456789abcdef";
const std::string hex = "123456789abc4def8123456789abcdef";

const UserTable uuid_table{.name = "accounts_uuiduser", .username = "login"};
const UserTable keyed_table{.name = "accounts_keyeduser", .secret_key_column = "jwt_secret"};

const std::string small_table =
    "CREATE TABLE people (id integer PRIMARY KEY, username text UNIQUE, password text)";

class UserTableStatements : public testing::Test {
 protected:
  std::unique_ptr<auth::UserStore> open(UserTable users) {
    database_.emplace(custom_.options(std::move(users)));
    return database_->users();
  }
  std::string refusal_of(UserTable users) {
    try {
      open(std::move(users));
      return "";
    } catch (const StoreError& error) {
      return error.what();
    }
  }
  void add_jp() {
    custom_.execute("INSERT INTO accounts_uuiduser VALUES ('!', NULL, '" + hex + "', 'jp', 1)");
  }
  UserTable with_secret(const std::string& sql) {
    auto users = uuid_table;
    users.secret_key_sql = sql;
    return users;
  }
  UserTable with_profile(const std::string& sql) {
    auto users = uuid_table;
    users.profile_id_sql = sql;
    return users;
  }

  CustomDatabase custom_{django_custom_tables()};
  std::optional<SqliteDatabase> database_{};
};

TEST_F(UserTableStatements, ASecretKeyMayBeAColumn) {
  custom_.execute("INSERT INTO accounts_keyeduser VALUES (1, '!', NULL, 'ada', '" + hex +
                  "'), (2, '!', NULL, 'bob', 'no uuid')");
  const auto users = open(keyed_table);
  EXPECT_EQ(users->find_by_id(1)->secret_key.reveal(), uuid) << "as str(uuid) in Python";
  EXPECT_EQ(users->find_by_username("bob")->secret_key.reveal(), "no uuid");
  EXPECT_EQ(users->list({}, 1).front().secret_key.reveal(), uuid);
}

TEST_F(UserTableStatements, ASecretKeyInAnotherColumnIsTakenAsItIs) {
  CustomDatabase custom(small_table +
                        "; ALTER TABLE people ADD k varchar(32); "
                        "INSERT INTO people VALUES (1, 'ada', '!', '" +
                        hex + "'), (2, 'bob', '!', NULL)");
  auto database = custom.open({.name = "people", .secret_key_column = "k"});
  EXPECT_EQ(database.users()->find_by_id(1)->secret_key.reveal(), hex);
  EXPECT_TRUE(database.users()->find_by_id(2)->secret_key.empty());
}

TEST_F(UserTableStatements, ASecretKeyColumnMustBeThere) {
  EXPECT_EQ(refusal_of({.name = "accounts_keyeduser", .secret_key_column = "key"}),
            "the table accounts_keyeduser has no column key");
}

TEST_F(UserTableStatements, ASecretKeyMayComeFromAStatement) {
  add_jp();
  custom_.execute("INSERT INTO accounts_profile VALUES (5, 'key of jp', '" + hex + "')");
  const auto users = open(with_secret("SELECT secret FROM accounts_profile WHERE user_id = ?"));
  EXPECT_EQ(users->find_by_id(UserId(uuid))->secret_key.reveal(), "key of jp");
  const auto ada = users->add({.username = "ada"});
  EXPECT_TRUE(users->find_by_id(ada->id)->secret_key.empty()) << "there is no row";
}

// It costs time that would tell, before any password is right, who has an account.
TEST_F(UserTableStatements, AreNotAskedForWhoeverKnowsOnlyAName) {
  add_jp();
  const auto users = open(with_secret("SELECT abs(-9223372036854775807 - 1) WHERE ?1 > ''"));
  EXPECT_TRUE(users->find_by_username("jp"));
  EXPECT_EQ(users->list({}, 10).size(), 1u);
  EXPECT_THROW(users->find_by_id(UserId(uuid)), StoreError);
}

TEST_F(UserTableStatements, ASecretKeyThatIsNoTextIsNone) {
  add_jp();
  for (const auto* sql : {"SELECT 7 WHERE ?1 > ''", "SELECT x'00' WHERE ?1 > ''"})
    EXPECT_TRUE(open(with_secret(sql))->find_by_id(UserId(uuid))->secret_key.empty()) << sql;
}

TEST_F(UserTableStatements, AProfileIdIsWhatItsStatementSays) {
  add_jp();
  custom_.execute("INSERT INTO accounts_profile VALUES (5, '', '" + hex + "')");
  const auto users = open(with_profile("SELECT id FROM accounts_profile WHERE user_id = ?"));
  EXPECT_EQ(users->find_by_id(UserId(uuid))->profile_id, Json(5));
  EXPECT_EQ(users->find_by_id(users->add({.username = "ada"})->id)->profile_id, Json());
}

TEST_F(UserTableStatements, TwoWaysToASecretKeyAreOneTooMany) {
  auto users = keyed_table;
  users.secret_key_sql = "SELECT ?1";
  EXPECT_EQ(refusal_of(users),
            "there are secret_key_column and secret_key_sql; it can be one of them only");
}

TEST_F(UserTableStatements, StatementsThatCannotBeUsedAreRefusedByName) {
  EXPECT_EQ(refusal_of(with_secret("SELECT 1")),
            "secret_key_sql: the statement must have exactly one parameter, the user's id");
  EXPECT_EQ(refusal_of(with_secret("SELECT ?1; SELECT ?1")),
            "secret_key_sql: there is more than one statement");
  EXPECT_EQ(refusal_of(with_profile("SELECT uid FROM accounts_profile WHERE user_id = ?")),
            "profile_id_sql: no such column: uid");
  EXPECT_EQ(refusal_of(with_profile("DELETE FROM accounts_profile WHERE id = ?")),
            "profile_id_sql: not authorized");
}

TEST_F(UserTableStatements, StatementsMayNotReadPasswords) {
  EXPECT_EQ(refusal_of(with_secret("SELECT password FROM accounts_uuiduser WHERE id = ?")),
            "secret_key_sql: access to accounts_uuiduser.password is prohibited");
  EXPECT_EQ(refusal_of(with_profile("SELECT password FROM accounts_uuiduser WHERE id = ?")),
            "profile_id_sql: access to accounts_uuiduser.password is prohibited");
}

TEST_F(UserTableStatements, AStatementWithoutAnEndIsStopped) {
  add_jp();
  const std::string endless =
      "WITH RECURSIVE n (i) AS (SELECT length(?1) UNION ALL SELECT i + 1 FROM n) "
      "SELECT max(i) FROM n";
  EXPECT_THAT([&] { open(with_profile(endless))->find_by_id(UserId(uuid)); },
              ThrowsMessage<StoreError>("interrupted"));
}

}  // namespace
}  // namespace restjwt::storage
