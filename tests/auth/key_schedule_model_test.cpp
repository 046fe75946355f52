// Whatever is done in whatever order, as long as time does not go back: what a schedule promises.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "support/scheduled_keys.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

struct Token {
  std::string kid;
  TimePoint expires;
};

class Model : protected test::Rotation {
 public:
  explicit Model(unsigned seed) : random_(seed) {
    rules.publication_period = seconds(pick(0, 50));
    rules.longest_life = seconds(pick(1, 40));
  }

  void run() {
    for (int step = 0; step < 60 && !::testing::Test::HasFailure(); ++step) {
      now += seconds(pick(0, 25));
      act();
      look();
      sign();
    }
  }

 private:
  int pick(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

  std::string any_kid() {
    const auto size = static_cast<int>(keys.keys().size());
    return size == 0 ? "none" : keys.keys()[static_cast<std::size_t>(pick(0, size - 1))].kid;
  }

  jose::Jwk make() {
    // The key is the same each time; only its name matters here.
    static const auto key = jose::Jwk::generate(jose::Algorithm::Ed25519);
    return key.with_kid("k" + std::to_string(++made_));
  }

  void take(const KeySchedule::Changed& changed) {
    if (changed) keys = *changed;
  }

  void act() {
    switch (pick(0, 9)) {
      case 0:
        return take(keys.add(make(), jose::Algorithm::Ed25519, now, rules));
      case 1:
        return take(keys.add_verifying(make(), jose::Algorithm::Ed25519, now));
      case 2:
      case 3:
      case 4:
        return take(keys.rotate(now, rules, [this] { return make(); }));
      case 5:
      case 6:
      case 7:
        return take(keys.retire(any_kid(), now, rules));
      case 8: {
        const auto kid = any_kid();
        const auto signer = signing();
        take(keys.retire_compromised(kid, now, rules, [this] { return make(); }));
        std::erase_if(tokens_, [&](const Token& token) { return token.kid == kid; });
        if (kid == signer) hurried_.insert(signing());
        return;
      }
      default:
        return;
    }
  }

  /// States never go back, one key is active, and every unexpired token verifies.
  void look() {
    int active = 0;
    for (const auto& key : keys.keys()) {
      const KeyState is = keys.state(key, now);
      const auto [was, is_new] = states_.try_emplace(key.kid, is);
      EXPECT_LE(static_cast<int>(was->second), static_cast<int>(is)) << key.kid;
      was->second = is;
      active += is == KeyState::active;
    }
    EXPECT_LE(active, 1);
    if (!states_.empty() && ever_signed_) {
      EXPECT_EQ(active, 1);
    }
    std::erase_if(tokens_, [&](const Token& token) { return token.expires < now; });
    for (const auto& token : tokens_)
      EXPECT_TRUE(keys.find(token.kid)->key.has_value()) << token.kid;
  }

  void sign() {
    const ScheduledKey* key = keys.signing(now);
    if (!key) return;
    ever_signed_ = true;
    const bool first = first_signer_.empty();
    if (first) first_signer_ = key->kid;
    if (key->kid != first_signer_ && !hurried_.contains(key->kid)) {
      EXPECT_GE(now, key->published + rules.publication_period) << key->kid;
    }
    // Alive until its exp, in which second it is still taken.
    tokens_.push_back({key->kid, now + *rules.longest_life - 1s});
  }

  std::mt19937 random_;
  int made_ = 0;
  bool ever_signed_ = false;
  std::string first_signer_{};
  std::set<std::string> hurried_{};  // took over from a compromised key
  std::map<std::string, KeyState> states_{};
  std::vector<Token> tokens_{};
};

TEST(KeyScheduleModel, PromisesHoldThroughAnySequenceOfChanges) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Model(seed).run();
  }
}

}  // namespace
}  // namespace restjwt::auth
