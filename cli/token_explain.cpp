// `restjwt token explain`: how the checks are shown.

#include <iostream>

#include "command.hpp"
#include "terminal.hpp"
#include "token_explanation.hpp"

namespace restjwt::cli {
namespace {

const char* word(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "ok";
    case Outcome::failed:
      return "failed";
    case Outcome::unchecked:
      return "unchecked";
    case Outcome::note:
      return "note";
  }
  return "";
}

void print_text(const Explanation& explanation) {
  for (const auto& check : explanation.checks()) {
    std::cout << word(check.outcome) << ' ' << check.name << ": " << printable(check.value) << "  ["
              << check.rule << ']';
    if (check.from_token && !explanation.is_verified()) std::cout << " UNVERIFIED";
    std::cout << '\n';
    if (!check.fix.empty()) std::cout << "    fix: " << printable(check.fix) << '\n';
  }
  if (!explanation.is_verified())
    std::cout << "UNVERIFIED: no signature vouches for this token; anybody can have written it.\n";
  else if (explanation.failed())
    std::cout << "The signature is right, but this token is not taken.\n";
  else std::cout << "This token is taken while its user exists and is active.\n";
}

void print_as_json(const Explanation& explanation) {
  Json::Array list;
  for (const auto& check : explanation.checks()) {
    auto item = Json::object({{"name", check.name},
                              {"outcome", word(check.outcome)},
                              {"value", check.value},
                              {"rule", check.rule}});
    if (!check.fix.empty()) item.set("fix", check.fix);
    if (check.from_token) item.set("verified", explanation.is_verified());
    list.push_back(std::move(item));
  }
  print_json(Json::object({{"verified", explanation.is_verified()},
                           {"failed", explanation.failed()},
                           {"checks", std::move(list)}}));
}

}  // namespace

int explain_token(const Arguments& arguments) {
  const auto token = read_token(arguments);
  const auto config = read_config(arguments, false);
  Explanation explanation(config, system_clock()());
  explanation.explain(token);
  if (arguments.json) print_as_json(explanation);
  else print_text(explanation);
  return explanation.failed() ? refused : ok;
}

}  // namespace restjwt::cli
