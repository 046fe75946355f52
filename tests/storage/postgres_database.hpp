#pragma once
// Databases of a test's own.

#include <chrono>
#include <functional>
#include <string>

#include <restjwt/storage/postgres.hpp>

#include "storage/postgres/connection.hpp"
#include "support/postgres.hpp"

namespace restjwt::storage {

/// A schema that is migrated: made faster than a database.
class MigratedPostgres {
 public:
  MigratedPostgres() { database.migrate(); }

 private:
  static std::string url() {
    static test::PostgresTestDatabase home;
    static unsigned count = 0;
    const auto schema = "test_" + std::to_string(++count);
    home.execute("CREATE SCHEMA " + schema);
    return home.url() + " options='-c search_path=" + schema + "'";
  }

 public:
  /// More patient than any test.
  PostgresDatabase database{{.url = url(),
                             .connect_timeout = std::chrono::seconds(60),
                             .statement_timeout = std::chrono::seconds(60),
                             .lock_timeout = std::chrono::seconds(60)}};
};

/// As another program would, in a transaction if it likes.
inline postgres::Connection other_connection(const test::PostgresTestDatabase& home) {
  using std::chrono::seconds;
  return postgres::Connection({home.url(), {seconds(10), seconds(60), seconds(60)}});
}

/// Asks until it is so; false when it is not so for half a minute.
inline bool eventually(const std::function<bool()>& is_so) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_so())
    if (std::chrono::steady_clock::now() > until) return false;
  return true;
}

}  // namespace restjwt::storage
