// scaling_bench: what a verification costs as the work grows. Names are "<chart>/<series>/<x>";
// the number of threads is in Google Benchmark's own field.

#include <cstdio>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <restjwt/jose.hpp>

#include "token/contender.hpp"

namespace bench {
namespace {

using namespace restjwt;

constexpr TimePoint now{std::chrono::seconds(1'800'000'000)};

Json usual_claims() {
  const std::int64_t at = now.time_since_epoch().count();
  return Json::object({{"user_id", 1},
                       {"username", "admin"},
                       {"exp", at + 300},
                       {"email", "admin@example.com"},
                       {"orig_iat", at}});
}

std::string secret_number(int number) {
  char text[48];
  std::snprintf(text, sizeof text, "not a secret, but as long as one: %08d", number);
  return text;
}

jose::SigningKey make_key(jose::Algorithm algorithm, int number) {
  if (algorithm == jose::Algorithm::HS256)
    return jose::SigningKey::from_secret(Secret(secret_number(number)), algorithm).value();
  return jose::SigningKey::from_jwk(jose::Jwk::generate(algorithm)).value();
}

void add(const std::string& name, void (*settings)(benchmark::internal::Benchmark*),
         std::function<void(benchmark::State&)> measure) {
  settings(benchmark::RegisterBenchmark(name.c_str(), std::move(measure)));
}
void alone(benchmark::internal::Benchmark*) {}
void by_one_and_by_two(benchmark::internal::Benchmark* one) {
  one->Threads(1)->Threads(2)->UseRealTime();
}

/// A set of keys with names and the token of each.
struct Issuers {
  jose::KeySet trusted;
  std::vector<std::string> tokens;

  Issuers(jose::Algorithm algorithm, int count) {
    std::vector<jose::VerificationKey> keys;
    for (int number = 0; number < count; ++number) {
      const auto key = make_key(algorithm, number).with_kid("2026-11-24-" + std::to_string(number));
      keys.push_back(key.verification_key());
      tokens.push_back(jose::encode(usual_claims(), key));
    }
    trusted = jose::KeySet(std::move(keys));
  }

  void verify(const std::string& token) const {
    if (!jose::decode(token, trusted, {}, now)) throw Refused();
  }
};

void measure_keys(const std::string& algorithm_name, jose::Algorithm algorithm) {
  for (const int count : {1, 10, 100, 1000}) {
    const auto issuers = std::make_shared<Issuers>(algorithm, count);
    const std::string x = "/" + std::to_string(count);
    add("keys/" + algorithm_name + ", one token" + x, alone, [issuers](benchmark::State& state) {
      const std::string& token = issuers->tokens[issuers->tokens.size() / 2];
      for (auto _ : state) issuers->verify(token);
    });
    add("keys/" + algorithm_name + ", each key in turn" + x, alone,
        [issuers](benchmark::State& state) {
          std::size_t next = 0;
          for (auto _ : state) {
            issuers->verify(issuers->tokens[next]);
            next = next + 1 == issuers->tokens.size() ? 0 : next + 1;
          }
        });
  }
}

/// The text grows in claims, half of them numbers, until the token is so long.
Json many_claims(const jose::SigningKey& key, std::size_t size) {
  Json claims = usual_claims();
  for (int number = 0; jose::encode(claims, key).size() < size; ++number) {
    const std::string name = "claim_" + std::to_string(number);
    claims.set(name, number % 2 == 0 ? Json(1000 + number) : Json("value of " + name));
  }
  return claims;
}

Json long_string(const jose::SigningKey& key, std::size_t size) {
  Json claims = usual_claims();
  const std::size_t usual = jose::encode(claims, key).size();
  if (size > usual) claims.set("note", std::string((size - usual) * 3 / 4, 'x'));
  return claims;
}

void measure_size(const std::string& series, const jose::SigningKey& key, const Json& claims) {
  Material material;
  material.algorithm = "HS256";
  material.secret = secret_number(0);
  material.token = jose::encode(claims, key);
  const jose::KeySet trusted(key.verification_key());
  const std::string x = "/" + std::to_string(material.token.size());
  add("size/restjwt, " + series + x, alone,
      [trusted, token = material.token](benchmark::State& state) {
        for (auto _ : state)
          if (!jose::decode(token, trusted, {}, now)) throw Refused();
      });
  add("size/limit, " + series + x, alone, [material](benchmark::State& state) {
    const auto limit = make_limit(material);
    for (auto _ : state) limit->verify(material.token);
  });
}

void measure_sizes() {
  const auto key = make_key(jose::Algorithm::HS256, 0);
  for (const std::size_t size : {205, 512, 1024, 2048, 4096, 8192}) {
    measure_size("many claims", key, many_claims(key, size));
    measure_size("one long string", key, long_string(key, size));
  }
}

void measure_threads(const std::string& algorithm_name, jose::Algorithm algorithm) {
  const auto issuers = std::make_shared<Issuers>(algorithm, 1);
  add("threads/restjwt " + algorithm_name, by_one_and_by_two, [issuers](benchmark::State& state) {
    for (auto _ : state) issuers->verify(issuers->tokens.front());
  });
}

void measure_threads_of_the_limit() {
  Material material;
  material.algorithm = "HS256";
  material.secret = secret_number(0);
  material.token = jose::encode(usual_claims(), make_key(jose::Algorithm::HS256, 0));
  add("threads/limit HS256", by_one_and_by_two, [material](benchmark::State& state) {
    const auto limit = make_limit(material);
    for (auto _ : state) limit->verify(material.token);
  });
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using bench::measure_keys, bench::measure_threads;
  using restjwt::jose::Algorithm;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  measure_keys("HS256", Algorithm::HS256);
  measure_keys("ES256", Algorithm::ES256);
  bench::measure_sizes();
  measure_threads("HS256", Algorithm::HS256);
  measure_threads("ES256", Algorithm::ES256);
  bench::measure_threads_of_the_limit();
  benchmark::RunSpecifiedBenchmarks();
}
