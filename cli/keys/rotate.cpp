#include <iostream>

#include "cli/keys/commands.hpp"
#include "cli/keys/description.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {
namespace {

void tell(const auth::KeySchedule& schedule, const auth::ScheduledKey& key, const OpenKeys& keys) {
  std::cout << printable(key.kid) << ": "
            << Description(schedule, key, keys.rules, keys.now).summary() << '\n';
}

/// Whether the rotation made it or decided when it begins.
bool is_touched(const auth::ScheduledKey& key, const auth::KeySchedule& before) {
  const auto* old = before.find(key.kid);
  return !old || old->active != key.active;
}

/// The kid of a key that will begin to sign by itself; empty where there is none.
std::string key_under_way(const auth::KeySchedule& schedule, TimePoint now) {
  for (const auto& key : schedule.keys())
    if (key.active && schedule.state(key, now) == auth::KeyState::next) return key.kid;
  return {};
}

}  // namespace

int rotate(const Arguments& arguments, const RotateArguments& given) {
  if (given.drill) return drill(arguments);
  OpenKeys keys(arguments);
  auth::KeySchedule before;
  std::string waiting;
  const auto after = keys.change([&](const auth::KeySchedule& schedule) {
    before = schedule;
    waiting = key_under_way(schedule, keys.now);
    if (!waiting.empty()) return auth::KeySchedule::Changed(schedule);
    return schedule.rotate(keys.now, keys.rules,
                           [&] { return make_successor(schedule, keys.now); });
  });
  if (!waiting.empty()) {
    std::cout << "nothing to do: a rotation is under way\n";
    tell(after, key_named(after, waiting), keys);
  }
  const auto* old = before.signing(keys.now);
  for (const auto& key : after.keys())
    if (is_touched(key, before)) tell(after, key, keys);
  if (old) tell(after, key_named(after, old->kid), keys);
  return ok;
}

}  // namespace restjwt::cli::keys
