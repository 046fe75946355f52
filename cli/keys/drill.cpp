#include "cli/keys/drill.hpp"

#include <algorithm>

#include <restjwt/jose.hpp>

#include "cli/instant.hpp"
#include "cli/keys/open_keys.hpp"

namespace restjwt::cli::keys {
namespace {

using auth::KeyRefusal;
using auth::KeyScheduleErrc;
using auth::KeyState;
using std::chrono::seconds;

Json claims_for(const auth::Settings& settings, TimePoint now) {
  const auto exp = std::chrono::floor<seconds>(now + settings.expiration_delta);
  auto claims = Json::object({{"user_id", 1}, {"exp", exp.time_since_epoch().count()}});
  if (settings.issuer) claims.set("iss", *settings.issuer);
  if (!settings.audience.empty()) claims.set("aud", settings.audience.front());
  return claims;
}

}  // namespace

Drill::Drill(auth::KeySchedule keys, const auth::Settings& settings,
             const auth::RotationRules& rules, TimePoint start)
    : settings_(settings),
      rules_(rules),
      validation_(auth::validation_of(settings, {.take_turns = true})),
      now_(start),
      schedule_(std::move(keys)) {}

void Drill::play() {
  begin();
  if (!problems_.empty()) return;
  publish_successor();
  rotate();
  if (problems_.empty()) retire();
}

void Drill::begin() {
  const bool made = !schedule_.signing(now_);
  if (made) {
    const auto key = make_successor(schedule_, now_);
    (void)change(
        [&](const auto& before) { return before.add(key, *key.algorithm(), now_, rules_); });
  }
  const auto* signing = schedule_.signing(now_);
  if (!signing) return problems_.push_back("no key signs");
  old_ = signing->kid;
  issue_all();
  step(made ? "there was no key that signs; keys generate made one" : "as it is now");
}

void Drill::publish_successor() {
  const auto is_next = [&](const auth::ScheduledKey& key) {
    return schedule_.state(key, now_) == KeyState::next;
  };
  if (std::ranges::any_of(schedule_.keys(), is_next)) return;
  const auto key = make_successor(schedule_, now_);
  (void)change([&](const auto& before) { return before.add(key, *key.algorithm(), now_, rules_); });
  step("keys generate: " + key.kid() + " is published and does not sign yet");
}

void Drill::rotate() {
  if (const auto refusal = try_to_rotate()) {
    step("keys rotate is refused: " + refusal_text(*refusal, schedule_, now_));
    if (!refusal->until) return problems_.push_back("the keys cannot be rotated");
    now_ = *refusal->until - seconds{1};
    issue_all();
    step("a second before it may sign");
    now_ = *refusal->until;
    // A key whose beginning was decided before begins by itself.
    if (schedule_.signing(now_)->kid == old_) {
      if (const auto again = try_to_rotate())
        return problems_.push_back("keys rotate: " + refusal_text(*again, schedule_, now_));
    }
  }
  new_ = schedule_.signing(now_)->kid;
  issue_all();
  step("keys rotate: " + new_ + " signs, " + old_ + " verifies what it signed");
}

void Drill::retire() {
  if (const auto refusal = try_to_retire()) {
    step("keys retire is refused: " + refusal_text(*refusal, schedule_, now_));
    if (!refusal->until)
      return problems_.push_back(
          "no key can ever be retired without logging somebody out: tokens do not expire "
          "(JWT_VERIFY_EXPIRATION = false)");
    now_ = *refusal->until - seconds{1};
    issue_all();
    if (const auto early = try_to_retire())
      step("a second before the last token of " + old_ + " is gone, keys retire is still refused");
    else step("keys retire ended " + old_ + " a second early");
    now_ = *refusal->until;
    if (const auto again = try_to_retire())
      return problems_.push_back("keys retire: " + refusal_text(*again, schedule_, now_));
  }
  step("keys retire: " + old_ + " is gone");
}

std::optional<KeyRefusal> Drill::change(const Change& change) {
  auto changed = change(schedule_);
  if (!changed) return changed.error();
  schedule_ = *std::move(changed);
  return std::nullopt;
}

std::optional<KeyRefusal> Drill::try_to_rotate() {
  return change([&](const auth::KeySchedule& before) {
    return before.rotate(now_, rules_, [&] { return make_successor(before, now_); });
  });
}

std::optional<KeyRefusal> Drill::try_to_retire() {
  return change([&](const auth::KeySchedule& before) { return before.retire(old_, now_, rules_); });
}

void Drill::issue(const auth::ScheduledKey& key, bool named) {
  auto signing = jose::SigningKey::from_jwk(*key.key, key.algorithm);
  if (!signing) return problems_.push_back(key.kid + " cannot sign: " + signing.error().message());
  const auto claims = claims_for(settings_, now_);
  tokens_.push_back({.text = jose::encode(claims, signing->with_kid(named ? key.kid : "")),
                     .claims = to_text(claims),
                     .of = "a token of " + key.kid + (named ? "" : " without kid") + ", issued " +
                           instant_text(now_)});
}

void Drill::issue_all() {
  const auto* signing = schedule_.signing(now_);
  if (!signing) return;
  issue(*signing, true);
  // As from before the keys had names.
  if (signing->kid == old_ && !validation_.require_kid) issue(*signing, false);
}

void Drill::step(std::string what) {
  DrillStep done{.at = now_, .what = std::move(what)};
  for (const auto& key : schedule_.keys())
    if (!key.retired) done.keys.emplace_back(key.kid, schedule_.state(key, now_));
  done.unexpired = check_tokens();
  steps_.push_back(std::move(done));
}

std::size_t Drill::check_tokens() {
  const auto keys = auth::verification_keys(settings_, schedule_);
  std::size_t unexpired = 0;
  for (const auto& token : tokens_) {
    const auto claims = jose::Claims::parse(token.claims).value();
    if (jose::check(claims, validation_, now_)) continue;  // expired
    ++unexpired;
    if (const auto seen = jose::decode(token.text, keys, validation_, now_); !seen)
      problems_.push_back(token.of + ", is refused at " + instant_text(now_) + ": " +
                          seen.error().message());
  }
  return unexpired;
}

}  // namespace restjwt::cli::keys
