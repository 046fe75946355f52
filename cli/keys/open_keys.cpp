#include "cli/keys/open_keys.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "cli/instant.hpp"
#include "cli/terminal.hpp"
#include "server/config_nearest.hpp"
#include "server/key_store.hpp"

namespace restjwt::cli::keys {
namespace {

using auth::KeyScheduleErrc;

std::string did_you_mean(const auth::KeySchedule& schedule, const std::string& kid) {
  std::vector<std::string_view> kids;
  for (const auto& key : schedule.keys()) kids.push_back(key.kid);
  std::string_view near = server::nearest(kid, kids);
  const auto begins = [&](std::string_view other) { return other.starts_with(kid); };
  if (std::ranges::count_if(kids, begins) == 1) near = *std::ranges::find_if(kids, begins);
  return near.empty() ? "" : "; did you mean " + std::string(near) + "?";
}

std::string tokens_live_text(const auth::KeyRefusal& refusal, TimePoint now) {
  if (!refusal.until)
    return "tokens do not expire here (JWT_VERIFY_EXPIRATION = false), so there is no instant from "
           "which on nobody holds a token of " +
           refusal.kid + "; --compromised ends the key all the same";
  return "unexpired tokens of " + refusal.kid + " can exist until " +
         instant_text(*refusal.until, now) +
         "; retire it then, or with --compromised if somebody else may have the key";
}

server::Config config_with_keys(const Arguments& arguments) {
  auto config = read_config(arguments, false);
  const auto& keys = config.keys;
  if (!keys.file.empty() && keys.passphrase.empty() && keys.passphrase_file.empty())
    throw WrongUsage(
        keys.file.string() + " is encrypted: set RESTJWT_KEYS_PASSPHRASE in the environment, or",
        "[keys]\npassphrase_file = \"keys.pass\"\n");
  if (keys.are_kept()) return config;
  throw WrongUsage(
      "the configuration has no [keys], so there is nowhere to keep keys; give it one:",
      "[keys]\ndirectory = \"keys\"\n");
}

}  // namespace

OpenKeys::OpenKeys(const Arguments& arguments)
    : config(config_with_keys(arguments)),
      store(server::open_key_store(config)),
      rules(server::rotation_rules(config)) {}

auth::KeySchedule OpenKeys::change(
    const std::function<auth::KeySchedule::Changed(const auth::KeySchedule&)>& change) {
  auth::KeySchedule before;
  auto changed = store->change([&](const auth::KeySchedule& schedule) {
    before = schedule;
    now = system_clock()();  // the lock and the passphrase may have taken long
    return change(schedule);
  });
  if (!changed) throw Refused(refusal_text(changed.error(), before, now));
  return *std::move(changed);
}

const auth::ScheduledKey& key_named(const auth::KeySchedule& schedule, const std::string& kid) {
  if (const auto* key = schedule.find(kid)) return *key;
  throw Refused("there is no key named " + kid + did_you_mean(schedule, kid));
}

std::string refusal_text(const auth::KeyRefusal& refusal, const auth::KeySchedule& schedule,
                         TimePoint now) {
  const std::string& kid = refusal.kid;
  if (refusal.code.category() != make_error_code(KeyScheduleErrc::unknown_kid).category())
    return kid + ": " + refusal.code.message();  // the key itself is wrong
  switch (static_cast<KeyScheduleErrc>(refusal.code.value())) {
    case KeyScheduleErrc::unknown_kid:
      return "there is no key named " + kid + did_you_mean(schedule, kid);
    case KeyScheduleErrc::taken_kid:
      return "there is already a key named " + kid;
    case KeyScheduleErrc::unusable_kid:
      return "a kid has from 1 to 256 bytes of UTF-8; name the key with --kid";
    case KeyScheduleErrc::not_yet_published:
      return kid + " has not been published for long enough: who has cached the key set may not " +
             "know it yet" +
             (refusal.until ? "; it may sign from " + instant_text(*refusal.until, now) : "");
    case KeyScheduleErrc::still_signing:
      return kid + " signs; first let another key do so: restjwt keys rotate";
    case KeyScheduleErrc::tokens_live:
      return tokens_live_text(refusal, now);
    case KeyScheduleErrc::nothing_to_sign_with:
      return "no key would be left that signs";
  }
  return refusal.code.message();
}

jose::Algorithm algorithm_of(const std::string& name) {
  if (const auto algorithm = jose::algorithm_named(name)) return *algorithm;
  std::vector<std::string_view> names;
  std::string list;
  for (const auto algorithm : jose::all_algorithms) {
    names.push_back(jose::name(algorithm));
    list += (list.empty() ? "" : ", ") + std::string(names.back());
  }
  const auto near = server::nearest(name, names);
  throw WrongUsage("--algorithm: " + name + " is none of " + list +
                   (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
}

jose::Jwk make_key(jose::Algorithm algorithm) {
  auto key = jose::Jwk::generate(algorithm);
  while (key.kid().starts_with('-')) key = jose::Jwk::generate(algorithm);
  return key;
}

jose::Jwk make_successor(const auth::KeySchedule& schedule, TimePoint now) {
  const auto* signing = schedule.signing(now);
  return make_key(signing ? signing->algorithm : jose::Algorithm::ES256);
}

}  // namespace restjwt::cli::keys
