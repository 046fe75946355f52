#pragma once
// A real PostgreSQL server for tests, and databases on it.

#include <cstdio>
#include <memory>
#include <string>

namespace restjwt::test {

/// A server of the test program's own, on a free port. Gone with the process, however that ends:
/// see postgres_server.sh. Throws std::runtime_error when it cannot be started.
class PostgresServer {
 public:
  /// The one that tests share; started by the first.
  static PostgresServer& shared();

  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// By its socket, as the role restjwt.
  std::string url(const std::string& database) const;
  /// By its port, which asks for a password; "right" is the right one.
  std::string url_with_password(const std::string& database, const std::string& password) const;

  void stop() { command("down"); }
  void start() { command("up"); }
  void kill() { command("kill"); }
  void freeze() { command("freeze"); }
  void thaw() { command("thaw"); }

  /// Runs SQL as the owner of the database; throws std::runtime_error when it is refused.
  void execute(const std::string& database, const std::string& script) const;
  /// The first column of the first row; "" when there is none.
  std::string value(const std::string& database, const std::string& sql) const;

 private:
  void command(const char* name);
  std::string answer();

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> to_server_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> from_server_;
  int process_ = 0;
  std::string folder_{};
  std::string port_{};
};

/// A database of a test's own on the shared server, gone with it: to drop one takes longer than to
/// make one.
class PostgresTestDatabase {
 public:
  /// A copy of that database; "template1" is empty.
  explicit PostgresTestDatabase(const std::string& original = "template1");
  PostgresTestDatabase(const PostgresTestDatabase&) = delete;
  PostgresTestDatabase& operator=(const PostgresTestDatabase&) = delete;

  const std::string& name() const noexcept { return name_; }
  std::string url() const { return PostgresServer::shared().url(name_); }
  void execute(const std::string& script) const { PostgresServer::shared().execute(name_, script); }
  std::string value(const std::string& sql) const {
    return PostgresServer::shared().value(name_, sql);
  }

 private:
  std::string name_;
};

}  // namespace restjwt::test
