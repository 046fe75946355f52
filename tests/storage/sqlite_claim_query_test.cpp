#include <gmock/gmock.h>
#include <restjwt/storage/sqlite.hpp>

#include "support/temporary_folder.hpp"

namespace restjwt::storage {
namespace {

using auth::StoreError;
using auth::UserId;
using testing::HasSubstr;
using testing::ThrowsMessage;

class SqliteClaimQuery : public testing::Test {
 protected:
  SqliteClaimQuery() {
    database_.migrate();
    users_ = database_.users();
    users_->add({.username = "ada", .email = "ada@example.org"});
  }

  Json claim(const std::string& sql, const UserId& id = 1) {
    return (*database_.claim_query(sql))(id);
  }
  std::string refusal(const std::string& sql) {
    const auto query = database_.claim_query(sql);
    return query ? "" : query.error();
  }

  test::TemporaryFolder folder_;
  SqliteDatabase database_{{.file = folder_.path() / "users.db", .create = true, .readers = 1}};
  std::unique_ptr<auth::UserStore> users_;
};

TEST_F(SqliteClaimQuery, ReadsTheFirstColumnOfTheUsersRow) {
  EXPECT_EQ(claim("SELECT email, username FROM auth_user WHERE id = ?"), Json("ada@example.org"));
}

TEST_F(SqliteClaimQuery, IsNullWhereThereIsNoRow) {
  EXPECT_EQ(claim("SELECT email FROM auth_user WHERE id = ?", 2), Json());
}

TEST_F(SqliteClaimQuery, KeepsTheKindOfTheValue) {
  EXPECT_EQ(claim("SELECT ?1 + 41"), Json(42));
  EXPECT_EQ(claim("SELECT ?1 + 0.5"), Json(1.5));
  EXPECT_EQ(claim("SELECT 'role' || ?1"), Json("role1"));
  EXPECT_EQ(claim("SELECT nullif(?1, 1)"), Json());
}

TEST_F(SqliteClaimQuery, BindsANumberAsANumber) {
  EXPECT_EQ(claim("SELECT typeof(?1)"), Json("integer"));
}

TEST_F(SqliteClaimQuery, IsNullForAnIdThatTheTableCannotHold) {
  EXPECT_EQ(claim("SELECT typeof(?1) || ?1", UserId("7c9e")), Json());
}

TEST_F(SqliteClaimQuery, TakesOneParameterUsedTwice) {
  EXPECT_EQ(claim("SELECT :id + :id"), Json(2));
}

TEST_F(SqliteClaimQuery, TakesAClosingSemicolonAndAComment) {
  EXPECT_EQ(claim("SELECT ?1; -- the id\n"), Json(1));
}

TEST_F(SqliteClaimQuery, SeesWhatWasWrittenSince) {
  const auto query = database_.claim_query("SELECT count(*) + ?1 FROM auth_user");
  EXPECT_EQ((*query)(1), Json(2));
  users_->add({.username = "bob"});
  EXPECT_EQ((*query)(1), Json(3));
}

TEST_F(SqliteClaimQuery, RefusesTwoStatements) {
  EXPECT_EQ(refusal("SELECT ?1; SELECT ?1"), "there is more than one statement");
  EXPECT_EQ(refusal("SELECT ?1; DELETE FROM auth_user"), "there is more than one statement");
}

TEST_F(SqliteClaimQuery, RefusesNoStatement) {
  EXPECT_EQ(refusal(""), "there is no statement");
  EXPECT_EQ(refusal("-- SELECT ?1"), "there is no statement");
}

TEST_F(SqliteClaimQuery, RefusesOtherThanOneParameter) {
  const std::string reason = "the statement must have exactly one parameter, the user's id";
  EXPECT_EQ(refusal("SELECT 1"), reason);
  EXPECT_EQ(refusal("SELECT ? + ?"), reason);
  EXPECT_EQ(refusal("SELECT ?2"), reason);
}

TEST_F(SqliteClaimQuery, RefusesToReadAPasswordHoweverItIsAsked) {
  for (const auto* sql : {"SELECT password FROM auth_user WHERE id = ?",
                          "SELECT substr(u.PassWord, 1) FROM auth_user u WHERE id = ?",
                          "SELECT (SELECT password FROM auth_user) WHERE ?",
                          "SELECT 1 FROM auth_user WHERE id = ? AND password > ''"})
    EXPECT_THAT(refusal(sql), testing::HasSubstr("password")) << sql;
  // The connections themselves go on reading it.
  EXPECT_EQ(users_->find_by_id(1)->password, users_->list({}, 1).front().password);
}

TEST_F(SqliteClaimQuery, RefusesEverythingButASelect) {
  for (const auto* sql :
       {"UPDATE auth_user SET is_superuser = 1 WHERE id = ?", "DELETE FROM auth_user WHERE id = ?",
        "INSERT INTO auth_user (id) VALUES (?)", "ATTACH DATABASE ? AS other",
        "UPDATE auth_user SET email = '' WHERE id = ? RETURNING id", "PRAGMA user_version", "BEGIN",
        "VACUUM INTO ?", "CREATE TEMP TABLE t AS SELECT ?1"})
    EXPECT_THAT(refusal(sql), testing::AnyOf("not authorized", "the statement is not a SELECT"))
        << sql;
}

TEST_F(SqliteClaimQuery, SaysWhatIsWrongWithAStatement) {
  EXPECT_THAT(refusal("SELECT colour FROM auth_user WHERE id = ?"), HasSubstr("no such column"));
  EXPECT_THAT(refusal("SELEKT ?"), HasSubstr("syntax error"));
}

TEST_F(SqliteClaimQuery, RefusesAValueThatNoClaimCanHold) {
  EXPECT_THAT([&] { claim("SELECT x'00ff' WHERE ?1"); },
              ThrowsMessage<StoreError>("a claim's value is a BLOB"));
  EXPECT_THAT([&] { claim("SELECT CAST(x'ff' AS text) WHERE ?1"); },
              ThrowsMessage<StoreError>("a claim's value is not UTF-8 text"));
  EXPECT_THAT([&] { claim("SELECT ?1 * 9e999"); },
              ThrowsMessage<StoreError>("a claim's value is infinite"));
}

TEST_F(SqliteClaimQuery, AQueryWithoutAnEndIsStoppedAndTheConnectionGoesOn) {
  EXPECT_THAT(
      [&] {
        claim(
            "WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT max(i) FROM n");
      },
      ThrowsMessage<StoreError>("interrupted"));
  EXPECT_EQ(claim("SELECT ?1"), Json(1));
  EXPECT_TRUE(users_->find_by_username("ada"));
}

}  // namespace
}  // namespace restjwt::storage
