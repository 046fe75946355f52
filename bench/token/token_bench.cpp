// token_bench MATERIAL [Google Benchmark's options]: "<verify|sign> <algorithm>/<who>" for every
// library that is there. MATERIAL is written by token/material.py.

#include <fstream>
#include <iostream>
#include <iterator>

#include <benchmark/benchmark.h>

#include <restjwt/jose.hpp>

#include "token/contender.hpp"

namespace bench {
namespace {

using restjwt::Json;

struct Entrant {
  const char* name;
  Factory make;
  bool checks = true;  ///< looks at the token it is given
};

constexpr Entrant entrants[] = {
    {"restjwt", make_restjwt}, {"limit", make_limit, false},
#ifdef BENCH_LIBJWT
    {"libjwt", make_libjwt},
#endif
#ifdef BENCH_CPP_JWT
    {"cpp-jwt", make_cpp_jwt},
#endif
#ifdef BENCH_CJOSE
    {"cjose", make_cjose},
#endif
};

std::string text_member(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member == nullptr ? std::string() : member->as_string();
}

Material read_material(const std::string& file, const std::string& algorithm) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const Json all = restjwt::parse_json(text).value();
  const Json& own = *all.find("algorithms")->find(algorithm);
  Material material;
  material.algorithm = algorithm;
  material.secret = text_member(own, "secret");
  material.private_pem = text_member(own, "private_pem");
  material.public_pem = text_member(own, "public_pem");
  if (const Json* jwk = own.find("jwk")) material.jwk = to_text(*jwk);
  material.token = text_member(own, "token");
  material.forged = text_member(own, "forged");
  material.expired = text_member(own, "expired");
  material.claims = *all.find("claims");
  material.now = restjwt::TimePoint(std::chrono::seconds(all.find("now")->as_int()));
  return material;
}

bool refuses(Contender& contender, const std::string& token) {
  try {
    contender.verify(token);
  } catch (const std::exception&) {
    return true;
  }
  return false;
}

/// Who skips the work has no place in the table.
void qualify(const Entrant& entrant, Contender& contender, const Material& material) {
  contender.verify(material.token);
  const std::string made(contender.sign());
  if (!entrant.checks) return;
  if (!refuses(contender, material.forged) || !refuses(contender, material.expired))
    throw std::runtime_error(std::string(entrant.name) + " takes a forged or expired token");
  make_restjwt(material)->verify(made);
}

void measure_all(const std::string& file, const std::string& algorithm) {
  const Material material = read_material(file, algorithm);
  for (const Entrant& entrant : entrants) {
    const std::shared_ptr<Contender> contender = entrant.make(material);
    if (!contender) continue;
    qualify(entrant, *contender, material);
    const std::string who = algorithm + "/" + entrant.name;
    benchmark::RegisterBenchmark(("verify " + who).c_str(),
                                 [contender, token = material.token](benchmark::State& state) {
                                   for (auto _ : state) contender->verify(token);
                                 });
    benchmark::RegisterBenchmark(("sign " + who).c_str(), [contender](benchmark::State& state) {
      for (auto _ : state) benchmark::DoNotOptimize(contender->sign());
    });
  }
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::cerr << "usage: token_bench MATERIAL [--benchmark_…]\n";
    return 2;
  }
  for (const char* algorithm : {"HS256", "RS256", "ES256", "EdDSA"})
    bench::measure_all(argv[1], algorithm);
  benchmark::RunSpecifiedBenchmarks();
}
