#include <restjwt/storage/sqlite.hpp>

#include <fstream>
#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "storage/conformance.hpp"
#include "storage/revocation_conformance.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/throttle_conformance.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::StoreError;
using testing::HasSubstr;
using testing::Property;
using testing::ThrowsMessage;

struct MigratedDatabase {
  test::TemporaryFolder folder;
  SqliteDatabase database{{.file = folder.path() / "users.db", .create = true}};
  MigratedDatabase() { database.migrate(); }
};

const auto sqlite_store =
    testing::Values(StoreUnderTest{"sqlite", [] {
                                     auto home = std::make_shared<MigratedDatabase>();
                                     return OpenStore{home, home->database.users()};
                                   }});
INSTANTIATE_TEST_SUITE_P(Sqlite, UserStoreTest, sqlite_store);
INSTANTIATE_TEST_SUITE_P(Sqlite, NumberedUserStoreTest, sqlite_store);

const auto sqlite_database =
    testing::Values(DatabaseUnderTest{"sqlite", [] {
                                        const auto home = std::make_shared<MigratedDatabase>();
                                        return all_stores(home, home->database);
                                      }});
INSTANTIATE_TEST_SUITE_P(Sqlite, SessionStoreTest, sqlite_database);
INSTANTIATE_TEST_SUITE_P(Sqlite, RevocationLogTest, sqlite_database);
INSTANTIATE_TEST_SUITE_P(Sqlite, AuditLogTest, sqlite_database);
INSTANTIATE_TEST_SUITE_P(Sqlite, ThrottleStoreTest, sqlite_database);

class SqliteTest : public testing::Test {
 protected:
  SqliteDatabase open(std::chrono::milliseconds busy_timeout = 5s) {
    return SqliteDatabase({.file = file_, .create = true, .busy_timeout = busy_timeout});
  }
  /// As another process would.
  sqlite::Connection other_connection() { return sqlite::Connection(file_, 0ms); }

  std::string value(const std::string& sql) {
    auto connection = other_connection();
    auto rows = connection.query(sql);
    rows.next();
    return rows.text(0);
  }
  mode_t mode(const std::filesystem::path& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_mode & 07777;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "users.db";
};

TEST_F(SqliteTest, ANewFileAndItsLogsAreReadableByTheirOwnerOnly) {
  const auto mask = ::umask(0);
  auto database = open();
  database.migrate();
  ::umask(mask);
  EXPECT_EQ(mode(file_), 0600u);
  EXPECT_EQ(mode(file_.string() + "-wal"), 0600u);
  EXPECT_EQ(mode(file_.string() + "-shm"), 0600u);
}

TEST_F(SqliteTest, AnExistingFileKeepsItsMode) {
  std::ofstream(file_).close();
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  open().migrate();
  EXPECT_EQ(mode(file_), 0640u);
}

TEST_F(SqliteTest, ADatabaseOfOursWritesAheadIntoALog) {
  open().migrate();
  EXPECT_EQ(value("PRAGMA journal_mode"), "wal");
}

TEST_F(SqliteTest, EveryConnectionSyncsFullyAndKeepsForeignKeys) {
  open().migrate();
  EXPECT_EQ(value("PRAGMA synchronous"), "2");
  EXPECT_EQ(value("PRAGMA foreign_keys"), "1");
  EXPECT_EQ(value("PRAGMA trusted_schema"), "0");
}

TEST_F(SqliteTest, MigratingTwiceChangesNothing) {
  auto database = open();
  EXPECT_EQ(database.schema_version(), 0u);
  EXPECT_EQ(database.migrate(), SqliteDatabase::newest_schema_version());
  EXPECT_EQ(database.schema_version(), SqliteDatabase::newest_schema_version());
  EXPECT_EQ(database.migrate(), 0u);
  EXPECT_EQ(open().migrate(), 0u);
}

TEST_F(SqliteTest, MigrationsAreNumberedAsTheirFilesAreNamed) {
  open().migrate();
  EXPECT_EQ(value("SELECT count(*) FROM restjwt_migration WHERE version <> substr(name, 1, 4) + 0"),
            "0");
}

TEST_F(SqliteTest, ProgramsThatMigrateTogetherApplyEachMigrationOnce) {
  constexpr int programs = 4;
  std::latch start(programs);
  std::atomic<unsigned> applied = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < programs; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        applied += open().migrate();
      });
  }
  EXPECT_EQ(applied, SqliteDatabase::newest_schema_version());
}

TEST_F(SqliteTest, AFileWhoseFirstMigrationNeverCameIsOurs) {
  std::ofstream(file_).close();
  auto database = open();
  EXPECT_TRUE(database.is_ours());
  EXPECT_EQ(database.migrate(), SqliteDatabase::newest_schema_version());
  EXPECT_TRUE(database.is_ours());
}

TEST_F(SqliteTest, ANewerSchemaIsRefused) {
  open().migrate();
  other_connection().execute("INSERT INTO restjwt_migration VALUES (9999, '9999_later.sql', '')");
  EXPECT_THAT([&] { open().migrate(); },
              ThrowsMessage<StoreError>(HasSubstr("schema version 9999, newer than this program")));
}

TEST_F(SqliteTest, UsersNeedTheirTable) {
  auto database = open();
  EXPECT_THAT([&] { database.users(); },
              ThrowsMessage<StoreError>("the database has no table auth_user"));
  database.migrate();
  EXPECT_NO_THROW(database.users());
}

TEST_F(SqliteTest, ADateJoinedThatIsNotGivenIsNow) {
  auto database = open();
  database.migrate();
  const auto joined = database.users()->add({.username = "ada"})->date_joined;
  EXPECT_THAT(joined, testing::MatchesRegex("....-..-.. ..:..:..\\......."));
}

TEST_F(SqliteTest, TheChangeCounterSeesOtherProcesses) {
  auto database = open();
  database.migrate();
  const auto users = database.users();
  const auto before = users->change_counter();
  other_connection().execute("CREATE TABLE elsewhere (id integer)");
  EXPECT_NE(users->change_counter(), before);
}

TEST_F(SqliteTest, AChangeThatDjangoMakesEndsTheUsersSessions) {
  auto database = open();
  database.migrate();
  const auto user = database.users()->add({.username = "ada", .password = "!one"});
  const auto log = database.revocations();
  for (const auto* change : {"UPDATE auth_user SET password = '!two'",
                             "UPDATE auth_user SET is_active = 0", "DELETE FROM auth_user"}) {
    const auto before = log->position().number;
    other_connection().execute(change);
    const auto appended = log->read(before, 10);
    ASSERT_EQ(appended.size(), 1u) << change;
    EXPECT_EQ(appended[0].kind, auth::Revocation::Kind::user) << change;
    EXPECT_EQ(appended[0].user, user->id) << change;
  }
}

TEST_F(SqliteTest, AChangeThatDjangoMakesOfOtherColumnsEndsNothing) {
  auto database = open();
  database.migrate();
  database.users()->add({.username = "ada", .password = "!one"});
  const auto log = database.revocations();
  other_connection().execute(
      "UPDATE auth_user SET last_login = '2026-11-24 12:00:00', password = password, is_active = "
      "1");
  EXPECT_EQ(log->position().number, 0u);
}

TEST_F(SqliteTest, TriggersFollowTheConfiguredColumns) {
  open().migrate();
  other_connection().execute("DROP TRIGGER restjwt_user_update");
  open().migrate();
  const auto sql = value("SELECT sql FROM sqlite_schema WHERE name = 'restjwt_user_update'");
  other_connection().execute("ALTER TABLE auth_user RENAME COLUMN password TO secret");
  SqliteDatabase({.file = file_, .users = {.password = "secret"}}).migrate();
  EXPECT_NE(value("SELECT sql FROM sqlite_schema WHERE name = 'restjwt_user_update'"), sql);
}

TEST_F(SqliteTest, TheAuditLogIsAppendOnly) {
  auto database = open();
  database.migrate();
  database.audit()->record({.name = "login", .user = "ada"});
  for (const auto* change : {"UPDATE restjwt_audit SET line = ''", "DELETE FROM restjwt_audit"})
    EXPECT_THROW(other_connection().execute(change), StoreError) << change;
  EXPECT_EQ(database.audit()->read_audit(0, 10).size(), 1u);
}

TEST_F(SqliteTest, WhoeverOpensABackupFindsEverySessionEnded) {
  auto database = open();
  database.migrate();
  const auto ada = database.users()->add({.username = "ada"}).value().id;
  const auto begun = system_clock()();
  const auto log = database.revocations();
  const auto before = log->position();
  database.sessions()->open(
      {.id = auth::Fingerprint::of({"a"}), .user = ada, .created = begun, .last_seen = begun}, "");

  const auto copy = folder_.path() / "copy.db";
  database.back_up(copy);
  EXPECT_EQ(mode(copy), 0600u);
  EXPECT_FALSE(std::filesystem::exists(copy.string() + "-wal"));
  EXPECT_THROW(database.back_up(copy), StoreError);
  EXPECT_EQ(log->position(), before);

  SqliteDatabase restored({.file = copy});
  EXPECT_EQ(restored.migrate(), 0u);
  EXPECT_EQ(restored.users()->find_by_id(ada)->username, "ada");
  EXPECT_EQ(restored.sessions()->list(ada, begun, 10).size(), 1u) << "nobody has looked yet";
  const auto position = restored.revocations()->position();
  EXPECT_NE(position.history, before.history);
  EXPECT_EQ(restored.revocations()->position(), position) << "once";
  const auto ended = restored.revocations()->read(0, 10);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].kind, auth::Revocation::Kind::everyone);
  EXPECT_GE(ended[0].not_before, begun);
  EXPECT_TRUE(restored.sessions()->list(ada, begun, 10).empty());
}

TEST_F(SqliteTest, ABackupThatCannotBeMadeLeavesNoFile) {
  auto database = open();
  EXPECT_THROW(database.back_up(folder_.path() / "nowhere" / "copy.db"), StoreError);
  EXPECT_THROW(database.back_up(file_), StoreError);
  EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(SqliteTest, ALockHeldElsewhereFailsAWriteUntilItIsReleased) {
  auto database = open(10ms);
  database.migrate();
  const auto users = database.users();
  auto other = other_connection();
  other.execute("BEGIN EXCLUSIVE");
  EXPECT_THAT([&] { users->add({.username = "ada"}); },
              ThrowsMessage<StoreError>("database is locked"));
  other.execute("COMMIT");
  EXPECT_TRUE(users->add({.username = "ada"}));
}

TEST_F(SqliteTest, AWriterElsewhereDoesNotKeepUsFromReading) {
  auto database = open(10ms);
  database.migrate();
  const auto users = database.users();
  users->add({.username = "ada"});
  auto other = other_connection();
  other.execute("BEGIN EXCLUSIVE; DELETE FROM auth_user");
  EXPECT_TRUE(users->find_by_username("ada"));
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsRefused) {
  std::ofstream(file_) << "username,password\n" << std::string(4096, 'x');
  EXPECT_THAT([&] { open(); },
              ThrowsMessage<StoreError>("cannot open the database " + file_.string() +
                                        ": file is not a database"));
}

TEST_F(SqliteTest, ATruncatedDatabaseIsAnErrorNotACrash) {
  {
    auto database = open();
    database.migrate();
    const auto users = database.users();
    for (int i = 0; i < 100; ++i)
      users->add({.username = std::string(500, 'x') + std::to_string(i)});
  }
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
  EXPECT_THROW(
      {
        auto database = open();
        database.users()->list({}, 1000);
      },
      StoreError);
}

TEST_F(SqliteTest, ADirectoryIsRefused) {
  EXPECT_THROW(SqliteDatabase({.file = folder_.path()}), StoreError);
  EXPECT_THROW(SqliteDatabase({.file = folder_.path(), .create = true}), StoreError);
}

TEST_F(SqliteTest, AMissingFileIsRefusedAndNotMadeUnlessAsked) {
  EXPECT_THROW(SqliteDatabase({.file = file_}), StoreError);
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_NO_THROW(SqliteDatabase({.file = file_, .create = true}));
}

TEST_F(SqliteTest, AMissingFolderIsRefused) {
  EXPECT_THROW(SqliteDatabase({.file = folder_.path() / "none" / "users.db", .create = true}),
               StoreError);
}

TEST_F(SqliteTest, NamesWithAMeaningToSqliteAreFilesLikeAnyOther) {
  EXPECT_THROW(SqliteDatabase({.file = ""}), StoreError);
  EXPECT_THROW(SqliteDatabase({.file = ":memory:"}), StoreError);
  EXPECT_THROW(SqliteDatabase({.file = "file:users.db?mode=memory"}), StoreError);
}

TEST_F(SqliteTest, APoolWithoutReadersIsRefused) {
  EXPECT_THROW(SqliteDatabase({.file = file_, .create = true, .readers = 0}),
               std::invalid_argument);
}

TEST_F(SqliteTest, OneReaderServesManyThreads) {
  SqliteDatabase database({.file = file_, .create = true, .readers = 1});
  database.migrate();
  const auto users = database.users();
  users->add({.username = "ada"});
  std::atomic<int> found = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 50; ++n) found += users->find_by_username("ada").has_value();
      });
  }
  EXPECT_EQ(found, 400);
}

}  // namespace
}  // namespace restjwt::storage
