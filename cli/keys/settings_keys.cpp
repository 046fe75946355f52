#include "cli/keys/settings_keys.hpp"

#include <algorithm>
#include <string>

#include "cli/command.hpp"

namespace restjwt::cli::keys {
namespace {

using jose::Algorithm;
using jose::Jwk;

/// By its thumbprint where it has no name.
void give_name(Jwk& key, const auth::Settings& settings) {
  if (!key.kid().empty()) return;
  if (settings.insist_on_kid)
    throw Refused(
        "a key of [JWT_AUTH] has no name, so JWT_INSIST_ON_KID refuses its tokens: taking it over "
        "keeps nobody logged in");
  key = key.with_kid(key.thumbprint());
}

}  // namespace

auth::SettingsJwks keys_of_settings(const auth::Settings& settings) {
  std::vector<auth::SettingsProblem> problems;
  auto found = auth::settings_jwks(settings, problems);
  if (!problems.empty()) throw Refused(problems.front().setting + ": " + problems.front().reason);
  if (found.signing.empty())
    throw Refused("[JWT_AUTH] has no key that signs and can be taken over" +
                  std::string(settings.allow_short_secret ? "; a short secret cannot be" : ""));
  for (auto* keys : {&found.signing, &found.verifying})
    for (auto& key : *keys) give_name(key, settings);
  return found;
}

auth::KeySchedule::Changed taken_over(const auth::KeySchedule& before, const Jwk& key,
                                      Algorithm algorithm, TimePoint now,
                                      const auth::RotationRules& rules) {
  const auto* signing = before.signing(now);
  if (!signing || before.find(key.kid()) || !auth::can_be_kid(key.kid()))
    return before.add(key, algorithm, now, rules);
  auto first = *signing->active;
  for (const auto& other : before.keys())
    if (other.active) first = std::min(first, *other.active);
  auto all = before.keys();
  // Its tokens may be as young as this very second, whenever the store's first key began.
  all.push_back(
      {.kid = key.kid(),
       .algorithm = algorithm,
       .key = key,
       .published = now,
       .active = first - std::chrono::seconds{1},
       .longest_life = now - first + rules.longest_life.value_or(std::chrono::seconds{})});
  return auth::KeySchedule(std::move(all));
}

}  // namespace restjwt::cli::keys
