// revocations_bench make DATABASE                make the tables
// revocations_bench end session|user DATABASE    end the session of user 1, or all that he has
// revocations_bench start DATABASE               open it and read all that was revoked; JSON
// revocations_bench verify "USERS CASE=DATABASE"… [Google Benchmark's options]
//
// DATABASE is an SQLite file or libpq's keywords. The users up to USERS + 1 are filled in by
// measure.py. Case "limit" keeps no sessions. Names are "threads/USERS CASE, TOKENS tokens" and,
// with case "nothing", "threads/USERS store", where the user is not in memory.

#include <malloc.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include <restjwt/auth.hpp>
#include <restjwt/jose.hpp>
#include <restjwt/storage/postgres.hpp>
#include <restjwt/storage/sqlite.hpp>

namespace bench {
namespace {

using namespace restjwt;
using auth::Reach;
using std::chrono::steady_clock;

constexpr auto secret = "a secret of the benchmark's own, of 64 characters, known to everyone";
// Of user 1, whose session is one of those that were revoked.
constexpr std::int64_t long_ago = 1'700'000'000, far_ahead = 4'000'000'000;

std::string token_of(std::int64_t user, std::int64_t orig_iat, std::int64_t exp) {
  static const auto key =
      jose::SigningKey::from_secret(Secret(secret), jose::Algorithm::HS256).value();
  const std::string name = "user" + std::to_string(user);
  return jose::encode(Json::object({{"user_id", user},
                                    {"username", name},
                                    {"exp", exp},
                                    {"email", name + "@example.com"},
                                    {"orig_iat", orig_iat}}),
                      key);
}

const std::string& revoked_token() {
  static const std::string token = token_of(1, long_ago, far_ahead);
  return token;
}

bool is_postgres(const std::string& database) { return database.starts_with("host="); }

/// A database, its stores and a Service, as the server puts them together.
class Node {
 public:
  explicit Node(const std::string& database, bool keeps_sessions = true) {
    if (is_postgres(database))
      open(std::make_shared<storage::PostgresDatabase>(storage::PostgresOptions{.url = database}));
    else open(std::make_shared<storage::SqliteDatabase>(storage::SqliteOptions{.file = database}));
    std::optional<auth::SessionParts> parts;
    if (keeps_sessions) parts.emplace(auth::SessionParts{*sessions_, *revocations_, *audit_});
    service_ = std::make_unique<auth::Service>(auth::Parts{
        .settings = {.secret_key = Secret(secret)}, .users = *users_, .sessions = parts});
  }

  auth::Service& service() { return *service_; }
  auth::Sessions sessions() { return service_->sessions().value(); }

 private:
  template <class Database>
  void open(std::shared_ptr<Database> database) {
    users_ = database->users();
    sessions_ = database->sessions();
    revocations_ = database->revocations();
    audit_ = database->audit();
    database_ = std::move(database);
  }

  std::shared_ptr<void> database_{};
  std::unique_ptr<auth::UserStore> users_{};
  std::unique_ptr<auth::SessionStore> sessions_{};
  std::unique_ptr<auth::RevocationLog> revocations_{};
  std::unique_ptr<auth::AuditLog> audit_{};
  std::unique_ptr<auth::Service> service_{};
};

void make(const std::string& database) {
  if (is_postgres(database)) storage::PostgresDatabase({.url = database}).migrate();
  else storage::SqliteDatabase({.file = database, .create = true}).migrate();
}

void end(const std::string& what, const std::string& database) {
  Node node(database);
  node.sessions().catch_up();
  const auto which = what == "user" ? auth::Logout::all : auth::Logout::this_one;
  node.sessions().logout(revoked_token(), which, {}).value();
}

/// Memory of the process that is in use, in bytes.
std::int64_t resident() {
  ::malloc_trim(0);
  std::int64_t all = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> all >> pages;
  return pages * ::sysconf(_SC_PAGESIZE);
}

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

void start(const std::string& database) {
  const auto start = steady_clock::now();
  Node node(database);
  const double opened = seconds_since(start);
  const auto before = resident();
  const auto reading = steady_clock::now();
  node.sessions().catch_up();
  const double read = seconds_since(reading);
  timespec cpu{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  const auto grown = resident() - before;

  const auto report = node.sessions().report();
  const auto verdict = node.service().authenticate(revoked_token());
  const bool refused = !verdict && verdict.error() == auth::AuthErrc::token_revoked;
  std::cout << to_text(Json::object({{"seconds", opened + read},
                                     {"cpu_seconds", static_cast<double>(cpu.tv_sec) +
                                                         1e-9 * static_cast<double>(cpu.tv_nsec)},
                                     {"complete", report.complete},
                                     {"entries", static_cast<std::int64_t>(report.entries)},
                                     {"bytes", static_cast<std::int64_t>(report.bytes)},
                                     {"resident", grown},
                                     {"refused", refused}}))
            << '\n';
}

/// A node and good tokens of as many users, spread over all that there are, who are in memory.
struct Door {
  Node node;
  std::vector<std::string> tokens{};
  std::vector<auth::UserId> users{};

  Door(const std::string& database, bool keeps_sessions, std::int64_t all, std::int64_t count)
      : node(database, keeps_sessions) {
    if (keeps_sessions) node.sessions().catch_up();
    const auto now = system_clock()().time_since_epoch().count();
    for (std::int64_t number = 0; number < count; ++number) {
      users.emplace_back(2 + number * (all / count));
      tokens.push_back(token_of(users.back().number(), now, now + 24 * 3600));
      node.service().authenticate(tokens.back()).value();
    }
  }
};

/// 0, 1, 2 … below `end` and again; each thread begins elsewhere.
class Turn {
 public:
  Turn(const benchmark::State& state, std::size_t end)
      : end_(end),
        next_(end * static_cast<std::size_t>(state.thread_index()) /
              static_cast<std::size_t>(state.threads())) {}
  std::size_t next() { return next_ = next_ + 1 == end_ ? 0 : next_ + 1; }

 private:
  std::size_t end_, next_;
};

void from_memory(benchmark::State& state, Door& door) {
  bool good = true;
  Turn turn(state, door.tokens.size());
  for (auto _ : state)
    good &= door.node.service().authenticate(door.tokens[turn.next()], Reach::memory).has_value();
  if (!good) state.SkipWithError("a good token was refused");
}

void from_store(benchmark::State& state, Door& door) {
  bool good = true;
  Turn turn(state, door.tokens.size());
  for (auto _ : state) {
    const auto number = turn.next();
    door.node.service().directory().forget(door.users[number]);
    good &= door.node.service().authenticate(door.tokens[number]).has_value();
  }
  for (const auto& token : door.tokens) door.node.service().authenticate(token).value();
  if (!good) state.SkipWithError("a good token was refused");
}

template <class Run>
void add(const std::string& name, const std::shared_ptr<Door>& door, Run run, int threads) {
  auto* const benchmark = benchmark::RegisterBenchmark(
      name.c_str(), [run, door](benchmark::State& state) { run(state, *door); });
  for (int count = 1; count <= threads; ++count) benchmark->Threads(count);
  benchmark->UseRealTime();
}

void measure(const std::string& argument) {
  const auto equals = argument.find('=');
  const auto name = argument.substr(0, equals), database = argument.substr(equals + 1);
  const std::int64_t users = std::stoll(name);
  constexpr std::int64_t few = 1'000, many = 20'000;
  const auto door_of = [&](std::int64_t count) {
    return std::make_shared<Door>(database, !name.ends_with(" limit"), users, count);
  };
  const auto door = door_of(std::min(users, few));
  add("threads/" + name + ", few tokens", door, from_memory, 2);
  if (users > many) add("threads/" + name + ", many tokens", door_of(many), from_memory, 1);
  if (name.ends_with(" nothing"))
    add("threads/" + std::to_string(users) + " store", door_of(std::min(users, few)), from_store,
        1);
}

int refuse() {
  std::cerr << "usage: revocations_bench make|end session|end user|start DATABASE\n"
               "       revocations_bench verify \"USERS CASE=DATABASE\"… [--benchmark_…]\n";
  return 2;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) return bench::refuse();
  if (words[0] == "make" && words.size() == 2) bench::make(words[1]);
  else if (words[0] == "end" && words.size() == 3) bench::end(words[1], words[2]);
  else if (words[0] == "start" && words.size() == 2) bench::start(words[1]);
  else if (words[0] == "verify") {
    for (std::size_t at = 1; at < words.size(); ++at) bench::measure(words[at]);
    benchmark::RunSpecifiedBenchmarks();
  } else return bench::refuse();
}
