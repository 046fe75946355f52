// Databases that Django made: we use them and leave their schema, journal mode and every byte that
// nobody asked us to write as they are.

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>
#include <restjwt/storage/sqlite.hpp>

#include "storage/sqlite/connection.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::StoreError;
using auth::UserId;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The statements under the heading "-- Django <version>".
std::string schema_of_django(const std::string& version) {
  std::istringstream lines(bytes_of("data/auth_user.sqlite.sql"));
  std::string line, schema;
  bool wanted = false;
  while (std::getline(lines, line)) {
    if (line.starts_with("--")) wanted = line.starts_with("-- Django " + version);
    else if (wanted) schema += line + "\n";
  }
  return schema;
}

/// Root may write every file; while this lives we are nobody.
class WithoutRoot {
 public:
  WithoutRoot() {
    if (self_ == 0 && ::seteuid(65534) != 0) throw std::runtime_error("cannot give up root");
  }
  ~WithoutRoot() { EXPECT_EQ(::seteuid(self_), 0); }
  WithoutRoot(const WithoutRoot&) = delete;
  WithoutRoot& operator=(const WithoutRoot&) = delete;

 private:
  const uid_t self_ = ::geteuid();
};

class ForeignSqliteTest : public testing::TestWithParam<const char*> {
 protected:
  ForeignSqliteTest() {
    std::ofstream(file_).close();
    sqlite::Connection django(file_, 0ms);
    django.execute("PRAGMA foreign_keys = OFF");
    django.execute(schema_of_django(GetParam()));
    django.execute(
        "INSERT INTO auth_user (password, last_login, is_superuser, username, first_name, "
        "last_name, email, is_staff, is_active, date_joined) VALUES ('!', "
        "'2015-01-01 00:00:00', 1, 'admin', 'A', 'D', 'admin@example.org', 1, 1, "
        "'2014-01-01 00:00:00.123456')");
  }

  SqliteDatabase open() { return SqliteDatabase({.file = file_, .busy_timeout = 10ms}); }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "db.sqlite3";
};

INSTANTIATE_TEST_SUITE_P(Django, ForeignSqliteTest, testing::Values("1.7", "1.11", "3.2"));

TEST_P(ForeignSqliteTest, IsNotOurs) {
  auto database = open();
  EXPECT_FALSE(database.is_ours());
  EXPECT_EQ(database.schema_version(), 0u);
}

TEST_P(ForeignSqliteTest, ItsUsersAreRead) {
  auto database = open();
  const auto admin = database.users()->find_by_username("admin");
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->id, UserId(1));
  EXPECT_EQ(admin->first_name, "A");
  EXPECT_EQ(admin->last_name, "D");
  EXPECT_EQ(admin->email, "admin@example.org");
  EXPECT_EQ(admin->date_joined, "2014-01-01 00:00:00.123456");
  EXPECT_EQ(admin->last_login, "2015-01-01 00:00:00");
}

TEST_P(ForeignSqliteTest, OpeningAndReadingChangeNoByte) {
  const auto before = bytes_of(file_);
  {
    SqliteDatabase database({.file = file_, .create = true});
    const auto users = database.users();
    EXPECT_EQ(users->list({}, 10).size(), 1u);
    users->commonest_password();
    users->change_counter();
    users->ping();
    EXPECT_FALSE(database.keeps_sessions());
    EXPECT_THROW(database.sessions(), StoreError);
  }
  EXPECT_EQ(bytes_of(file_), before);
}

TEST_P(ForeignSqliteTest, SessionsAreKeptBesideItsUsersWhenSomebodyMigratesIt) {
  auto database = open();
  EXPECT_EQ(database.migrate(), SqliteDatabase::newest_schema_version() - 1);
  EXPECT_EQ(database.migrate(), 0u);
  EXPECT_FALSE(database.is_ours());
  ASSERT_TRUE(database.keeps_sessions());
  EXPECT_EQ(database.schema_version(), SqliteDatabase::newest_schema_version());
  sqlite::Connection django(file_, 0ms);
  {
    auto mode = django.query("PRAGMA journal_mode");
    mode.next();
    EXPECT_EQ(mode.text(0), "delete");
  }
  django.execute("UPDATE auth_user SET password = 'another'");
  EXPECT_EQ(database.revocations()->read(0, 10).at(0).user, UserId(1));
}

/// What Django does to a table on SQLite when a migration changes it.
void make_users_anew(sqlite::Connection& django) {
  std::string schema;
  {
    auto row = django.query(
        "SELECT replace(sql, '\"auth_user\"', '\"new__auth_user\"') FROM sqlite_schema "
        "WHERE type = 'table' AND name = 'auth_user'");
    row.next();
    schema = row.text(0);
  }
  django.execute("PRAGMA foreign_keys = OFF; BEGIN; " + schema +
                 "; INSERT INTO new__auth_user SELECT * FROM auth_user; DROP TABLE auth_user; "
                 "ALTER TABLE new__auth_user RENAME TO auth_user; COMMIT");
}

TEST_P(ForeignSqliteTest, TriggersThatDjangoDroppedComeBackAndEndEveryonesSessions) {
  auto database = open();
  database.migrate();
  const auto users = database.users();
  const auto sessions = database.sessions();
  const auto revocations = database.revocations();
  ASSERT_EQ(sessions->open({.id = auth::Fingerprint::of({"a"}), .user = UserId(1)}, "").outcome,
            auth::Opening::Outcome::opened);
  sqlite::Connection django(file_, 0ms);
  make_users_anew(django);
  django.execute("UPDATE auth_user SET password = 'unseen'; BEGIN IMMEDIATE");
  EXPECT_THROW(users->change_counter(), auth::StoreBusy);
  EXPECT_THAT(revocations->read(0, 10), testing::IsEmpty());
  django.execute("ROLLBACK");
  users->change_counter();
  const auto ended = revocations->read(0, 10);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].kind, auth::Revocation::Kind::everyone);
  django.execute("UPDATE auth_user SET password = 'seen'");
  users->change_counter();
  EXPECT_EQ(revocations->read(0, 10).size(), 2u);

  make_users_anew(django);
  django.execute("UPDATE auth_user SET password = 'unseen'");
  open().users()->change_counter();  // as a server that starts does
  EXPECT_EQ(revocations->read(0, 10).back().kind, auth::Revocation::Kind::everyone);
  const auto lines = database.audit()->read_audit(0, 10);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0].text, HasSubstr("the triggers were missing"));
  EXPECT_THAT(lines[1].text, HasSubstr("\"event\":\"user_changed\",\"user_id\":\"1\"}"));
}

TEST_P(ForeignSqliteTest, ALoginAtDjangoMakesNobodyToBeReadAnew) {
  auto database = open();
  database.migrate();
  const auto users = database.users();
  const auto before = users->change_counter();
  sqlite::Connection django(file_, 0ms);
  django.execute("UPDATE auth_user SET last_login = '2026-01-01 00:00:00'");
  EXPECT_EQ(users->change_counter(), before);
  django.execute("UPDATE auth_user SET first_name = 'another'");
  EXPECT_NE(users->change_counter(), before);
}

TEST_P(ForeignSqliteTest, WritingUsersKeepsSchemaAndJournalMode) {
  {
    auto database = open();
    const auto users = database.users();
    EXPECT_TRUE(users->set_password(UserId(1), "!new"));
    EXPECT_TRUE(users->add({.username = "ada", .date_joined = "2026-01-02 03:04:05.000006"}));
  }
  sqlite::Connection django(file_, 0ms);
  auto mode = django.query("PRAGMA journal_mode");
  mode.next();
  EXPECT_EQ(mode.text(0), "delete");
  auto tables = django.query("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'restjwt%'");
  tables.next();
  EXPECT_EQ(tables.integer(0), 0);
}

TEST_P(ForeignSqliteTest, AddFillsLastLoginOnlyWhereDjangoDemandsIt) {
  auto database = open();
  const std::string joined = "2026-01-02 03:04:05.000006";
  const auto added = database.users()->add({.username = "ada", .date_joined = joined});
  ASSERT_TRUE(added);
  EXPECT_EQ(added->last_login, GetParam() == std::string("1.7") ? joined : "");
}

TEST_P(ForeignSqliteTest, TheChangeCounterSeesDjangoAndOurselves) {
  auto database = open();
  const auto users = database.users();
  const auto first = users->change_counter();
  sqlite::Connection(file_, 0ms).execute("UPDATE auth_user SET is_active = 0");
  const auto second = users->change_counter();
  EXPECT_NE(second, first);
  users->set_active(UserId(1), true);
  const auto third = users->change_counter();
  EXPECT_NE(third, second);
  EXPECT_EQ(users->change_counter(), third);
}

TEST_P(ForeignSqliteTest, AnExclusiveLockFailsReadsUntilItIsReleased) {
  auto database = open();
  const auto users = database.users();
  sqlite::Connection django(file_, 0ms);
  django.execute("BEGIN EXCLUSIVE");
  EXPECT_THAT([&] { users->ping(); }, ThrowsMessage<StoreError>("database is locked"));
  django.execute("COMMIT");
  EXPECT_NO_THROW(users->ping());
}

TEST_P(ForeignSqliteTest, AFileWeMayOnlyReadIsReadAndNotWritten) {
  ASSERT_EQ(::chmod(file_.c_str(), 0444), 0);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  const WithoutRoot ordinary_user;
  auto database = open();
  const auto users = database.users();
  EXPECT_TRUE(users->find_by_username("admin"));
  EXPECT_THAT([&] { users->set_active(UserId(1), false); },
              ThrowsMessage<StoreError>("attempt to write a readonly database"));
}

// What lies beside the file, by name.
std::map<std::string, std::string> bytes_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> bytes;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    bytes[entry.path().filename()] = {std::istreambuf_iterator<char>(stream), {}};
  }
  return bytes;
}

class ReadOnlySqliteTest : public ForeignSqliteTest {
 protected:
  std::optional<std::string> admin_in(const std::filesystem::path& file) {
    SqliteDatabase database({.file = file, .read_only = true, .readers = 1});
    const auto admin = database.users()->find_by_username("admin");
    return admin ? std::optional(admin->email.value()) : std::nullopt;
  }
};

INSTANTIATE_TEST_SUITE_P(Django, ReadOnlySqliteTest, testing::Values("3.2"));

TEST_P(ReadOnlySqliteTest, LeavesEveryByteAndNoFileBehind) {
  const auto before = bytes_in(folder_.path());
  EXPECT_EQ(admin_in(file_), "admin@example.org");
  EXPECT_EQ(bytes_in(folder_.path()), before);
}

TEST_P(ReadOnlySqliteTest, ReadsALeftOverLogAndLeavesIt) {
  sqlite::Connection django(file_, 0ms);
  django.query("PRAGMA journal_mode = WAL").next();
  django.execute("UPDATE auth_user SET email = 'in@the.log'");
  test::TemporaryFolder crashed;
  for (const auto* suffix : {"", "-wal"})
    std::filesystem::copy_file(file_.string() + suffix,
                               (crashed.path() / "db.sqlite3").string() + suffix);
  const auto before = bytes_in(crashed.path());
  EXPECT_EQ(admin_in(crashed.path() / "db.sqlite3"), "in@the.log");
  auto after = bytes_in(crashed.path());
  after.erase("db.sqlite3-shm");  // an index of the log, no data
  EXPECT_EQ(after, before);
}

TEST_P(ReadOnlySqliteTest, RefusesToWrite) {
  SqliteDatabase database({.file = file_, .read_only = true, .readers = 1});
  const auto users = database.users();
  EXPECT_THROW(users->set_active(1, false), auth::StoreError);
  EXPECT_TRUE(users->find_by_id(1)->is_active);
}

}  // namespace
}  // namespace restjwt::storage
