#include <restjwt/auth/key_schedule.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <restjwt/unicode.hpp>

namespace restjwt::auth {
namespace {

using std::chrono::seconds;
using Keys = std::vector<ScheduledKey>;
using Changed = KeySchedule::Changed;

bool can_sign(const ScheduledKey& key) { return key.key && key.key->is_private(); }

/// Whether its turn came, or will: a key that was retired before it began never signed.
bool takes_a_turn(const ScheduledKey& key) {
  return key.active && !(key.retired && *key.retired <= *key.active);
}

/// What orders the turns.
auto turn(const ScheduledKey& key) { return std::tie(*key.active, key.published, key.kid); }

void require_sound(const Keys& keys) {
  std::set<std::string_view> kids;
  for (const auto& key : keys) {
    if (key.kid.empty()) throw std::invalid_argument("a key has no kid");
    if (!kids.insert(key.kid).second)
      throw std::invalid_argument("two keys go by the kid " + key.kid);
    if (key.key.has_value() == key.retired.has_value())
      throw std::invalid_argument("key " + key.kid + ": a key is gone once retired, and only then");
    if (key.active && key.key && !key.key->is_private())
      throw std::invalid_argument("key " + key.kid + ": a public key never signs");
  }
}

KeyRefusal refuse(std::error_code code, std::string_view kid, std::optional<TimePoint> until = {}) {
  return {code, std::string(kid), until};
}

/// Why the key cannot be used as it is; no error where it can.
std::error_code usability(const jose::Jwk& key) {
  if (key.is_private()) {
    const auto signing = jose::SigningKey::from_jwk(key);
    return signing ? std::error_code() : signing.error();
  }
  const auto verifying = jose::VerificationKey::from_jwk(key);
  return verifying ? std::error_code() : verifying.error();
}

/// A new key with its name and algorithm, or why it cannot be taken.
Result<ScheduledKey, KeyRefusal> take_in(const KeySchedule& schedule, jose::Jwk key,
                                         jose::Algorithm algorithm, TimePoint now) {
  if (key.kid().empty()) key = key.with_kid(key.thumbprint());
  const std::string kid = key.kid();
  if (!can_be_kid(kid)) return refuse(KeyScheduleErrc::unusable_kid, kid);
  if (schedule.find(kid)) return refuse(KeyScheduleErrc::taken_kid, kid);
  auto fitting = key.with_algorithm(algorithm);
  if (!fitting) return refuse(fitting.error(), kid);
  if (const auto why = usability(*fitting)) return refuse(why, kid);
  return ScheduledKey{
      .kid = kid, .algorithm = algorithm, .key = *std::move(fitting), .published = now};
}

/// A key of `make`, which is to sign.
Result<ScheduledKey, KeyRefusal> take_in_made(const KeySchedule& schedule,
                                              const std::function<jose::Jwk()>& make,
                                              TimePoint now) {
  const jose::Jwk key = make();
  if (!key.is_private()) return refuse(jose::KeyErrc::no_private_part, key.kid());
  if (!key.algorithm()) return refuse(jose::KeyErrc::no_algorithm, key.kid());
  return take_in(schedule, key, *key.algorithm(), now);
}

/// Decides when the key begins: from that instant on, in the first second that is no other key's.
void begin(ScheduledKey& key, const KeySchedule& schedule, TimePoint when,
           const RotationRules& rules) {
  const auto taken = [&](const ScheduledKey& other) {
    return takes_a_turn(other) && other.active == when;
  };
  while (std::ranges::any_of(schedule.keys(), taken)) when += seconds{1};
  key.active = when;
  key.longest_life = rules.longest_life.value_or(seconds{0});
}

KeySchedule with(const KeySchedule& schedule, ScheduledKey added) {
  Keys keys = schedule.keys();
  keys.push_back(std::move(added));
  return KeySchedule(std::move(keys));
}

/// The same with that key, which goes by a kid of the schedule, in the place of the old one.
KeySchedule replacing(const KeySchedule& schedule, ScheduledKey changed) {
  Keys keys = schedule.keys();
  *std::ranges::find(keys, changed.kid, &ScheduledKey::kid) = std::move(changed);
  return KeySchedule(std::move(keys));
}

/// The retired keys that were retired last; the others' names are free again.
KeySchedule forgetting(const KeySchedule& schedule) {
  Keys keys = schedule.keys();
  auto surplus =
      std::ranges::count_if(keys, &std::optional<TimePoint>::has_value, &ScheduledKey::retired);
  for (; surplus > std::ptrdiff_t{most_retired_keys}; --surplus)
    keys.erase(std::ranges::min_element(
        keys, {}, [](const ScheduledKey& key) { return key.retired.value_or(TimePoint::max()); }));
  return KeySchedule(std::move(keys));
}

KeySchedule without(const KeySchedule& schedule, ScheduledKey key, TimePoint now) {
  key.key.reset();
  key.retired = now;
  return forgetting(replacing(schedule, std::move(key)));
}

bool has_to_begin(const ScheduledKey& key, TimePoint now) {
  return can_sign(key) && (!key.active || now < *key.active);
}

/// The next key: of several the one published first.
const ScheduledKey* next_key(const KeySchedule& schedule, TimePoint now) {
  const auto next = std::ranges::find_if(
      schedule.keys(), [&](const ScheduledKey& key) { return has_to_begin(key, now); });
  return next == schedule.keys().end() ? nullptr : &*next;
}

/// The next key whose beginning is decided already.
const ScheduledKey* key_under_way(const KeySchedule& schedule, TimePoint now) {
  const auto key = std::ranges::find_if(schedule.keys(), [&](const ScheduledKey& candidate) {
    return candidate.active && has_to_begin(candidate, now);
  });
  return key == schedule.keys().end() ? nullptr : &*key;
}

/// The next key begins, or a new one.
Changed begin_next(const KeySchedule& schedule, TimePoint now, const RotationRules& rules,
                   const std::function<jose::Jwk()>& make) {
  if (const ScheduledKey* next = next_key(schedule, now)) {
    ScheduledKey begun = *next;
    begin(begun, schedule, now, rules);
    return replacing(schedule, std::move(begun));
  }
  if (!make) return refuse(KeyScheduleErrc::nothing_to_sign_with, {});
  auto made = take_in_made(schedule, make, now);
  if (!made) return made.error();
  begin(*made, schedule, now, rules);
  return with(schedule, *std::move(made));
}

}  // namespace

std::string_view name(KeyState state) noexcept {
  constexpr std::string_view names[] = {"next", "active", "retiring", "retired"};
  return names[static_cast<std::size_t>(state)];
}

bool can_be_kid(std::string_view text) noexcept {
  constexpr std::size_t longest = 256;
  return !text.empty() && text.size() <= longest && first_invalid_utf8(text) == text.size();
}

KeySchedule::KeySchedule(std::vector<ScheduledKey> keys) : keys_(std::move(keys)) {
  require_sound(keys_);
  std::ranges::stable_sort(
      keys_, {}, [](const ScheduledKey& key) { return std::tie(key.published, key.kid); });
}

const ScheduledKey* KeySchedule::find(std::string_view kid) const noexcept {
  const auto found = std::ranges::find(keys_, kid, &ScheduledKey::kid);
  return found == keys_.end() ? nullptr : &*found;
}

const ScheduledKey* KeySchedule::signing(TimePoint now) const noexcept {
  const ScheduledKey* latest = nullptr;
  const ScheduledKey* coming = nullptr;
  for (const auto& key : keys_) {
    if (!takes_a_turn(key)) continue;
    if (*key.active <= now) {
      if (!latest || turn(key) > turn(*latest)) latest = &key;
    } else if (key.key && (!coming || turn(key) < turn(*coming))) {
      coming = &key;
    }
  }
  // Where the latest is gone, the one before it does not come back: it is retiring already. The
  // clock of whoever ended it is ahead of ours, and its successor has begun there.
  return latest && latest->key ? latest : coming;
}

KeyState KeySchedule::state(const ScheduledKey& key, TimePoint now) const {
  if (key.retired) return KeyState::retired;
  if (!can_sign(key)) return KeyState::retiring;
  const ScheduledKey* signer = signing(now);
  if (signer && signer->kid == key.kid) return KeyState::active;
  return has_to_begin(key, now) ? KeyState::next : KeyState::retiring;
}

std::optional<TimePoint> KeySchedule::retiring_since(const ScheduledKey& key) const {
  if (key.key && !can_sign(key)) return key.published;
  if (!takes_a_turn(key)) return std::nullopt;
  std::optional<TimePoint> since = key.retired;
  for (const auto& other : keys_)
    if (takes_a_turn(other) && turn(other) > turn(key) && (!since || *other.active < *since))
      since = other.active;
  return since;
}

std::optional<TimePoint> KeySchedule::free_from(const ScheduledKey& key,
                                                const RotationRules& rules) const {
  if (!takes_a_turn(key) || !rules.longest_life) return std::nullopt;
  const auto since = retiring_since(key);
  if (!since) return std::nullopt;
  return *since + std::max(key.longest_life, *rules.longest_life);
}

Changed KeySchedule::add(jose::Jwk key, jose::Algorithm algorithm, TimePoint now,
                         const RotationRules& rules) const {
  if (!key.is_private()) return refuse(jose::KeyErrc::no_private_part, key.kid());
  auto added = take_in(*this, std::move(key), algorithm, now);
  if (!added) return added.error();
  if (!signing(now) && !next_key(*this, now)) begin(*added, *this, now, rules);
  return with(*this, *std::move(added));
}

Changed KeySchedule::add_verifying(jose::Jwk key, jose::Algorithm algorithm, TimePoint now) const {
  if (key.is_private()) {
    const auto public_part = key.public_json();
    if (!public_part) return refuse(jose::KeyErrc::wrong_type, key.kid());
    key = jose::Jwk::parse(*public_part).value();
  }
  auto added = take_in(*this, std::move(key), algorithm, now);
  if (!added) return added.error();
  return with(*this, *std::move(added));
}

Changed KeySchedule::rotate(TimePoint now, const RotationRules& rules,
                            const std::function<jose::Jwk()>& make) const {
  if (const ScheduledKey* coming = key_under_way(*this, now))
    return refuse(KeyScheduleErrc::not_yet_published, coming->kid, coming->active);

  if (const ScheduledKey* next = next_key(*this, now)) {
    const TimePoint known = next->published + rules.publication_period;
    if (now < known) return refuse(KeyScheduleErrc::not_yet_published, next->kid, known);
    return begin_next(*this, now, rules, make);
  }
  if (!signing(now) || !make) return begin_next(*this, now, rules, make);

  auto made = take_in_made(*this, make, now);
  if (!made) return made.error();
  begin(*made, *this, now + rules.publication_period, rules);
  return with(*this, *std::move(made));
}

Changed KeySchedule::retire(std::string_view kid, TimePoint now, const RotationRules& rules) const {
  const ScheduledKey* key = find(kid);
  if (!key) return refuse(KeyScheduleErrc::unknown_kid, kid);
  const KeyState was = state(*key, now);
  if (was == KeyState::retired) return *this;

  const auto free = free_from(*key, rules);
  if (was == KeyState::active) return refuse(KeyScheduleErrc::still_signing, kid, free);
  const bool signed_once = was == KeyState::retiring && key->active;
  if (signed_once && (!free || now < *free)) return refuse(KeyScheduleErrc::tokens_live, kid, free);

  return without(*this, *key, now);
}

Changed KeySchedule::retire_compromised(std::string_view kid, TimePoint now,
                                        const RotationRules& rules,
                                        const std::function<jose::Jwk()>& make) const {
  const ScheduledKey* key = find(kid);
  if (!key) return refuse(KeyScheduleErrc::unknown_kid, kid);
  if (key->retired) return *this;
  const bool signs = state(*key, now) == KeyState::active;
  KeySchedule after = without(*this, *key, now);
  if (signs || (key->active && !after.signing(now))) return begin_next(after, now, rules, make);
  return after;
}

std::vector<jose::Jwk> living_keys(const KeySchedule& schedule) {
  std::vector<jose::Jwk> keys;
  for (const auto& key : schedule.keys())
    if (key.key) keys.push_back(*key.key);
  return keys;
}

}  // namespace restjwt::auth
