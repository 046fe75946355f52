#include <iostream>

#include "cli/keys/commands.hpp"
#include "cli/keys/description.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {

int generate(const Arguments& arguments, const GenerateArguments& given) {
  const auto algorithm =
      given.algorithm.empty() ? jose::Algorithm::ES256 : algorithm_of(given.algorithm);
  OpenKeys keys(arguments);
  auto key = make_key(algorithm);
  if (!given.kid.empty()) key = key.with_kid(given.kid);
  const auto schedule = keys.change([&](const auth::KeySchedule& before) {
    return before.add(key, algorithm, keys.now, keys.rules);
  });

  const Description made(schedule, key_named(schedule, key.kid()), keys.rules, keys.now);
  if (arguments.json) {
    print_json(made.to_json());
    return ok;
  }
  // The first line is the kid alone, for scripts.
  std::cout << printable(key.kid()) << '\n' << made.summary() << '\n';
  if (jose::is_hmac(algorithm))
    std::cout << "It is a secret and is not published: only who has it can verify its tokens.\n";
  return ok;
}

}  // namespace restjwt::cli::keys
