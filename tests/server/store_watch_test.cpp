// The directory stays true when somebody else changes the table.

#include "server/store_watch.hpp"

#include <gtest/gtest.h>

#include <restjwt/auth/error.hpp>
#include <restjwt/storage/sqlite.hpp>
#include <thread>

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
  StoreWatch watch(*users, directory, std::nullopt, log, {.interval = 1ms});

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

}  // namespace
}  // namespace restjwt::server
