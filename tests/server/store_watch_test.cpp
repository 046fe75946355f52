// What is in memory stays true when somebody else changes the database, and is not believed when
// nobody can tell.

#include "server/store_watch.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include <restjwt/auth/error.hpp>
#include <restjwt/storage/sqlite.hpp>

#include <sqlite3.h>

#include <restjwt/storage/postgres.hpp>

#include "support/postgres.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::server {
namespace {

using namespace std::chrono_literals;
using auth::AuthErrc;
using auth::Reach;

/// Whether `holds` within half a minute; what is tested is that it does, not how fast.
template <class Condition>
bool eventually(Condition holds) {
  for (int i = 0; i < 30'000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

bool is_known(auth::UserDirectory& directory, const auth::UserId& id) {
  return directory.find(id, Reach::memory).has_value();
}

class StoreWatchTest : public ::testing::Test {
 protected:
  storage::SqliteDatabase open() {
    return storage::SqliteDatabase({.file = folder.path() / "test.db", .create = true});
  }

  test::TemporaryFolder folder;
  Log log{{.level = LogLevel::off, .access = false}};
};

TEST_F(StoreWatchTest, ForgetsWhenAnotherConnectionHasWritten) {
  auto ours = open();
  ours.migrate();
  const auto users = ours.users();
  const auto admin = users->add({.username = "admin"}).value();
  auth::UserDirectory directory(*users);
  StoreWatch watch({.users = *users, .directory = directory, .log = log}, {.interval = 1ms});

  // The write above may still be noticed: ask until the answer comes from memory.
  ASSERT_TRUE(eventually([&] {
    return directory.find(admin.id, Reach::store) && directory.find(admin.id, Reach::memory);
  }));
  auto theirs = open();
  theirs.users()->set_active(admin.id, false);
  ASSERT_TRUE(eventually([&] {
    const auto known = directory.find(admin.id, Reach::memory);
    return !known && known.error() == AuthErrc::needs_store;
  }));
  EXPECT_FALSE((*directory.find(admin.id, Reach::store))->is_active);
}

TEST_F(StoreWatchTest, WhatIsAlwaysLockedIsNotBelievedForEver) {
  // A file of Django's: without a write-ahead log, who writes keeps readers out.
  sqlite3* django = nullptr;
  const auto run = [&](const char* sql) {
    EXPECT_EQ(sqlite3_exec(django, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  };
  sqlite3_open((folder.path() / "django.db").c_str(), &django);
  run("CREATE TABLE auth_user (id INTEGER PRIMARY KEY, username TEXT UNIQUE, password TEXT)");
  run("INSERT INTO auth_user VALUES (7, 'ann', '')");
  storage::SqliteDatabase database({.file = folder.path() / "django.db", .busy_timeout = 1ms});
  const auto users = database.users();
  auth::UserDirectory directory(*users);
  StoreWatch watch({.users = *users, .directory = directory, .log = log},
                   {.interval = 1ms, .stale_limit = 1s});
  ASSERT_TRUE(directory.find(7, Reach::store));
  ASSERT_TRUE(is_known(directory, 7));

  run("BEGIN EXCLUSIVE");
  EXPECT_TRUE(eventually([&] { return !is_known(directory, 7); }));
  EXPECT_GE(watch.silence(), 1s);
  run("ROLLBACK");
  EXPECT_TRUE(eventually([&] { return watch.silence() < 1s; }));
  sqlite3_close(django);
}

/// On a server of the test's own: it stops it.
class PostgresWatchTest : public ::testing::Test {
 protected:
  PostgresWatchTest() {
    database.migrate();
    users = database.users();
    admin = users->add({.username = "admin"}).value().id;
    directory.emplace(*users);
  }

  StoreWatch watched(StoreWatchOptions how) {
    return StoreWatch({.users = *users,
                       .directory = *directory,
                       .listener = std::make_unique<storage::PostgresListener>(options),
                       .log = log},
                      how);
  }

  test::PostgresServer server;
  /// More patient than any test.
  const storage::PostgresOptions options{.url = server.url("postgres"),
                                         .statement_timeout = std::chrono::minutes(10)};
  storage::PostgresDatabase database{options};
  std::unique_ptr<auth::UserStore> users;
  auth::UserId admin{};
  std::optional<auth::UserDirectory> directory;
  Log log{{.level = LogLevel::off, .access = false}};
};

TEST_F(PostgresWatchTest, IsWokenByWhoeverChangesAUser) {
  // It ends when it is woken, and may be about to sleep again.
  std::atomic<bool> over{false};
  std::jthread waking([&](std::stop_token stop) {
    while (!stop.stop_requested()) {
      if (over) server.execute("postgres", "SELECT pg_notify('restjwt', 'user')");
      std::this_thread::sleep_for(20ms);
    }
  });
  const auto watch = watched({.interval = 1h, .interval_of_listener = 1h});
  // The user was added before it listened: what happens from now on is heard.
  ASSERT_TRUE(eventually([&] {
    return directory->find(admin, Reach::store) && is_known(*directory, admin) &&
           server.value("postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE query IN "
                        "('LISTEN restjwt', 'SELECT 1')") == "1";
  }));
  server.execute("postgres", "UPDATE auth_user SET is_active = false");
  EXPECT_TRUE(eventually([&] { return !is_known(*directory, admin); }));
  over = true;
}

TEST_F(PostgresWatchTest, DoubtsWhileAQuestionHangs) {
  const auto watch = watched({.interval = 1ms, .stale_limit = 1s});
  ASSERT_TRUE(eventually(
      [&] { return directory->find(admin, Reach::store) && is_known(*directory, admin); }));
  server.freeze();
  EXPECT_TRUE(eventually([&] { return !is_known(*directory, admin); }));
  EXPECT_GE(watch.silence(), 1s);
  EXPECT_TRUE(eventually([&] { return !watch.hears(); }));
  server.thaw();
  EXPECT_TRUE(eventually(
      [&] { return directory->find(admin, Reach::store) && is_known(*directory, admin); }));
  EXPECT_TRUE(eventually([&] { return watch.hears(); }));
}

}  // namespace
}  // namespace restjwt::server
