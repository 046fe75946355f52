#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include <restjwt/jose/unverified.hpp>

#include "open_service.hpp"
#include "program.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

int issue(const Arguments& arguments) {
  OpenService open(read_config(arguments, true));
  const auto user = user_named(*open.users.store, arguments.name);
  if (!user.is_active)
    throw Refused("the user " + user.username + " is not active, so no token would be taken");
  const auto token = open.service.issue(user);
  if (arguments.json) print_json(Json::object({{"token", token}}));
  else std::cout << token << '\n';
  return ok;
}

int verify(const Arguments& arguments) {
  const auto token = read_token(arguments);
  const auto config = read_config(arguments, true);
  for (const auto& warning : config.warnings) complain("warning: " + warning);
  OpenService open(config);
  const auto user = open.service.authenticate(token);
  if (!user) {
    if (!arguments.json) throw Refused("not valid: " + user.error().message());
    print_json(Json::object({{"valid", false}, {"reason", user.error().message()}}));
    return refused;
  }
  // The service has just verified this very text.
  const auto claims = jose::peek(token, config.auth.max_token_length)->claims;
  if (arguments.json)
    print_json(Json::object(
        {{"valid", true},
         {"user", Json::object({{"id", (*user)->id.to_json()}, {"username", (*user)->username}})},
         {"claims", claims}}));
  else
    std::cout << "valid: user " << printable((*user)->username)
              << "\nclaims: " << printable(to_text(claims, JsonStyle::spaced)) << '\n';
  return ok;
}

}  // namespace

std::string read_token(const Arguments& arguments) {
  constexpr std::size_t longest = 1024 * 1024;
  std::string text;
  if (arguments.file.empty()) {
    if (stdin_is_terminal()) std::cerr << "Paste the token, then press Ctrl-D twice:\n";
    text = std::string(read_stdin(longest).reveal());
  } else {
    std::ifstream in(arguments.file, std::ios::binary);
    if (!in) throw Refused("cannot read " + arguments.file);
    for (std::istreambuf_iterator<char> byte(in), end; byte != end && text.size() <= longest;
         ++byte)
      text += *byte;
  }
  constexpr const char* blank = " \t\r\n";
  text.erase(0, std::min(text.find_first_not_of(blank), text.size()));
  text.erase(text.find_last_not_of(blank) + 1);
  if (text.empty()) throw Refused("there is no token");
  return text;
}

void add_token(Program& program) {
  auto& noun = program.add_noun("token", "Make, verify and explain tokens");
  auto add = [&](const char* name, const char* description, const char* example,
                 auto action) -> CLI::App& {
    auto& command = program.add_command(noun, name, description, example, action);
    program.add_value(command, "--file", program.arguments.file, "FILE",
                      "where the token is; standard input otherwise");
    program.add_json_flag(command);
    return command;
  };
  auto& issue_command = program.add_command(noun, "issue", "Print a token for a user",
                                            "restjwt token issue admin", issue);
  issue_command.add_option("USER", program.arguments.name, "the user's name")->required();
  program.add_json_flag(issue_command);
  add("verify", "Verify a token as the server would", "restjwt token verify < token.txt", verify);
  add("explain", "Say of every check whether the token passes, and what to do",
      "restjwt token explain --file token.txt", explain_token);
}

}  // namespace restjwt::cli
