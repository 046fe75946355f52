// A server that is not there, or not for a while; and what errors say.

#include <gmock/gmock.h>

#include "storage/postgres/pool.hpp"
#include "storage/postgres_database.hpp"

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::StoreError;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

/// On a server of their own, since it is stopped.
class PostgresOutageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<test::PostgresServer>(); }
  static void TearDownTestSuite() { server_.reset(); }

  PostgresOutageTest() {
    database_.migrate();
    users_ = database_.users();
  }
  bool answers() {
    return refusal([&] { users_->ping(); }).empty();
  }

  inline static std::unique_ptr<test::PostgresServer> server_{};
  PostgresDatabase database_{{.url = server_->url("postgres"),
                              .connections = 4,
                              .connect_timeout = 500ms,
                              .statement_timeout = 500ms}};
  std::unique_ptr<auth::UserStore> users_{};
};

TEST_F(PostgresOutageTest, AServerThatWasRestartedMeanwhileIsNotNoticed) {
  EXPECT_TRUE(answers());
  server_->stop();
  server_->start();
  EXPECT_TRUE(eventually([&] { return answers(); }));
}

TEST_F(PostgresOutageTest, AServerThatIsGoneIsAnErrorUntilItIsBack) {
  for (int i = 0; i < 3; ++i) {
    server_->stop();
    EXPECT_FALSE(answers());
    EXPECT_FALSE(answers());
    server_->start();
    EXPECT_TRUE(eventually([&] { return answers(); }));
  }
}

TEST_F(PostgresOutageTest, AServerThatCrashedIsAnErrorUntilItIsBack) {
  server_->kill();
  EXPECT_FALSE(answers());
  server_->start();
  EXPECT_TRUE(eventually([&] { return answers(); }));
}

TEST_F(PostgresOutageTest, AServerThatHangsIsAnErrorUntilItGoesOn) {
  server_->freeze();
  EXPECT_THAT(refusal([&] { users_->ping(); }), HasSubstr("no answer in time"));
  EXPECT_THAT(refusal([&] { users_->ping(); }), HasSubstr("no answer to a new connection in time"));
  server_->thaw();
  EXPECT_TRUE(eventually([&] { return answers(); }));
}

TEST_F(PostgresOutageTest, WhatWasAnsweredSurvivesACrashOfTheServer) {
  const auto sessions = database_.sessions();
  const auto ada = users_->add({.username = "ada"}).value().id;
  const auth::Session session{.id = auth::Fingerprint::of({"a"}), .user = ada};
  ASSERT_EQ(sessions->open(session, "").outcome, auth::Opening::Outcome::opened);
  server_->kill();
  server_->start();
  EXPECT_TRUE(eventually([&] { return answers(); }));
  EXPECT_EQ(sessions->list(ada, {}, 10).size(), 1u);
}

TEST_F(PostgresOutageTest, AListenerNoticesAServerThatHangsAndOneThatIsBack) {
  PostgresListener listener(
      {.url = server_->url("postgres"), .connect_timeout = 500ms, .statement_timeout = 100ms});
  EXPECT_TRUE(listener.wait(10s).from_now_on);
  server_->freeze();
  EXPECT_TRUE(eventually([&] { return !listener.wait(100ms) && !listener.is_connected(); }));
  server_->thaw();
  EXPECT_TRUE(eventually([&] { return listener.wait(100ms).from_now_on; }));
}

TEST_F(PostgresOutageTest, ARoleThatMayNotLogInIsToldSoWithoutItsPassword) {
  EXPECT_NO_THROW(
      PostgresDatabase({.url = server_->url_with_password("postgres", "right")}).users());
  PostgresDatabase wrong({.url = server_->url_with_password("postgres", "opensesame")});
  EXPECT_THAT(refusal([&] { wrong.users(); }),
              AllOf(HasSubstr("password authentication failed"), Not(HasSubstr("opensesame"))));
}

TEST(PostgresErrors, AUrlThatIsNoneIsRefusedWithoutBeingQuoted) {
  for (const auto* url : {"postgresql://ada:opensesame@[::1/x", "postgresql://ada:opensesame@h/x?y",
                          "password=opensesame nonsense", "opensesame"})
    EXPECT_THAT(refusal([&] { PostgresDatabase({.url = url}); }),
                AllOf(HasSubstr("URL"), Not(HasSubstr("opensesame"))))
        << url;
}

TEST(PostgresErrors, ADatabaseThatIsNotThereIsAnErrorWithoutThePassword) {
  PostgresDatabase database({.url = "postgresql://ada:opensesame@127.0.0.1:1/none"});
  EXPECT_THAT(refusal([&] { database.users(); }),
              AllOf(HasSubstr("127.0.0.1"), Not(HasSubstr("opensesame"))));
}

TEST(PostgresErrors, AMessageThatHasThePasswordInItIsNotPassedOn) {
  const postgres::ConnectionInfo info("postgresql://ada:none@h/x", {});
  EXPECT_EQ(info.reason("there is no table\n"), "there is no table");
  EXPECT_EQ(info.reason("there is none"), "no connection");
}

TEST(PostgresErrors, SayNeitherTheStatementNorItsValues) {
  const test::PostgresTestDatabase home;
  PostgresDatabase database({.url = home.url()});
  database.migrate();
  const auto users = database.users();
  const auto ada = users->add({.username = "ada"}).value().id;
  EXPECT_EQ(refusal([&] { users->set_password(ada, std::string(129, 'x')); }),
            "PostgreSQL: a value does not fit its column (22001)");
  home.execute("ALTER TABLE auth_user ADD CHECK (password <> '!second')");
  EXPECT_EQ(refusal([&] { users->set_password(ada, "!second"); }),
            "PostgreSQL: a rule of the schema forbids it (23514)");
}

TEST(PostgresErrors, AStatementThatTakesTooLongIsStopped) {
  const test::PostgresTestDatabase home;
  postgres::Connection connection({home.url(), {10s, 50ms, 50ms}});
  EXPECT_EQ(refusal([&] { connection.query("SELECT pg_sleep(60)"); }),
            "PostgreSQL: the statement took too long (57014)");
}

TEST(PostgresErrors, ACallerWhoGetsNoConnectionIsToldThatTheyAreInUse) {
  const test::PostgresTestDatabase home;
  postgres::Pool pool({home.url(), {10s, 10s, 50ms}}, 1);
  auto taken = pool.take();
  EXPECT_EQ(refusal([&] { pool.take(); }), "PostgreSQL: all connections are in use");
  taken.reset();
  EXPECT_NO_THROW(pool.take());
}

TEST(PostgresErrors, NobodyTriesAgainForAPauseThatGrows) {
  EXPECT_EQ(postgres::pause_after(1), 100ms);
  EXPECT_EQ(postgres::pause_after(2), 200ms);
  EXPECT_EQ(postgres::pause_after(6), 2000ms);
  EXPECT_EQ(postgres::pause_after(1000), 2000ms);
}

}  // namespace
}  // namespace restjwt::storage
