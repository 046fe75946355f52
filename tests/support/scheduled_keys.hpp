#pragma once
// Keys that take turns, to test with. Making an Ed25519 key takes microseconds.

#include <string>

#include <restjwt/auth/key_schedule.hpp>

namespace restjwt::test {

inline jose::Jwk new_key(std::string kid, jose::Algorithm algorithm = jose::Algorithm::Ed25519) {
  return jose::Jwk::generate(algorithm).with_kid(std::move(kid));
}

inline auth::RotationRules day_and_five_minutes() {
  return {.publication_period = std::chrono::hours{24}, .longest_life = std::chrono::minutes{5}};
}

/// A schedule and the clock of whoever changes it. Each change must be taken.
class Rotation {
 public:
  auth::KeySchedule keys{};
  TimePoint now{std::chrono::seconds{1'795'473'400}};
  auth::RotationRules rules = day_and_five_minutes();

  void add(const std::string& kid) {
    keys = keys.add(new_key(kid), jose::Algorithm::Ed25519, now, rules).value();
  }
  void rotate(const std::string& made = "made") {
    keys = keys.rotate(now, rules, [&] { return new_key(made); }).value();
  }
  void retire(const std::string& kid) { keys = keys.retire(kid, now, rules).value(); }

  auth::KeyState state(const std::string& kid) const { return keys.state(*keys.find(kid), now); }
  std::string signing() const {
    const auto* key = keys.signing(now);
    return key ? key->kid : "nobody";
  }
};

}  // namespace restjwt::test
