// cache_bench MATERIAL [Google Benchmark's options]: what VerifiedTokenCache saves and what it
// costs. Names are "threads/<algorithm> <case>"; the number of threads is in Google Benchmark's own
// field. MATERIAL is written by token/material.py; of it the keys are used.

#include <time.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <restjwt/jose.hpp>
#include <restjwt/jose/verified_token_cache.hpp>

namespace bench {
namespace {

using namespace restjwt;
using jose::Algorithm;
using jose::VerifiedTokenCache;

constexpr TimePoint now{std::chrono::seconds(1'800'000'000)};
constexpr std::size_t hot = 1000;
constexpr std::size_t all = 4 * hot;

/// A key and tokens of as many users.
struct Issuer {
  jose::KeySet trusted;
  std::vector<std::string> tokens{};
  jose::Validation rules{};

  explicit Issuer(const jose::SigningKey& key) : trusted(key.verification_key()) {
    const std::int64_t at = now.time_since_epoch().count();
    for (std::size_t user = 0; user < all; ++user) {
      const std::string name = "user" + std::to_string(user);
      tokens.push_back(jose::encode(Json::object({{"user_id", static_cast<std::int64_t>(user)},
                                                  {"username", name},
                                                  {"exp", at + 300},
                                                  {"email", name + "@example.com"},
                                                  {"orig_iat", at}}),
                                    key));
    }
  }
};

/// Issuer and cache, and the calls of one thread.
struct Door {
  std::shared_ptr<const Issuer> issuer;
  std::shared_ptr<VerifiedTokenCache> cache;
  std::shared_ptr<std::atomic<std::size_t>> asked = std::make_shared<std::atomic<std::size_t>>(0);

  bool verify_cold(std::size_t number) const {
    return jose::decode(issuer->tokens[number], issuer->trusted, issuer->rules, now).has_value();
  }
  /// An epoch that nobody used before makes a miss of any token.
  bool verify(std::size_t number, std::uint64_t epoch = 0) const {
    return cache->decode(issuer->tokens[number], issuer->trusted, issuer->rules, now, {epoch, {}})
        .has_value();
  }
};

/// 0, 1, 2 … below `end` and again; each thread begins elsewhere.
class Turn {
 public:
  Turn(const benchmark::State& state, std::size_t end)
      : end_(end), next_(end * state.thread_index() / state.threads()) {}
  std::size_t next() { return next_ + 1 == end_ ? std::exchange(next_, 0) : next_++; }

 private:
  std::size_t end_, next_;
};

std::uint64_t fresh_epoch() {
  static std::atomic<std::uint64_t> epoch = 0;
  return ++epoch;
}

using Case = std::function<bool(benchmark::State&, const Door&)>;

bool cold_one(benchmark::State& state, const Door& door) {
  bool good = true;
  for (auto _ : state) good &= door.verify_cold(0);
  return good;
}

bool cold_in_turn(benchmark::State& state, const Door& door) {
  bool good = true;
  Turn turn(state, all);
  for (auto _ : state) good &= door.verify_cold(turn.next());
  return good;
}

bool one(benchmark::State& state, const Door& door) {
  bool good = true;
  for (auto _ : state) good &= door.verify(0);
  return good && door.cache->usage().misses <= 2 * hot;
}

bool in_turn(benchmark::State& state, const Door& door) {
  bool good = true;
  Turn turn(state, hot);
  for (auto _ : state) good &= door.verify(turn.next());
  const auto usage = door.cache->usage();
  state.counters["bytes"] = {static_cast<double>(usage.bytes) / static_cast<double>(usage.entries),
                             benchmark::Counter::kAvgThreads};
  return good && usage.misses <= 2 * hot;
}

/// Tokens that the cache has long forgotten when they come again, also from one run to the next.
bool miss(benchmark::State& state, const Door& door) {
  bool good = true;
  for (auto _ : state) {
    const std::size_t turn = (*door.asked)++;
    good &= door.verify(turn % all, 1 + turn / all);
  }
  const auto usage = door.cache->usage();
  return good && usage.hits == 0 && usage.entries < all / 100;
}

/// CPU time of this thread in seconds.
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Misses and cold verifications of the same tokens by turns, so that whatever else the machine
/// does slows both: their ratio is near to 1.
bool miss_beside_cold(benchmark::State& state, const Door& door) {
  bool good = true;
  double cold = 0, missed = 0;
  for (auto _ : state) {
    const std::size_t turn = (*door.asked)++;
    const double start = cpu_seconds();
    good &= door.verify_cold((turn + all / 2) % all);
    const double between = cpu_seconds();
    good &= door.verify(turn % all, 1 + turn / all);
    cold += between - start;
    missed += cpu_seconds() - between;
  }
  state.counters["ratio"] = missed / cold;
  return good && door.cache->usage().hits == 0;
}

/// A token that has a place, under another epoch.
bool kept(benchmark::State& state, const Door& door) {
  bool good = true;
  Turn turn(state, hot);
  const auto before = door.cache->usage().hits;
  for (auto _ : state) good &= door.verify(turn.next(), fresh_epoch());
  return good && door.cache->usage().hits == before;
}

/// Nine of the hot ones, then one that nobody saw before.
bool mixed(benchmark::State& state, const Door& door) {
  bool good = true;
  Turn turn(state, hot), others(state, all - hot);
  std::uint64_t epoch = 0;
  int tenth = 0;
  for (auto _ : state) {
    if (++tenth < 10) {
      good &= door.verify(turn.next());
      continue;
    }
    tenth = 0;
    const std::size_t number = others.next();
    if (number == 0 || epoch == 0) epoch = fresh_epoch();
    good &= door.verify(hot + number, epoch);
  }
  return good;
}

void add(const std::string& name, const Case& run, const Door& door) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [run, door](benchmark::State& state) {
                                 if (!run(state, door))
                                   state.SkipWithError("not what the name says");
                               })
      ->Threads(1)
      ->Threads(2)
      ->UseRealTime();
}

Door warm_door(const std::shared_ptr<const Issuer>& issuer, std::size_t entries) {
  const Door door{
      issuer, std::make_shared<VerifiedTokenCache>(jose::VerifiedTokenLimits{.entries = entries})};
  for (int round = 0; round < 2; ++round)
    for (std::size_t number = 0; number < hot; ++number) door.verify(number);
  return door;
}

jose::SigningKey read_key(const std::string& file, Algorithm algorithm) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const Json material = parse_json(text).value();
  const Json& own = *material.find("algorithms")->find(header_name(algorithm));
  if (is_hmac(algorithm))
    return jose::SigningKey::from_secret(Secret(own.find("secret")->as_string()), algorithm)
        .value();
  return jose::SigningKey::from_pem(Secret(own.find("private_pem")->as_string()), algorithm)
      .value();
}

void measure(const std::string& material, Algorithm algorithm) {
  const std::string name = "threads/" + std::string(header_name(algorithm)) + " ";
  const auto issuer = std::make_shared<const Issuer>(read_key(material, algorithm));
  const Door cold{issuer, nullptr};
  add(name + "cold, one token", cold_one, cold);
  add(name + "cold, in turn", cold_in_turn, cold);
  if (is_hmac(algorithm)) {  // has no hits
    add(name + "around", miss, {issuer, std::make_shared<VerifiedTokenCache>()});
    return;
  }
  add(name + "hit, one token", one, warm_door(issuer, 10'000));
  add(name + "hit, in turn", in_turn, warm_door(issuer, 10'000));
  add(name + "mixed", mixed, warm_door(issuer, hot + 300));
  add(name + "miss, kept", kept, warm_door(issuer, 10'000));
  const jose::VerifiedTokenLimits few{.entries = hot / 2};
  add(name + "miss", miss, {issuer, std::make_shared<VerifiedTokenCache>(few)});
  add(name + "miss beside cold", miss_beside_cold,
      {issuer, std::make_shared<VerifiedTokenCache>(few)});
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::cerr << "usage: cache_bench MATERIAL [--benchmark_…]\n";
    return 2;
  }
  for (const auto algorithm : {bench::Algorithm::HS256, bench::Algorithm::RS256,
                               bench::Algorithm::ES256, bench::Algorithm::Ed25519})
    bench::measure(argv[1], algorithm);
  benchmark::RunSpecifiedBenchmarks();
}
