#include "auth/key_ring.hpp"

#include <algorithm>

#include <restjwt/auth/user.hpp>

#include "auth/text_digest.hpp"

namespace restjwt::auth {
namespace {

std::vector<jose::VerificationKey> verifying_keys(const SettingsKeys& keys,
                                                  const KeySchedule& schedule) {
  std::vector<jose::VerificationKey> verifying;
  for (const auto& key : schedule.keys())
    if (key.key)
      verifying.push_back(
          jose::VerificationKey::from_jwk(*key.key, key.algorithm).value().with_kid(key.kid));
  verifying.insert(verifying.end(), keys.verifying.begin(), keys.verifying.end());
  return verifying;
}

std::vector<jose::SigningKey> signing_keys(const KeySchedule& schedule, bool fully_specified) {
  std::vector<jose::SigningKey> signing;
  for (const auto& key : schedule.keys()) {
    if (!key.key || !key.key->is_private()) continue;
    auto made = jose::SigningKey::from_jwk(*key.key, key.algorithm).value().with_kid(key.kid);
    signing.push_back(fully_specified ? made.with_fully_specified_alg() : made);
  }
  return signing;
}

std::shared_ptr<const PublishedKeys> publish(const SettingsKeys& keys,
                                             const KeySchedule& schedule) {
  std::vector<jose::Jwk> published = living_keys(schedule);
  published.insert(published.end(), keys.published.begin(), keys.published.end());
  std::string json = to_text(jose::public_jwk_set(published));
  std::string digest = text_digest(json);
  return std::make_shared<const PublishedKeys>(
      PublishedKeys{.json = std::move(json), .digest = std::move(digest)});
}

}  // namespace

KeyRing::KeyRing(const SettingsKeys& keys, const Settings& settings)
    : own_(keys.signing),
      verification_(keys.verifying),
      rules_(validation_of(settings)),
      published_(publish(keys, {})) {}

KeyRing::KeyRing(const SettingsKeys& keys, const Settings& settings, const KeySchedule& schedule)
    : schedule_(schedule),
      turns_(signing_keys(schedule, settings.fully_specified_algorithms)),
      verification_(verifying_keys(keys, schedule)),
      rules_(validation_of(settings, {.take_turns = true})),
      published_(publish(keys, schedule)) {}

const jose::SigningKey* KeyRing::find_signing(TimePoint now) const {
  if (!schedule_) return own_ ? &*own_ : nullptr;
  const ScheduledKey* key = schedule_->signing(now);
  if (!key) return nullptr;
  const auto found = std::ranges::find(turns_, key->kid, &jose::SigningKey::kid);
  return found == turns_.end() ? nullptr : &*found;
}

bool KeyRing::can_sign(TimePoint now) const { return find_signing(now) != nullptr; }

bool KeyRing::has_retired_of(const KeySchedule& schedule) const {
  return schedule_ && std::ranges::any_of(schedule_->keys(), [&](const ScheduledKey& key) {
           const ScheduledKey* other = schedule.find(key.kid);
           return key.key && other && other->retired;
         });
}

const jose::SigningKey& KeyRing::signing(TimePoint now) const {
  if (const jose::SigningKey* key = find_signing(now)) return *key;
  throw StoreError("no key signs now");
}

jose::KeySet verification_keys(const Settings& settings) {
  std::vector<SettingsProblem> unusable;
  return KeyRing(read_settings_keys(settings, {}, unusable), settings).verification();
}

jose::KeySet verification_keys(const Settings& settings, const KeySchedule& schedule) {
  std::vector<SettingsProblem> unusable;
  const auto own = read_settings_keys(settings, {.take_turns = true}, unusable);
  return KeyRing(own, settings, schedule).verification();
}

}  // namespace restjwt::auth
