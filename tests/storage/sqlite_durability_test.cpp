// What was acknowledged survives the death of the process.

#include <csignal>
#include <cstdio>
#include <random>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <restjwt/storage/sqlite.hpp>

#include "storage/sqlite/connection.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::storage {
namespace {

/// Adds users until it is killed; writes each name to the pipe once the store has acknowledged it.
[[noreturn]] void add_users_for_ever(const std::filesystem::path& file, int round, int pipe) {
  try {
    SqliteDatabase database({.file = file, .create = true});
    database.migrate();
    const auto users = database.users();
    for (int i = 0;; ++i) {
      const auto name = std::to_string(round) + "-" + std::to_string(i) + "\n";
      users->add({.username = name, .password = std::string(300, 'x')});
      if (::write(pipe, name.data(), name.size()) < 0) ::_exit(1);
    }
  } catch (...) {
    ::_exit(1);
  }
}

/// Kills the child after so many acknowledgements; returns all names that it has acknowledged.
std::vector<std::string> acknowledged_before_kill(const std::filesystem::path& file, int round,
                                                  std::size_t enough) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) add_users_for_ever(file, round, ends[1]);
  ::close(ends[1]);

  std::vector<std::string> names(1);
  char byte = 0;
  while (::read(ends[0], &byte, 1) == 1) {  // goes on after the kill: the pipe may hold more
    names.back() += byte;
    if (byte != '\n') continue;
    names.emplace_back();
    if (names.size() == enough + 1) ::kill(child, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child failed by itself";
  names.pop_back();
  return names;
}

TEST(SqliteDurability, EveryAcknowledgedUserSurvivesKillMinus9) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "users.db";
  std::mt19937 random(20261124);
  std::vector<std::string> acknowledged;
  for (int round = 0; round < 12; ++round) {
    const auto names = acknowledged_before_kill(file, round, 1 + random() % 60);
    acknowledged.insert(acknowledged.end(), names.begin(), names.end());

    SqliteDatabase database({.file = file});
    const auto users = database.users();
    for (const auto& name : acknowledged) ASSERT_TRUE(users->find_by_username(name)) << name;
  }
  sqlite::Connection connection(file, std::chrono::milliseconds(0));
  auto check = connection.query("PRAGMA integrity_check");
  ASSERT_TRUE(check.next());
  EXPECT_EQ(check.text(0), "ok");
}

}  // namespace
}  // namespace restjwt::storage
