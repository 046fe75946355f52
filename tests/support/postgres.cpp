#include "support/postgres.hpp"

#include <array>
#include <atomic>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace restjwt::test {
namespace {

using Pipe = std::array<int, 2>;

Pipe make_pipe() {
  Pipe ends{};
  // Nobody else may hold an end: the server goes when ours is closed.
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

struct Clear {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

std::unique_ptr<PGresult, Clear> run(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, Clear> connection(PQconnectdb(url.c_str()));
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  std::unique_ptr<PGresult, Clear> result(PQexec(connection.get(), sql.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error(PQerrorMessage(connection.get()));
  return result;
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer()
    : to_server_(nullptr, &std::fclose), from_server_(nullptr, &std::fclose) {
  const auto to = make_pipe();
  const auto from = make_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  std::string script = "support/postgres_server.sh";
  std::array<char*, 2> arguments{script.data(), nullptr};
  const int failed =
      ::posix_spawn(&process_, script.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(to[0]);
  ::close(from[1]);
  to_server_.reset(::fdopen(to[1], "w"));
  from_server_.reset(::fdopen(from[0], "r"));
  if (failed) throw std::runtime_error("cannot run " + script);

  std::istringstream line(answer());
  std::string ready;
  if (!(line >> ready >> folder_ >> port_)) throw std::runtime_error("PostgreSQL does not start");
}

PostgresServer::~PostgresServer() {
  to_server_.reset();
  int ignored = 0;
  ::waitpid(process_, &ignored, 0);
}

std::string PostgresServer::url(const std::string& database) const {
  return "host=" + folder_ + " port=" + port_ + " user=restjwt dbname=" + database;
}

std::string PostgresServer::url_with_password(const std::string& database,
                                              const std::string& password) const {
  return "postgresql://restjwt:" + password + "@127.0.0.1:" + port_ + "/" + database;
}

void PostgresServer::command(const char* name) {
  std::fprintf(to_server_.get(), "%s\n", name);
  std::fflush(to_server_.get());
  if (answer() != "done\n") throw std::runtime_error(std::string("PostgreSQL did not go ") + name);
}

std::string PostgresServer::answer() {
  std::array<char, 256> line{};
  return std::fgets(line.data(), line.size(), from_server_.get()) ? line.data() : "";
}

void PostgresServer::execute(const std::string& database, const std::string& script) const {
  run(url(database), script);
}

std::string PostgresServer::value(const std::string& database, const std::string& sql) const {
  const auto rows = run(url(database), sql);
  return PQntuples(rows.get()) == 0 ? "" : PQgetvalue(rows.get(), 0, 0);
}

PostgresTestDatabase::PostgresTestDatabase(const std::string& original) {
  static std::atomic<unsigned> count = 0;
  name_ = "test_" + std::to_string(++count);
  PostgresServer::shared().execute("postgres",
                                   "CREATE DATABASE " + name_ + " TEMPLATE " + original);
}

}  // namespace restjwt::test
