#pragma once
// A database whose tables somebody else made.

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>

#include <restjwt/storage/sqlite.hpp>

#include "storage/sqlite/connection.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::storage {

/// The tables of data/custom_users.sqlite.sql.
inline std::string django_custom_tables() {
  std::ifstream in("data/custom_users.sqlite.sql");
  return {std::istreambuf_iterator<char>(in), {}};
}

class CustomDatabase {
 public:
  explicit CustomDatabase(const std::string& script) {
    std::ofstream(file_).close();
    execute(script);
  }

  /// As the owner of the tables would.
  void execute(const std::string& script) {
    sqlite::Connection(file_, std::chrono::seconds(5)).execute(script);
  }
  SqliteDatabase open(UserTable users) const { return SqliteDatabase(options(std::move(users))); }
  SqliteOptions options(UserTable users) const {
    return {.file = file_, .readers = 2, .users = std::move(users)};
  }

  const std::filesystem::path& file() const { return file_; }

 private:
  test::TemporaryFolder folder_{};
  std::filesystem::path file_ = folder_.path() / "db.sqlite3";
};

}  // namespace restjwt::storage
