// Databases that Django made: its table gets a trigger and is otherwise left as it is, and what
// Django changes ends sessions too.

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "storage/postgres_database.hpp"

namespace restjwt::storage {
namespace {

using auth::Fingerprint;
using auth::Opening;
using auth::Revocation;
using auth::StoreError;
using auth::UserId;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

std::string django_schema() {
  std::ifstream in("data/auth_user.postgresql.sql");
  return {std::istreambuf_iterator<char>(in), {}};
}

class ForeignPostgresTest : public testing::Test {
 protected:
  ForeignPostgresTest() {
    home_.execute(django_schema());
    home_.execute(
        "INSERT INTO auth_user (password, last_login, is_superuser, username, first_name, "
        "last_name, email, is_staff, is_active, date_joined) VALUES ('!', "
        "'2015-01-01 01:00:00+01', true, 'admin', 'A', 'D', 'admin@example.org', true, true, "
        "'2014-01-01 00:00:00.123456+00')");
  }
  std::vector<Revocation> log() { return database_.revocations()->read(0, 100); }

  test::PostgresTestDatabase home_{};
  PostgresDatabase database_{{.url = home_.url()}};
};

TEST_F(ForeignPostgresTest, IsNotOursAlsoWithOurTablesInIt) {
  EXPECT_FALSE(database_.is_ours());
  EXPECT_EQ(database_.migrate(), PostgresDatabase::newest_schema_version() - 1);
  EXPECT_EQ(database_.schema_version(), PostgresDatabase::newest_schema_version());
  EXPECT_FALSE(database_.is_ours());
  EXPECT_EQ(database_.migrate(), 0u);
}

TEST_F(ForeignPostgresTest, ItsTableKeepsItsColumnsAndIndexes) {
  const std::string columns =
      "SELECT string_agg(format('%s %s %s', attname, format_type(atttypid, atttypmod), "
      "attnotnull), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'auth_user'::regclass";
  const std::string indexes =
      "SELECT string_agg(indexdef, ',' ORDER BY indexname) FROM pg_indexes "
      "WHERE tablename = 'auth_user'";
  const auto before = home_.value(columns) + home_.value(indexes);
  database_.migrate();
  EXPECT_EQ(home_.value(columns) + home_.value(indexes), before);
}

TEST_F(ForeignPostgresTest, ItsUsersAreRead) {
  database_.migrate();
  const auto admin = database_.users()->find_by_username("admin");
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->id, UserId(1));
  EXPECT_EQ(admin->email, "admin@example.org");
  EXPECT_TRUE(admin->is_staff);
  EXPECT_EQ(admin->date_joined, "2014-01-01 00:00:00.123456");
  EXPECT_EQ(admin->last_login, "2015-01-01 00:00:00");
}

TEST_F(ForeignPostgresTest, OurTableIsDjangosColumnForColumn) {
  const std::string description =
      "SELECT string_agg(format('%s %s %s', attname, format_type(atttypid, atttypmod), "
      "attnotnull), ',' ORDER BY attname) FROM pg_attribute "
      "WHERE attrelid = 'auth_user'::regclass AND attnum > 0";
  const test::PostgresTestDatabase ours;
  PostgresDatabase({.url = ours.url()}).migrate();
  EXPECT_EQ(ours.value(description), home_.value(description));
}

TEST_F(ForeignPostgresTest, APasswordThatDjangoChangesEndsTheSessions) {
  database_.migrate();
  const auth::Session session{.id = Fingerprint::of({"a"}), .user = UserId(1)};
  ASSERT_EQ(database_.sessions()->open(session, "!").outcome, Opening::Outcome::opened);
  home_.execute("UPDATE auth_user SET password = '!second' WHERE id = 1");
  ASSERT_THAT(log(), SizeIs(1));
  EXPECT_EQ(log()[0].user, UserId(1));
  EXPECT_THAT(database_.sessions()->list(UserId(1), {}, 10), IsEmpty());
}

TEST_F(ForeignPostgresTest, AUserWhomDjangoDisablesOrDeletesHasNoSessions) {
  database_.migrate();
  home_.execute("UPDATE auth_user SET is_active = false");
  EXPECT_THAT(log(), SizeIs(1));
  home_.execute("DELETE FROM auth_user");
  EXPECT_THAT(log(), SizeIs(2));
}

TEST_F(ForeignPostgresTest, ALoginAtDjangoEndsNothing) {
  database_.migrate();
  home_.execute("UPDATE auth_user SET last_login = now(), password = password");
  EXPECT_THAT(log(), IsEmpty());
}

TEST_F(ForeignPostgresTest, AnEmptiedTableOfUsersEndsEverySession) {
  database_.migrate();
  const auto users = database_.users();
  const auto before = users->change_counter();
  const auto now = system_clock()();
  database_.sessions()->open(
      {.id = Fingerprint::of({"a"}), .user = UserId(1), .created = now, .last_seen = now}, "");
  home_.execute("TRUNCATE auth_user CASCADE");  // as Django's "flush"
  EXPECT_NE(users->change_counter(), before);
  const auto ended = database_.revocations()->read(0, 10);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].kind, auth::Revocation::Kind::everyone);
  EXPECT_GE(ended[0].not_before, now);
  home_.execute("DROP TRIGGER restjwt_users_truncated ON auth_user");
  EXPECT_THROW(users->change_counter(), StoreError);
}

TEST_F(ForeignPostgresTest, ChangesOfUsersAreInTheAuditLogAndALoginAtDjangoIsNone) {
  database_.migrate();
  const auto users = database_.users();
  const auto before = users->change_counter();
  home_.execute("UPDATE auth_user SET last_login = now()");
  EXPECT_EQ(users->change_counter(), before);
  home_.execute("UPDATE auth_user SET password = '!second'");
  home_.execute("DELETE FROM auth_user");
  EXPECT_NE(users->change_counter(), before);
  const auto lines = database_.audit()->read_audit(0, 10);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(*parse_json(lines[0].text).value().find("event"), Json("user_changed"));
  EXPECT_EQ(*parse_json(lines[1].text).value().find("event"), Json("user_deleted"));
  EXPECT_EQ(*parse_json(lines[1].text).value().find("user_id"), Json("1"));
}

TEST_F(ForeignPostgresTest, AChangeThatDjangoTakesBackEndsNothing) {
  database_.migrate();
  home_.execute("BEGIN; UPDATE auth_user SET password = '!second'; ROLLBACK");
  EXPECT_THAT(log(), IsEmpty());
}

TEST_F(ForeignPostgresTest, DjangosRoleNeedsNoRightsOnOurTables) {
  database_.migrate();
  home_.execute("CREATE ROLE django; GRANT SELECT, UPDATE ON auth_user TO django");
  home_.execute("SET ROLE django; UPDATE auth_user SET password = '!second'");
  EXPECT_THAT(log(), SizeIs(1));
  EXPECT_THROW(home_.execute("SET ROLE django; SELECT restjwt_append('everyone', NULL, 0, NULL)"),
               std::runtime_error);
  home_.execute("DROP OWNED BY django; DROP ROLE django");
}

TEST_F(ForeignPostgresTest, OurTablesAreFoundWhereverDjangoLooks) {
  database_.migrate();
  home_.execute(
      "CREATE SCHEMA elsewhere; CREATE TEMP TABLE restjwt_log (number int, history int); "
      "SET search_path = elsewhere; UPDATE public.auth_user SET password = '!second'");
  EXPECT_THAT(log(), SizeIs(1));
}

TEST_F(ForeignPostgresTest, AUserTableOfAnotherNameWithUuidsIsTakenToo) {
  home_.execute(
      "CREATE TABLE \"Accounts\" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "
      "\"log?in\" varchar(50) UNIQUE NOT NULL, password varchar(128) NOT NULL, email text NOT "
      "NULL)");
  PostgresDatabase database(
      {.url = home_.url(), .users = {.name = "Accounts", .username = "log?in"}});
  database.migrate();
  const auto ada = database.users()->add({.username = "ada", .password = "!"}).value().id;
  EXPECT_FALSE(ada.is_number());
  const auth::Session session{.id = Fingerprint::of({"a"}), .user = ada};
  EXPECT_EQ(database.sessions()->open(session, "!").outcome, Opening::Outcome::opened);
  EXPECT_EQ(database.sessions()->list(ada, {}, 1).at(0).user, ada);
  home_.execute("UPDATE \"Accounts\" SET password = '!second'");
  const auto entries = database.revocations()->read(0, 10);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].user, ada);
}

TEST_F(ForeignPostgresTest, WithoutItsTriggerATableOfUsersIsRefused) {
  database_.migrate();
  const auto users = database_.users();
  database_.sessions()->open({.id = auth::Fingerprint::of({"a"}), .user = UserId(1)}, "");
  home_.execute("ALTER TABLE auth_user DISABLE TRIGGER restjwt_user_changed");
  EXPECT_THROW(users->change_counter(), StoreError) << "a server that runs notices, too";
  EXPECT_THAT(
      [&] { database_.revocations(); },
      ThrowsMessage<StoreError>("restjwt's trigger on the table auth_user is switched off"));
  home_.execute("DROP TRIGGER restjwt_user_changed ON auth_user");
  EXPECT_THAT([&] { database_.revocations(); },
              ThrowsMessage<StoreError>(HasSubstr("has no trigger of restjwt")));
  database_.migrate();
  EXPECT_NO_THROW(users->change_counter());
  const auto ended = database_.revocations()->read(0, 10);
  ASSERT_EQ(ended.size(), 1u) << "whose password was changed meanwhile nobody can tell";
  EXPECT_EQ(ended[0].kind, auth::Revocation::Kind::everyone);
}

TEST_F(ForeignPostgresTest, AColumnThatDjangoAltersMeanwhileDoesNotStopUsForLong) {
  database_.migrate();
  const auto users = database_.users();
  EXPECT_TRUE(users->find_by_username("admin"));
  home_.execute("ALTER TABLE auth_user ALTER first_name TYPE varchar(200)");
  EXPECT_TRUE(eventually([&] {
    try {
      return users->find_by_username("admin").has_value();
    } catch (const StoreError&) {
      return false;
    }
  }));
}

}  // namespace
}  // namespace restjwt::storage
