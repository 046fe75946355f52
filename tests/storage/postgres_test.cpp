#include <restjwt/storage/postgres.hpp>

#include <atomic>
#include <latch>
#include <thread>

#include <gmock/gmock.h>

#include "storage/conformance.hpp"
#include "storage/postgres_database.hpp"
#include "storage/revocation_conformance.hpp"
#include "storage/throttle_conformance.hpp"

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::StoreError;
using auth::User;
using auth::UserId;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

const auto postgres_store =
    testing::Values(StoreUnderTest{.name = "postgres",
                                   .open =
                                       [] {
                                         auto home = std::make_shared<MigratedPostgres>();
                                         return OpenStore{home, home->database.users()};
                                       },
                                   .any_name = false});
INSTANTIATE_TEST_SUITE_P(Postgres, UserStoreTest, postgres_store);
INSTANTIATE_TEST_SUITE_P(Postgres, NumberedUserStoreTest, postgres_store);

const auto postgres_database =
    testing::Values(DatabaseUnderTest{"postgres", [] {
                                        const auto home = std::make_shared<MigratedPostgres>();
                                        return all_stores(home, home->database);
                                      }});
INSTANTIATE_TEST_SUITE_P(Postgres, SessionStoreTest, postgres_database);
INSTANTIATE_TEST_SUITE_P(Postgres, RevocationLogTest, postgres_database);
INSTANTIATE_TEST_SUITE_P(Postgres, AuditLogTest, postgres_database);
INSTANTIATE_TEST_SUITE_P(Postgres, ThrottleStoreTest, postgres_database);

class PostgresTest : public testing::Test {
 protected:
  PostgresDatabase open() { return PostgresDatabase({.url = home_.url(), .connections = 2}); }

  test::PostgresTestDatabase home_{};
};

TEST_F(PostgresTest, MigratingTwiceChangesNothing) {
  auto database = open();
  EXPECT_EQ(database.schema_version(), 0u);
  EXPECT_EQ(database.migrate(), PostgresDatabase::newest_schema_version());
  EXPECT_EQ(database.schema_version(), PostgresDatabase::newest_schema_version());
  EXPECT_EQ(database.migrate(), 0u);
  EXPECT_EQ(open().migrate(), 0u);
}

TEST_F(PostgresTest, MigrationsAreNumberedAsTheirFilesAreNamed) {
  open().migrate();
  EXPECT_EQ(
      home_.value("SELECT count(*) FROM restjwt_migration WHERE version <> left(name, 4)::int"),
      "0");
}

TEST_F(PostgresTest, ProgramsThatMigrateTogetherApplyEachMigrationOnce) {
  constexpr int programs = 4;
  std::latch start(programs);
  std::atomic<unsigned> applied = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < programs; ++i)
      threads.emplace_back([&] {
        auto database = open();
        start.arrive_and_wait();
        applied += database.migrate();
      });
  }
  EXPECT_EQ(applied, PostgresDatabase::newest_schema_version());
}

TEST_F(PostgresTest, AnEmptyDatabaseIsOursAndStaysSo) {
  auto database = open();
  EXPECT_TRUE(database.is_ours());
  database.migrate();
  EXPECT_TRUE(database.is_ours());
}

TEST_F(PostgresTest, ANewerSchemaIsRefused) {
  open().migrate();
  home_.execute("INSERT INTO restjwt_migration VALUES (9999, '9999_later.sql')");
  const auto refused =
      ThrowsMessage<StoreError>(HasSubstr("schema version 9999, newer than this program"));
  EXPECT_THAT([&] { open().migrate(); }, refused);
  EXPECT_THAT([&] { open().users(); }, refused);
  EXPECT_THAT([&] { open().sessions(); }, refused);
}

TEST_F(PostgresTest, ASchemaThatIsNotMigratedYetIsRefused) {
  EXPECT_THAT([&] { open().users(); },
              ThrowsMessage<StoreError>("the database has no table auth_user"));
  open().migrate();
  home_.execute("DELETE FROM restjwt_migration WHERE version > 1");
  EXPECT_THAT([&] { open().users(); },
              ThrowsMessage<StoreError>(HasSubstr("older than this program; migrate it first")));
}

TEST_F(PostgresTest, ATableOfUsersThatIsNamedMustBeThere) {
  PostgresDatabase database({.url = home_.url(), .users = {.name = "people"}});
  EXPECT_THAT([&] { database.migrate(); },
              ThrowsMessage<StoreError>("the database has no table people"));
  EXPECT_EQ(database.schema_version(), 0u);
}

TEST_F(PostgresTest, WhatIsGrantedOrEndedIsOnDiskWhateverTheServersDefault) {
  home_.execute("ALTER DATABASE " + home_.name() + " SET synchronous_commit = off");
  open().migrate();
  home_.execute(
      "CREATE TABLE seen AS SELECT 'never' AS value; CREATE FUNCTION note() RETURNS trigger "
      "LANGUAGE plpgsql AS $$BEGIN UPDATE seen SET value = current_setting('synchronous_commit'); "
      "RETURN NULL; END$$; CREATE TRIGGER note AFTER INSERT OR UPDATE ON restjwt_session "
      "EXECUTE FUNCTION note(); CREATE TRIGGER note AFTER INSERT ON restjwt_revocation "
      "EXECUTE FUNCTION note()");
  auto database = open();
  const auto ada = database.users()->add({.username = "ada"}).value().id;
  const auth::Session session{.id = auth::Fingerprint::of({"a"}), .user = ada};
  database.sessions()->open(session, "");
  EXPECT_EQ(home_.value("SELECT value FROM seen"), "on");
  database.sessions()->note_seen({&session, 1});
  EXPECT_EQ(home_.value("SELECT value FROM seen"), "off");
  const auto revocation = auth::Revocation::of_session(session.id, {});
  database.revocations()->append({&revocation, 1});
  EXPECT_EQ(home_.value("SELECT value FROM seen"), "on");
}

TEST_F(PostgresTest, AUserNameThatNoColumnHoldsIsNobodys) {
  auto database = open();
  database.migrate();
  const auto users = database.users();
  using namespace std::string_literals;
  for (const auto& name : {"ada\0"s, "\xFF"s, std::string(151, 'x')}) {
    EXPECT_FALSE(users->find_by_username(name));
    EXPECT_THROW(users->add({.username = name}), StoreError);
  }
}

TEST_F(PostgresTest, AClientThatCallsItselfAnythingCanLogIn) {
  auto database = open();
  database.migrate();
  using namespace std::string_literals;
  const auto ada = database.users()->add({.username = "ada"}).value().id;
  auth::Session session{.id = auth::Fingerprint::of({"a"}),
                        .user = ada,
                        .client = {.address = "", .user_agent = "a\0\xFF\xE7\x94\xA8\xE7"s}};
  EXPECT_EQ(database.sessions()->open(session, "").outcome, auth::Opening::Outcome::opened);
  database.sessions()->note_seen({&session, 1});
  EXPECT_EQ(database.sessions()->list(ada, {}, 1).at(0).client.user_agent, "a??\xE7\x94\xA8?");
}

TEST_F(PostgresTest, TheAuditLogCannotBeChanged) {
  auto database = open();
  database.migrate();
  database.audit()->record({.name = "login"});
  EXPECT_THROW(home_.execute("UPDATE restjwt_audit SET line = ''"), std::runtime_error);
  EXPECT_THROW(home_.execute("DELETE FROM restjwt_audit"), std::runtime_error);
  EXPECT_THROW(home_.execute("TRUNCATE restjwt_audit"), std::runtime_error);
}

TEST_F(PostgresTest, WhoeverOpensACopyOfTheDatabaseFindsEverySessionEnded) {
  open().migrate();
  const auto position = open().revocations()->position();
  EXPECT_EQ(open().revocations()->position(), position);
  const test::PostgresTestDatabase copy(home_.name());
  PostgresDatabase database({.url = copy.url()});
  const auto log = database.revocations();
  const std::vector<std::function<void()>> four(4, [&] { log->position(); });
  run_together(four);
  EXPECT_NE(log->position().history, position.history);
  const auto ended = log->read(0, 10);
  ASSERT_EQ(ended.size(), 1u) << "once, although four have looked";
  EXPECT_EQ(ended[0].kind, auth::Revocation::Kind::everyone);
  EXPECT_EQ(database.audit()->read_audit(0, 10).size(), 1u);
}

TEST_F(PostgresTest, APoolWithoutConnectionsIsRefused) {
  EXPECT_THROW(PostgresDatabase({.url = home_.url(), .connections = 0}), std::invalid_argument);
}

TEST_F(PostgresTest, OneConnectionServesManyThreads) {
  PostgresDatabase database({.url = home_.url(),
                             .connections = 1,
                             .connect_timeout = std::chrono::seconds(60),
                             .statement_timeout = std::chrono::seconds(60),
                             .lock_timeout = std::chrono::seconds(60)});
  database.migrate();
  const auto users = database.users();
  users->add({.username = "ada"});
  std::atomic<int> found = 0;
  const std::vector<std::function<void()>> eight(8, [&] {
    for (int n = 0; n < 50; ++n) found += users->find_by_username("ada").has_value();
  });
  run_together(eight);
  EXPECT_EQ(found, 400);
  EXPECT_EQ(home_.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'restjwt' "
                        "AND datname = current_database()"),
            "1");
}

}  // namespace
}  // namespace restjwt::storage
