#include <algorithm>
#include <iostream>

#include "cli/instant.hpp"
#include "cli/keys/commands.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/terminal.hpp"
#include "server/session_stores.hpp"

namespace restjwt::cli::keys {
namespace {

std::string price_of(const auth::ScheduledKey& key, const auth::KeySchedule& schedule,
                     TimePoint now) {
  std::string price = "This ends " + key.kid +
                      " with all its tokens: whoever holds an unexpired one has to log in again.";
  const auto* signing = schedule.signing(now);
  if (signing && signing->kid == key.kid)
    price +=
        " Another key will sign at once: who has cached the key set and does not know that key "
        "refuses its tokens until the key set is read again.";
  return price;
}

/// Only others sign with it, and nobody knows how long their tokens live.
bool only_verifies(const auth::ScheduledKey& key) { return key.key && !key.key->is_private(); }

std::string what_ended(const auth::ScheduledKey& key, TimePoint now) {
  if (only_verifies(key)) return "tokens that others made with it are refused from now on";
  if (!key.active || now < *key.active) return "it has never signed, and its key is gone";
  return "nobody can hold an unexpired token of it, and its key is gone";
}

void confirm(const Arguments& arguments, const std::string& price, const std::string& kid) {
  std::cerr << printable(price) << '\n';
  if (arguments.yes) return;
  if (!stdin_is_terminal()) throw WrongUsage("no terminal to ask for a yes; say it with --yes");
  if (!ask_yes_no("End " + kid + " now?")) throw Refused("nothing was changed");
}

bool settings_hold(const jose::Jwk& key, const auth::Settings& settings) {
  std::vector<auth::SettingsProblem> unusable;
  const auto all = auth::settings_jwks(settings, unusable);
  const auto is_it = [&](const jose::Jwk& one) { return one.thumbprint() == key.thumbprint(); };
  return std::ranges::any_of(all.signing, is_it) || std::ranges::any_of(all.verifying, is_it);
}

/// Who else takes tokens of this key after it has ended, and what to do about it.
std::vector<std::string> others_that_hold(const auth::ScheduledKey& key,
                                          const auth::KeySchedule& schedule,
                                          const auth::Settings& settings) {
  std::vector<std::string> others;
  if (!key.key) return others;
  for (const auto& other : schedule.keys())
    if (other.kid != key.kid && other.key && other.key->thumbprint() == key.key->thumbprint())
      others.push_back(other.kid + " is the same key: retire it as well");
  if (settings_hold(*key.key, settings))
    others.push_back("[JWT_AUTH] holds the same key: take it out there and restart the servers");
  return others;
}

/// Servers with key directories of their own are told by the database. Returns false, and says so,
/// where that fails.
bool tell_others(const server::Config& config, const std::string& kid) {
  if (config.database_url.empty() && !std::filesystem::exists(config.database_file)) return true;
  try {
    server::Database database(config);
    const server::SessionStores stores(database, config);
    if (!stores.revocations) return true;
    const auto key = auth::Revocation::of_key(kid, std::nullopt);
    const auth::AuditEvent event{.name = "key_revoked",
                                 .at = system_clock()(),
                                 .by = "restjwt keys retire --compromised",
                                 .reason = kid};
    stores.revocations->append({&key, 1}, &event);
    return true;
  } catch (const auth::StoreError& error) {
    complain("servers with other key directories were not told: " + std::string(error.what()));
    return false;
  }
}

int end_compromised(const Arguments& arguments, OpenKeys& keys, const std::string& kid) {
  const auto before = keys.store->load();
  const auto& key = key_named(before, kid);
  const auto others = others_that_hold(key, before, keys.config.auth);
  confirm(arguments, price_of(key, before, keys.now), kid);
  const auto after = keys.change([&](const auth::KeySchedule& schedule) {
    return schedule.retire_compromised(kid, keys.now, keys.rules,
                                       [&] { return make_successor(schedule, keys.now); });
  });
  std::cout << "retired " << printable(kid) << ": its tokens are refused, its key is gone\n";
  const auto* old = before.signing(keys.now);
  const auto* signing = after.signing(keys.now);
  if (signing && !(old && old->kid == signing->kid))
    std::cout << printable(signing->kid) << " (" << jose::name(signing->algorithm)
              << ") signs now\n";
  for (const auto& other : others) complain("its tokens are still taken: " + other);
  return tell_others(keys.config, kid) && others.empty() ? ok : refused;
}

}  // namespace

int retire(const Arguments& arguments, const RetireArguments& given) {
  OpenKeys keys(arguments);
  const auto schedule = keys.store->load();
  const auto& key = key_named(schedule, given.kid);
  if (key.retired && *key.retired <= keys.now)
    throw Refused(given.kid + " is retired already, since " + instant_text(*key.retired));
  if (given.compromised) return end_compromised(arguments, keys, given.kid);
  if (only_verifies(key))
    confirm(arguments, "This ends " + key.kid + " with every token that others made with it.",
            key.kid);
  (void)keys.change([&](const auth::KeySchedule& before) {
    return before.retire(given.kid, keys.now, keys.rules);
  });
  std::cout << "retired " << printable(given.kid) << ": " << what_ended(key, keys.now) << '\n';
  return ok;
}

}  // namespace restjwt::cli::keys
