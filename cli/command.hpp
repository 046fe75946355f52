#pragma once
// What all commands share: how one is declared, how it reads the configuration and opens the
// database, and how it says no.

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <restjwt/auth/user.hpp>
#include <restjwt/json.hpp>

#include "server/config.hpp"
#include "server/database.hpp"

namespace restjwt::cli {

/// Exit codes, documented in every --help.
inline constexpr int ok = 0, refused = 1, wrong_usage = 2;

/// Ends a command with exit code 1 and one sentence.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
inline constexpr auto no_sessions =
    "restjwt did not make this database, and no sessions are kept in it; to add the tables for "
    "them, "
    "run once: restjwt database migrate";
/// Ends a command with exit code 2 and one sentence, perhaps with lines below it that one can copy.
struct WrongUsage : std::runtime_error {
  explicit WrongUsage(const std::string& sentence, std::string example_lines = {})
      : std::runtime_error(sentence), example(std::move(example_lines)) {}
  std::string example;
};
/// Ends a command with exit code 2 and one line per problem.
struct WrongConfig {
  std::vector<server::ConfigProblem> problems;
};

/// Everything that stood on the command line; a command reads the fields it declared.
struct Arguments {
  std::string config{};
  std::string database{};
  std::string listen{};
  std::string file{};
  std::string name{};
  std::string email{};
  std::string session{};
  std::string after{};
  bool all = false;
  bool json = false;
  bool yes = false;
  bool staff = false;
  bool superuser = false;
  bool inactive = false;
  bool unusable_password = false;
  bool password_stdin = false;
};

server::ConfigSources sources_of(const Arguments& arguments);
/// Throws WrongConfig. `need_secret` as in load_config().
server::Config read_config(const Arguments& arguments, bool need_secret);

/// The users of the configured database, which must exist.
struct OpenUsers {
  explicit OpenUsers(const server::Config& config) : OpenUsers(config, false) {}
  OpenUsers(const server::Config& config, bool create);
  server::Database database;
  std::unique_ptr<auth::UserStore> store{};
};

/// The same for commands that change users. Throws Refused where the configuration says that
/// nothing is written into this database.
struct WritableUsers : OpenUsers {
  explicit WritableUsers(const server::Config& config, bool create = false);
};

/// Throws Refused when there is nobody of that name.
auth::User user_named(auth::UserStore& users, const std::string& name);

/// --yes, or a yes to the question on the terminal. Throws Refused otherwise, saying `nothing`.
void require_yes(const Arguments& arguments, const std::string& question,
                 const std::string& nothing);

/// On standard output, for programs.
void print_json(const Json& value);
/// "restjwt: …" on standard error.
void complain(std::string_view message);

int add_user(const Arguments& arguments);       // users_add.cpp
int log_out_user(const Arguments& arguments);   // sessions.cpp
int explain_token(const Arguments& arguments);  // token_explain.cpp
/// The token in --file or on standard input, without the white space around it.
std::string read_token(const Arguments& arguments);

}  // namespace restjwt::cli
