#include <gmock/gmock.h>

#include "storage/postgres_database.hpp"

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::Fingerprint;
using auth::Revocation;

class PostgresListenerTest : public testing::Test {
 protected:
  PostgresListenerTest() {
    database_.migrate();
    ada_ = users().add({.username = "ada", .password = "!first"}).value().id;
    EXPECT_TRUE(listener_.wait(10s).from_now_on);
  }
  auth::UserStore& users() {
    if (!users_) users_ = database_.users();
    return *users_;
  }

  test::PostgresTestDatabase home_{};
  PostgresDatabase database_{{.url = home_.url()}};
  std::unique_ptr<auth::UserStore> users_{};
  auth::UserId ada_{};
  PostgresListener listener_{{.url = home_.url()}};
};

TEST_F(PostgresListenerTest, HearsNothingWhileNobodyWrites) {
  EXPECT_FALSE(listener_.wait(0ms));
  EXPECT_TRUE(listener_.is_connected());
}

TEST_F(PostgresListenerTest, HearsOfARevocation) {
  const auto revocation = Revocation::of_token(Fingerprint::of({"a"}), {});
  database_.revocations()->append({&revocation, 1});
  const auto heard = listener_.wait(10s);
  EXPECT_TRUE(heard.revocations);
  EXPECT_FALSE(heard.users);
  EXPECT_FALSE(heard.from_now_on);
}

TEST_F(PostgresListenerTest, HearsOfAPasswordThatDjangoChanges) {
  home_.execute("UPDATE auth_user SET password = '!second'");
  const auto heard = listener_.wait(10s);
  EXPECT_TRUE(heard.revocations);
  EXPECT_TRUE(heard.users);
}

TEST_F(PostgresListenerTest, HearsOfABetterHashAsAChangeOfAUserOnly) {
  users().replace_password(ada_, "!first", "!better");
  const auto heard = listener_.wait(10s);
  EXPECT_FALSE(heard.revocations);
  EXPECT_TRUE(heard.users);
}

TEST_F(PostgresListenerTest, HearsOfAnyChangeOfAUser) {
  for (const auto* change : {"UPDATE auth_user SET email = 'ada@example.org'",
                             "INSERT INTO auth_user VALUES (77, '', NULL, false, 'bob', '', '', "
                             "'', false, true, now())"}) {
    home_.execute(change);
    EXPECT_TRUE(listener_.wait(10s).users) << change;
  }
}

TEST_F(PostgresListenerTest, TellsWhenItMayHaveMissedSomething) {
  home_.execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN restjwt'");
  PostgresListener::Heard heard;
  EXPECT_TRUE(eventually([&] { return bool(heard = listener_.wait(100ms)); }));
  EXPECT_TRUE(heard.from_now_on);
  EXPECT_TRUE(listener_.is_connected());
}

TEST(PostgresListener, WithoutADatabaseItHearsNothingAndDoesNotThrow) {
  PostgresListener listener({.url = "postgresql://127.0.0.1:1/none"});
  EXPECT_FALSE(listener.wait(10ms));
  EXPECT_FALSE(listener.is_connected());
}

}  // namespace
}  // namespace restjwt::storage
