// `restjwt keys import`: keys that were made elsewhere.

#include <functional>
#include <iostream>
#include <vector>

#include "cli/keys/commands.hpp"
#include "cli/keys/description.hpp"
#include "cli/keys/key_text.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/keys/settings_keys.hpp"
#include "cli/terminal.hpp"
#include "server/config_values.hpp"

namespace restjwt::cli::keys {
namespace {

void check_usage(const ImportArguments& given) {
  if (given.from_settings && !given.file.empty())
    throw WrongUsage("--from-settings takes the keys of [JWT_AUTH], not a FILE");
  if (!given.from_settings && given.file.empty())
    throw WrongUsage("say what to import: FILE, or --from-settings");
  if (given.secret && given.verify_only)
    throw WrongUsage("--verify-only: whoever verifies with a secret can sign with it too");
}

jose::Jwk secret_in(const std::string& file) {
  const auto secret = server::read_secret_file(file);
  if (!secret) throw Refused(secret.error());
  if (auth::is_der(*secret)) throw Refused(der_refusal(file));
  if (auth::is_known_secret(*secret)) throw Refused(file + ": this secret is publicly known");
  const auto key = jose::Jwk::from_secret(*secret);
  if (!key) throw Refused(file + ": " + key.error().message());
  return *key;
}

jose::Algorithm algorithm_for(const jose::Jwk& key, const ImportArguments& given,
                              const server::Config& config) {
  if (!given.algorithm.empty()) return algorithm_of(given.algorithm);
  if (const auto own = key.algorithm()) return *own;
  const auto configured = config.auth.algorithms.front();
  if (given.secret && jose::is_hmac(configured)) return configured;
  throw Refused("the key fits several algorithms; say which one it is for: --algorithm " +
                std::string(key.public_json() ? "RS256" : "HS256"));
}

void check_fit(const jose::Jwk& key, jose::Algorithm algorithm) {
  if (const auto fitting = key.with_algorithm(algorithm); !fitting)
    throw Refused(std::string(jose::name(algorithm)) + ": " + fitting.error().message());
}

/// A key on its way into the store, with a kid.
struct Arrival {
  enum class As { new_key, verifying, has_signed };
  jose::Jwk key;
  jose::Algorithm algorithm;
  As as;
};

Arrival arrival_of(const jose::Jwk& key, jose::Algorithm algorithm, const ImportArguments& given) {
  check_fit(key, algorithm);
  auto named = key.kid().empty() ? key.with_kid(key.thumbprint()) : key;
  if (!given.kid.empty()) named = key.with_kid(given.kid);
  const bool signs = key.is_private() && !given.verify_only;
  return {std::move(named), algorithm, signs ? Arrival::As::new_key : Arrival::As::verifying};
}

auth::KeySchedule::Changed with(const auth::KeySchedule& before, const Arrival& one,
                                const OpenKeys& keys) {
  switch (one.as) {
    case Arrival::As::new_key:
      return before.add(one.key, one.algorithm, keys.now, keys.rules);
    case Arrival::As::verifying:
      return before.add_verifying(one.key, one.algorithm, keys.now);
    case Arrival::As::has_signed:
      break;
  }
  return taken_over(before, one.key, one.algorithm, keys.now, keys.rules);
}

/// One change for all of them: either every key is there afterwards, or none. `choose` may drop
/// some when it sees the keys that are there.
void import_all(
    OpenKeys& keys, std::vector<Arrival> all,
    const std::function<void(const auth::KeySchedule&, std::vector<Arrival>&)>& choose = {}) {
  const auto after = keys.change([&](const auth::KeySchedule& before) {
    if (choose) choose(before, all);
    auth::KeySchedule::Changed changed = before;
    for (auto one = all.begin(); changed && one != all.end(); ++one)
      changed = with(auth::KeySchedule(*changed), *one, keys);
    return changed;
  });
  for (const auto& one : all) {
    const auto& kid = one.key.kid();
    const Description about(after, key_named(after, kid), keys.rules, keys.now);
    std::cout << "imported " << printable(kid) << ": " << about.summary() << '\n';
  }
}

void import_one(OpenKeys& keys, const ImportArguments& given, const jose::Jwk& key) {
  import_all(keys, {arrival_of(key, algorithm_for(key, given, keys.config), given)});
}

void complain_of_skipped(const std::string& file, const std::string& kid, const std::string& why) {
  complain(file + ": skipped " + (kid.empty() ? "a key" : kid) + ": " + why);
}

/// The entries of a JWK Set that can be meant for us. Others are reported and left out, as RFC 7517
/// section 5 wants it: an issuer's key for encrypting says nothing against its keys for signing.
std::vector<Arrival> arrivals_of(const KeysInText& set, const ImportArguments& given,
                                 const server::Config& config) {
  std::vector<Arrival> all;
  for (const auto& reason : set.skipped) complain(given.file + ": skipped " + reason);
  for (const auto& key : set.keys) {
    const auto usable = jose::VerificationKey::from_jwk(key);
    const auto why = usable ? std::error_code() : usable.error();
    if (why == jose::KeyErrc::unknown_algorithm || why == jose::KeyErrc::not_for_signatures) {
      complain_of_skipped(given.file, key.kid(), why.message());
      continue;
    }
    try {
      const auto own = key.algorithm();
      all.push_back(arrival_of(key, own ? *own : algorithm_for(key, given, config), given));
    } catch (const Refused& refusal) {
      throw Refused((key.kid().empty() ? "" : key.kid() + ": ") + refusal.what());
    }
  }
  return all;
}

/// So that a set can be imported again when its issuer has added a key.
void drop_known(const auth::KeySchedule& before, std::vector<Arrival>& all,
                const std::string& file) {
  std::erase_if(all, [&](const Arrival& one) {
    const auto* there = before.find(one.key.kid());
    const bool is_same = there && (!there->key || there->key->thumbprint() == one.key.thumbprint());
    if (is_same)
      complain_of_skipped(file, one.key.kid(),
                          there->key ? "it is there already" : "it is retired already");
    return is_same;
  });
  if (all.empty()) throw Refused("there is nothing new in it");
}

void import_set(OpenKeys& keys, const ImportArguments& given, const KeysInText& set) try {
  if (!given.kid.empty())
    throw WrongUsage("--kid names one key, and " + given.file + " holds " +
                     std::to_string(set.keys.size()));
  import_all(keys, arrivals_of(set, given, keys.config),
             [&](const auto& before, auto& all) { drop_known(before, all, given.file); });
} catch (const Refused& why) {
  throw Refused("nothing of " + given.file + " was imported: " + why.what());
}

void import_settings(OpenKeys& keys, const ImportArguments& given) {
  const auto found = keys_of_settings(keys.config.auth);
  if (found.signing.size() + found.verifying.size() != 1 && !given.kid.empty())
    throw WrongUsage("--kid names one key, and the settings hold several");
  const auto renamed = [&](const jose::Jwk& key) {
    return given.kid.empty() ? key : key.with_kid(given.kid);
  };
  std::vector<Arrival> all;
  for (const auto& key : found.signing)
    all.push_back({renamed(key), *key.algorithm(), Arrival::As::has_signed});
  for (const auto& key : found.verifying)
    all.push_back({renamed(key), *key.algorithm(), Arrival::As::verifying});
  import_all(keys, std::move(all));
}

}  // namespace

int import_keys(const Arguments& arguments, const ImportArguments& given) {
  check_usage(given);
  OpenKeys keys(arguments);
  if (given.from_settings) {
    import_settings(keys, given);
  } else if (given.secret) {
    import_one(keys, given, secret_in(given.file));
  } else {
    const auto ask = passphrase_from(given.passphrase_file, given.file);
    const auto found = keys_in(read_key_text(given.file), given.file, ask);
    if (found.is_set) import_set(keys, given, found);
    else import_one(keys, given, found.keys.front());
  }
  return ok;
}

}  // namespace restjwt::cli::keys
