#include <algorithm>
#include <charconv>
#include <iostream>

#include "program.hpp"
#include "server/session_stores.hpp"

namespace restjwt::cli {
namespace {

constexpr std::size_t page = 1000;

std::uint64_t number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size()))
    throw WrongUsage("--after: expected the number of a line, such as 17");
  return number;
}

/// With its number in front, to go on from.
std::string numbered(const auth::AuditLine& line) {
  std::string text = "{\"number\":" + std::to_string(line.number);
  text += ',';
  return text.append(line.text, 1);
}

int list(const Arguments& arguments) {
  const auto config = read_config(arguments, false);
  auto after = number_in(arguments.after);
  OpenUsers open(config);
  server::SessionStores stores(open.database, config);
  if (!stores.audit) throw Refused(no_sessions);
  while (true) {
    const auto lines = stores.audit->read_audit(after, page);
    for (const auto& line : lines) std::cout << numbered(line) << '\n';
    if (lines.size() < page) return ok;
    after = lines.back().number;
  }
}

}  // namespace

void add_audit(Program& program) {
  auto& noun = program.add_noun("audit", "Who did what");
  auto& command = program.add_command(noun, "list", "The audit log, one line of JSON an event",
                                      "restjwt audit list --after 1000", list);
  program.add_value(command, "--after", program.arguments.after, "NUMBER",
                    "only the lines behind that one");
}

}  // namespace restjwt::cli
