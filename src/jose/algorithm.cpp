#include <restjwt/jose/algorithm.hpp>

namespace restjwt::jose {
namespace {

struct Row {
  std::string_view name;
  Family family;
  std::size_t hash_size;
};

// In the order of the enumerators.
constexpr std::array<Row, all_algorithms.size()> rows{{
    {"HS256", Family::hmac, 32},
    {"HS384", Family::hmac, 48},
    {"HS512", Family::hmac, 64},
    {"RS256", Family::rsa, 32},
    {"RS384", Family::rsa, 48},
    {"RS512", Family::rsa, 64},
    {"PS256", Family::rsa_pss, 32},
    {"PS384", Family::rsa_pss, 48},
    {"PS512", Family::rsa_pss, 64},
    {"ES256", Family::ec, 32},
    {"ES384", Family::ec, 48},
    {"ES512", Family::ec, 64},
    {"ES256K", Family::ec, 32},
    {"Ed25519", Family::eddsa, 0},
    {"Ed448", Family::eddsa, 0},
}};

constexpr std::string_view polymorphic = "EdDSA";

constexpr const Row& row(Algorithm algorithm) { return rows[static_cast<std::size_t>(algorithm)]; }

}  // namespace

std::string_view name(Algorithm algorithm) noexcept { return row(algorithm).name; }

std::optional<Algorithm> algorithm_named(std::string_view text) noexcept {
  for (const Algorithm algorithm : all_algorithms) {
    if (row(algorithm).name == text) return algorithm;
  }
  if (text == polymorphic) return Algorithm::Ed25519;
  return std::nullopt;
}

std::string_view header_name(Algorithm algorithm) noexcept {
  return family(algorithm) == Family::eddsa ? polymorphic : name(algorithm);
}

bool goes_by(Algorithm algorithm, std::string_view header_alg) noexcept {
  return header_alg == name(algorithm) || header_alg == header_name(algorithm);
}

Family family(Algorithm algorithm) noexcept { return row(algorithm).family; }

std::size_t hash_size(Algorithm algorithm) noexcept { return row(algorithm).hash_size; }

}  // namespace restjwt::jose
