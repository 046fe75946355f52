#include <restjwt/jose/verified_token_cache.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <span>
#include <thread>

#include <gtest/gtest.h>

#include "jose/forgery.hpp"

namespace restjwt::jose {
namespace {

using namespace std::chrono_literals;
using forgery::now;
using forgery::signing_key;

constexpr std::int64_t t0 = 1'700'000'000;
const std::error_code none;
using Answer = Result<std::shared_ptr<const VerifiedToken>>;

const SigningKey& ed_key() {
  static const SigningKey key = signing_key(Algorithm::Ed25519);
  return key;
}

std::string token_of(const Json& claims, const SigningKey& key = ed_key()) {
  return encode(claims, key);
}
std::string token_number(int number, std::size_t padding = 0) {
  return token_of(
      Json::object({{"n", number}, {"exp", t0 + 300}, {"pad", std::string(padding, 'x')}}));
}

std::error_code refusal(const Answer& answer) { return answer ? none : answer.error(); }

/// One cache and what is asked of it, so that a test names only what it changes.
struct Door {
  VerifiedTokenCache cache;
  KeySet keys{ed_key().verification_key()};
  Validation rules{};

  explicit Door(VerifiedTokenLimits limits = {}) : cache(limits) {}
  Door(VerifiedTokenLimits limits, TokenHash hash) : cache(limits, std::move(hash)) {}

  Answer ask(std::string_view token, TimePoint at = now, const Revocations& revocations = {}) {
    return cache.decode(token, keys, rules, at, revocations);
  }
  /// Asks as often as it takes.
  void remember(std::string_view token) {
    for (int i = 0; i < 2; ++i) EXPECT_EQ(refusal(ask(token)), none);
  }
  /// Whether it is answered from memory.
  bool hits(std::string_view token) {
    const auto before = cache.usage().hits;
    EXPECT_EQ(refusal(ask(token)), none);
    return cache.usage().hits > before;
  }
};

TEST(VerifiedTokenCache, GivesTheSameTokenAgainWithoutACopy) {
  Door door;
  const std::string token = token_number(1);
  EXPECT_EQ(refusal(door.ask(token)), none);
  const auto first = door.ask(token).value(), second = door.ask(token).value();
  EXPECT_EQ(first.get(), second.get());
  EXPECT_EQ(first->claims().find("n")->as_int(), 1);
  EXPECT_EQ(first->algorithm(), Algorithm::Ed25519);
  EXPECT_EQ(door.cache.usage().hits, 1u);
  EXPECT_EQ(door.cache.usage().misses, 2u);
}

TEST(VerifiedTokenCache, RemembersTokensOfEveryAlgorithmButHmac) {
  for (const Algorithm algorithm : all_algorithms) {
    const SigningKey key = signing_key(algorithm);
    Door door;
    door.keys = key.verification_key();
    const std::string token = token_of(Json::object({{"n", 1}}), key);
    door.remember(token);
    EXPECT_EQ(door.hits(token), !is_hmac(algorithm)) << name(algorithm);
    EXPECT_EQ(door.cache.usage().entries, is_hmac(algorithm) ? 0u : 1u) << name(algorithm);
  }
}

TEST(VerifiedTokenCache, RemembersNoRefusal) {
  Door door;
  const std::string good = token_number(1);
  const std::string forged =
      token_number(2).substr(0, good.rfind('.')) + good.substr(good.rfind('.'));
  EXPECT_EQ(refusal(door.ask(forged)), TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(door.ask("a.b")), TokenErrc::malformed);
  EXPECT_EQ(refusal(door.ask(good, now + 300s)), TokenErrc::expired);
  EXPECT_EQ(door.cache.usage().entries, 0u);
  EXPECT_EQ(door.cache.usage().misses, 3u);
}

TEST(VerifiedTokenCache, LongerTokensThanAllowedAreRefusedUnread) {
  Door door({}, [](std::string_view) -> std::uint64_t { throw std::logic_error("was hashed"); });
  door.rules.max_length = 100;
  EXPECT_EQ(refusal(door.ask(std::string(101, 'x'))), TokenErrc::too_long);
}

TEST(VerifiedTokenCache, ExpIsLookedAtOnEveryHit) {
  Door door;
  const std::string token = token_number(1);
  door.remember(token);
  EXPECT_EQ(refusal(door.ask(token, now + 300s)), TokenErrc::expired);
  EXPECT_EQ(refusal(door.ask(token, now + 299s)), none);
  EXPECT_EQ(door.cache.usage().hits, 2u);
}

TEST(VerifiedTokenCache, NbfAndIatAreLookedAtWhenTheClockGoesBack) {
  Door door;
  const std::string nbf = token_of(Json::object({{"nbf", t0}})),
                    iat = token_of(Json::object({{"iat", t0}}));
  door.remember(nbf);
  EXPECT_EQ(refusal(door.ask(nbf, now - 1s)), TokenErrc::not_yet_valid);
  door.remember(iat);
  EXPECT_EQ(refusal(door.ask(iat, now - 61s)), TokenErrc::issued_in_future);
  EXPECT_EQ(door.cache.usage().hits, 2u);
}

TEST(VerifiedTokenCache, LoosenedTimesCountOnHitsAsTheyDoOnMisses) {
  Door door;
  door.rules = {.leeway = 10s, .accept_at_expiry = true};
  const std::string token = token_number(1);
  door.remember(token);
  EXPECT_EQ(refusal(door.ask(token, now + 310s)), none);
  EXPECT_EQ(refusal(door.ask(token, now + 311s)), TokenErrc::expired);
  EXPECT_EQ(door.cache.usage().hits, 2u);
}

TEST(VerifiedTokenCache, WhatOneAudienceAcceptedIsNotServedToAnother) {
  Door door;
  const std::string token = token_of(Json::object({{"aud", "a"}}));
  door.rules.audience = {"a"};
  door.remember(token);
  door.rules.audience = {"b"};
  EXPECT_EQ(refusal(door.ask(token)), TokenErrc::wrong_audience);
  door.rules.audience = {"a"};
  EXPECT_TRUE(door.hits(token)) << "a refusal pushes out nothing";
}

TEST(VerifiedTokenCache, EveryRuleTellsPoliciesApart) {
  using Change = void (*)(Validation&);
  const Change changes[] = {
      [](Validation& rules) { rules.leeway = 1us; },
      [](Validation& rules) { rules.issuer = "me"; },
      [](Validation& rules) {
        rules.audience = {"b", "a"};
      },
      [](Validation& rules) { rules.required = {"exp"}; },
      [](Validation& rules) { rules.require_kid = true; },
      [](Validation& rules) { rules.max_iat_ahead = 61s; },
      [](Validation& rules) { rules.max_length += 1; },
      [](Validation& rules) { rules.accept_at_expiry = true; },
      [](Validation& rules) { rules.untyped_expiry_is_past = true; },
      [](Validation& rules) { rules.accept_endless_times = true; },
      [](Validation& rules) { rules.accept_text_times = true; },
      [](Validation& rules) { rules.ignore_expiry = true; },
      [](Validation& rules) { rules.ignore_unexpected_audience = true; },
      [](Validation& rules) { rules.ignore_kid = true; },
  };
  const std::string token =
      token_of(Json::object({{"iss", "me"}, {"aud", "a"}, {"exp", t0 + 300}}));
  for (const Change& change : changes) {
    Door door;
    door.rules.audience = {"a", "b"};
    door.remember(token);
    EXPECT_TRUE(door.hits(token));
    change(door.rules);
    EXPECT_FALSE(door.hits(token)) << "change " << &change - changes;
  }
}

TEST(VerifiedTokenCache, RequiredClaimsAreDemandedOfRememberedTokens) {
  Door door;
  const std::string token = token_number(1);
  door.remember(token);
  door.rules.required = {"jti"};
  EXPECT_EQ(refusal(door.ask(token)), TokenErrc::missing_claim);
}

TEST(VerifiedTokenCache, CopiesOfAKeySetAreTheSameSet) {
  Door door;
  const std::string token = token_number(1);
  door.remember(token);
  door.keys = KeySet(door.keys);
  EXPECT_TRUE(door.hits(token));
  door.keys = KeySet(door.keys.keys());
  EXPECT_FALSE(door.hits(token)) << "another set of the same keys";
}

TEST(VerifiedTokenCache, AKeyThatIsGoneVerifiesNothing) {
  const KeySet others(signing_key(Algorithm::Ed25519).verification_key());
  Door door;
  const std::string token = token_number(1);
  door.remember(token);
  door.keys = others;
  EXPECT_EQ(refusal(door.ask(token)), TokenErrc::signature_mismatch);
}

// The store gives memory out again at once, so a comparison by address would find the old set.
TEST(VerifiedTokenCache, AKeySetMadeWhereAnotherOneWasIsAnotherOne) {
  const VerificationKey other = signing_key(Algorithm::Ed25519).verification_key();
  const std::string token = token_number(1);
  Door door;
  for (int round = 0; round < 50; ++round) {
    door.keys = KeySet();
    door.keys = KeySet(ed_key().verification_key());
    door.remember(token);
    door.keys = KeySet();
    door.keys = KeySet(other);
    EXPECT_EQ(refusal(door.ask(token)), TokenErrc::signature_mismatch);
  }
}

TEST(VerifiedTokenCache, RevocationsAreAskedOncePerEpoch) {
  Door door;
  const std::string token = token_number(1);
  int asked = 0;
  const auto check = [&](const VerifiedToken&) {
    ++asked;
    return none;
  };
  door.remember(token);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(refusal(door.ask(token, now, {1, check})), none);
  EXPECT_EQ(asked, 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(refusal(door.ask(token, now, {2, check})), none);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(refusal(door.ask(token, now, {1, check})), none);
  EXPECT_EQ(asked, 3) << "nor does an older epoch take what a newer one accepted";
}

TEST(VerifiedTokenCache, RevokedTokensAreRefusedWithTheErrorOfTheCheck) {
  Door door;
  const std::string token = token_number(1);
  const auto gone = std::make_error_code(std::errc::operation_canceled);
  door.remember(token);
  EXPECT_EQ(refusal(door.ask(token, now, {2, [&](const VerifiedToken&) { return gone; }})), gone);
  EXPECT_EQ(refusal(door.ask(token, now, {2, [&](const VerifiedToken&) { return gone; }})), gone);
  EXPECT_EQ(door.cache.usage().hits, 0u);
}

// With one number for all, the comparison in full is all there is.
TEST(VerifiedTokenCache, TokensOfTheSameHashAreToldApart) {
  Door door({}, [](std::string_view) { return std::uint64_t{7}; });
  const std::string first = token_number(1), second = token_number(2);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(door.ask(first).value()->claims().find("n")->as_int(), 1);
    EXPECT_EQ(door.ask(second).value()->claims().find("n")->as_int(), 2);
  }
  EXPECT_TRUE(door.hits(second));
  EXPECT_EQ(door.cache.usage().entries, 1u);
}

TEST(VerifiedTokenCache, NoCharacterOfARememberedTokenMayDiffer) {
  Door door({}, [](std::string_view) { return std::uint64_t{7}; });
  const std::string token = token_number(1);
  door.remember(token);
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string other = token;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(door.ask(other)) << at;
  }
  EXPECT_FALSE(door.ask(token + 'A'));
  EXPECT_FALSE(door.ask(token.substr(0, token.size() - 1)));
  EXPECT_EQ(door.cache.usage().hits, 0u);
  EXPECT_TRUE(door.hits(token));
}

TEST(VerifiedTokenCache, EachHashHasItsSecret) {
  const auto seeded = [](unsigned seed) {
    return [seed](std::span<std::byte> to) {
      std::mt19937 random(seed);
      std::ranges::generate(to, [&] { return std::byte(random()); });
    };
  };
  const TokenHash first = secret_token_hash(seeded(1)), again = secret_token_hash(seeded(1)),
                  other = secret_token_hash(seeded(2));
  for (const std::size_t length : {1, 20, 200, 600, 16384}) {
    const std::string token(length, 'x');
    EXPECT_EQ(first(token), again(token)) << length;
    EXPECT_NE(first(token), other(token)) << length;
  }
}

TEST(VerifiedTokenCache, EntriesAreBounded) {
  Door door({.entries = 20, .shards = 2});
  for (int number = 0; number < 200; ++number) {
    door.remember(token_number(number));
    EXPECT_LE(door.cache.usage().entries, 20u);
  }
  EXPECT_EQ(door.cache.usage().entries, 20u);
}

TEST(VerifiedTokenCache, BytesAreBounded) {
  constexpr std::size_t most = 200'000;
  Door door({.entries = 1000, .bytes = most, .shards = 2});
  for (int number = 0; number < 100; ++number) {
    door.remember(token_number(number, 100 * number));
    EXPECT_LE(door.cache.usage().bytes, most);
  }
  EXPECT_GE(door.cache.usage().bytes, most / 2);
}

TEST(VerifiedTokenCache, BytesCountWhatAnEntryHasOnTheHeap) {
  const auto bytes_of = [](const Json& claims, Validation rules = {}) {
    Door door({.shards = 1});
    door.rules = std::move(rules);
    door.remember(token_of(claims));
    return door.cache.usage().bytes;
  };
  const Json small = Json::object({{"n", 1}});
  const Json longer = Json::object({{"n", std::string(9000, 'x')}});
  const Json many = Json::object({{"n", Json::Array(4000, Json(1))}});
  EXPECT_GE(bytes_of(small), sizeof(VerifiedToken));
  EXPECT_GE(bytes_of(longer), bytes_of(small) + 9000 + 12000);  // the claims and the text
  EXPECT_GE(bytes_of(many), bytes_of(small) + 4000 * 24);       // and a place for each item
  EXPECT_GE(bytes_of(small, {.required = std::vector<std::string>(100, "n")}),
            bytes_of(small) + 100 * sizeof(std::string));
}

TEST(VerifiedTokenCache, ATokenTooLargeForItsShardIsServedButNotRemembered) {
  Door door({.entries = 10, .bytes = 10'000, .shards = 1});
  door.remember(token_number(1, 5000));
  EXPECT_FALSE(door.hits(token_number(1, 5000)));
  EXPECT_EQ(door.cache.usage().entries, 0u);
  EXPECT_EQ(door.cache.usage().bytes, 0u);
}

TEST(VerifiedTokenCache, WhatItGaveOutlivesItsPlace) {
  Door door({.entries = 1, .shards = 1});
  door.remember(token_number(1));
  const auto held = door.ask(token_number(1)).value();
  EXPECT_EQ(door.cache.usage().hits, 1u);
  door.remember(token_number(2));
  EXPECT_EQ(door.cache.usage().entries, 1u);
  EXPECT_EQ(held->claims().find("n")->as_int(), 1);
}

/// Asks for hot tokens between others, each of which comes so many times; the hot ones that hit.
int hits_during_scan(int times, int scan) {
  constexpr int hot = 40;
  Door door({.entries = 160, .shards = 4});
  std::vector<std::string> tokens;
  for (int number = 0; number < hot; ++number) tokens.push_back(token_number(number));
  for (const std::string& token : tokens) door.remember(token);
  for (const std::string& token : tokens) EXPECT_TRUE(door.hits(token));

  int hits = 0;
  for (int number = 0; number < scan; ++number) {
    const std::string other = token_number(hot + number);
    for (int i = 0; i < times; ++i) EXPECT_EQ(refusal(door.ask(other)), none);
    hits += door.hits(tokens[number % hot]);
  }
  return hits;
}

TEST(VerifiedTokenCache, TokensThatComeOnceTakeNoPlace) {
  Door door;
  for (int number = 0; number < 50; ++number) EXPECT_FALSE(door.hits(token_number(number)));
  EXPECT_EQ(door.cache.usage().entries, 0u);
}

TEST(VerifiedTokenCache, AScanOfTokensThatComeOnceLeavesTheHotOnes) {
  EXPECT_EQ(hits_during_scan(1, 2000), 2000);
}

TEST(VerifiedTokenCache, AScanOfTokensThatAreRememberedLeavesTheHotOnes) {
  EXPECT_EQ(hits_during_scan(2, 1000), 1000);
}

TEST(VerifiedTokenCache, LimitsThatAreNoneAreRefused) {
  EXPECT_THROW(VerifiedTokenCache({.shards = 0}), std::invalid_argument);
  EXPECT_THROW(VerifiedTokenCache({.entries = 15, .shards = 16}), std::invalid_argument);
  EXPECT_NO_THROW(VerifiedTokenCache({.entries = 16, .shards = 16}));
}

// The two invariants, on real threads: a cached answer is never one that a cold verification would
// refuse, and nothing accepted under one policy is served under another. Both follow when every
// answer is the one decode() gives for the same arguments.

/// What a token is verified under; nobody changes it, it is replaced.
struct World {
  KeySet keys;
  Validation rules;
};

class Interleaving : public testing::Test {
 protected:
  static constexpr int issuers = 3;

  Interleaving() {
    for (const Algorithm algorithm : {Algorithm::RS256, Algorithm::ES256, Algorithm::Ed25519})
      keys_.push_back(signing_key(algorithm));
    for (int number = 0; number < 60; ++number) tokens_.push_back(any_token(number));
    turn(std::mt19937(1));
  }

  std::string any_token(int number) {
    std::mt19937 random(number);
    const auto often = [&] { return random() % 4 != 0; };
    Json claims = Json::object({{"n", number}});
    if (often()) claims.set("exp", t0 + static_cast<int>(random() % 20));
    if (random() % 2) claims.set("nbf", t0 + static_cast<int>(random() % 10));
    if (random() % 2) claims.set("iat", t0 + 60 + static_cast<int>(random() % 10));
    if (often()) claims.set("aud", random() % 2 ? "a" : "b");
    if (often()) claims.set("jti", "x");
    return encode(claims, keys_[number % issuers]);
  }

  Validation any_rules(std::mt19937& random) {
    Validation rules;
    const auto audiences = random() % 4;
    if (audiences == 0) rules.ignore_unexpected_audience = true;
    if (audiences == 1) rules.audience = {"a"};
    if (audiences == 2) rules.audience = {"b"};
    if (audiences == 3) rules.audience = {"a", "b"};
    if (random() % 2) rules.leeway = std::chrono::seconds(random() % 5);
    if (random() % 2) rules.required = {"jti"};
    rules.accept_at_expiry = random() % 2;
    rules.ignore_expiry = random() % 4 == 0;
    return rules;
  }

  /// Rotates the keys, reloads the rules, or both.
  void turn(std::mt19937 random) {
    std::vector<VerificationKey> keys;
    for (const SigningKey& key : keys_)
      if (random() % 4 != 0) keys.push_back(key.verification_key());
    auto next = std::make_shared<World>(World{KeySet(std::move(keys)), any_rules(random)});
    const std::lock_guard lock(mutex_);
    if (world_ && random() % 3 == 0) next->keys = world_->keys;
    if (world_ && random() % 3 == 0) next->rules = world_->rules;
    world_ = std::move(next);
  }

  std::shared_ptr<const World> world() {
    const std::lock_guard lock(mutex_);
    return world_;
  }

  void on_threads(int count, const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int number = 0; number < count; ++number) threads.emplace_back(work, number);
    for (std::thread& thread : threads) thread.join();
  }

  std::vector<SigningKey> keys_{};
  std::vector<std::string> tokens_{};
  std::mutex mutex_{};
  std::shared_ptr<const World> world_{};
};

/// As text, so that a difference can be read.
template <class Token>
std::string described(const Result<Token>& answer) {
  if (!answer) return answer.error().message();
  if constexpr (std::is_same_v<Token, VerifiedToken>)
    return std::string(answer->claims().members().text());
  else return std::string((*answer)->claims().members().text());
}

TEST_F(Interleaving, EveryAnswerIsTheOneOfAColdVerification) {
  VerifiedTokenCache cache({.entries = 48, .shards = 4},
                           // eight bits, so that tokens meet
                           [hash = secret_token_hash(system_random())](std::string_view token) {
                             return hash(token) & 0x7'0000'001F;
                           });
  std::atomic<int> clock = 0, accepted = 0;
  const auto verify = [&](std::mt19937& random) {
    const std::string& token = tokens_[random() % tokens_.size()];
    for (int i = 0; i < 8; ++i) {  // in a row, or hardly one would hit while others turn the world
      const auto here = world();
      const TimePoint at = now + std::chrono::seconds(clock.load());
      const auto cached = cache.decode(token, here->keys, here->rules, at);
      const auto cold = decode(token, here->keys, here->rules, at);
      ASSERT_EQ(described(cached), described(cold));
      accepted += cached.has_value();
    }
  };
  on_threads(4, [&](int number) {
    std::mt19937 random(100 + number);
    for (int round = 0; round < 400; ++round) {
      if (random() % 64 == 0) turn(std::mt19937(random()));
      if (random() % 8 == 0) clock = static_cast<int>(random() % 30) - 5;
      verify(random);
    }
  });
  EXPECT_GT(cache.usage().hits, 1000u);
  EXPECT_GT(accepted, 1000);
  EXPECT_LE(cache.usage().entries, 48u);
}

TEST_F(Interleaving, NothingAcceptedUnderOnePolicyIsServedUnderAnother) {
  VerifiedTokenCache cache({.entries = 48, .shards = 1});
  const KeySet keys(keys_[1].verification_key());
  const Validation policies[] = {{.audience = {"a"}},
                                 {.audience = {"b"}},
                                 {.leeway = 5s, .audience = {"a"}},
                                 {.audience = {"a"}, .required = {"jti"}},
                                 {.ignore_unexpected_audience = true}};
  std::vector<std::string> tokens;
  for (const char* audience : {"a", "b"}) {
    const Json claims = Json::object({{"aud", audience}, {"exp", t0}});
    tokens.push_back(encode(claims, keys_[1]));
    Json with_id = claims;
    with_id.set("jti", "x");
    tokens.push_back(encode(with_id, keys_[1]));
  }
  on_threads(4, [&](int number) {
    std::mt19937 random(200 + number);
    const Validation* rules = &policies[number];
    for (int round = 0; round < 2000; ++round) {
      if (random() % 8 == 0) rules = &policies[random() % std::size(policies)];
      const std::string& token = tokens[random() % tokens.size()];
      const TimePoint at = now + std::chrono::seconds(random() % 8) - 4s;
      const auto cached = cache.decode(token, keys, *rules, at);
      ASSERT_EQ(described(cached), described(decode(token, keys, *rules, at)));
    }
  });
  EXPECT_GT(cache.usage().hits, 100u);
}

TEST_F(Interleaving, NoTokenLivesInAnEpochThatBeganAfterItWasRevoked) {
  VerifiedTokenCache cache;
  const KeySet keys(keys_[0].verification_key());
  std::vector<std::string> tokens;
  for (int number = 0; number < 200; ++number)
    tokens.push_back(encode(Json::object({{"n", number}}), keys_[0]));
  std::vector<std::atomic<std::uint64_t>> ended(tokens.size());  // with which epoch; 0: not
  std::atomic<std::uint64_t> epoch = 1;
  std::atomic<int> lived = 0;
  const auto gone = std::make_error_code(std::errc::operation_canceled);
  const auto check = [&](const VerifiedToken& token) {
    return ended[token.claims().find("n")->as_int()] != 0 ? gone : none;
  };

  on_threads(4, [&](int number) {
    std::mt19937 random(300 + number);
    for (int round = 0; round < 4000; ++round) {
      const std::size_t chosen = random() % tokens.size();
      if (number == 0 && round % 20 == 0) {  // one thread revokes: first the mark, then the epoch
        ended[chosen] = epoch + 1;
        ++epoch;
      }
      const std::uint64_t seen = epoch;
      const auto answer = cache.decode(tokens[chosen], keys, {}, now, {seen, check});
      const std::uint64_t end = ended[chosen];
      ASSERT_FALSE(answer && end != 0 && end <= seen) << "revoked in " << end << ", seen " << seen;
      ASSERT_TRUE(answer || answer.error() == gone);
      lived += answer.has_value();
    }
  });
  EXPECT_GT(lived, 1000);
  EXPECT_GT(cache.usage().hits, 500u);
}

}  // namespace
}  // namespace restjwt::jose
