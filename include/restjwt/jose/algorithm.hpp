#pragma once
// Signature algorithms (RFC 7518 §3.1). There is no value for "none", so no code can take it.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace restjwt::jose {

enum class Algorithm {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512
};

inline constexpr std::array all_algorithms{Algorithm::HS256, Algorithm::HS384, Algorithm::HS512,
                                           Algorithm::RS256, Algorithm::RS384, Algorithm::RS512,
                                           Algorithm::PS256, Algorithm::PS384, Algorithm::PS512,
                                           Algorithm::ES256, Algorithm::ES384, Algorithm::ES512};

/// How an algorithm signs. The two RSA families take the same keys.
enum class Family {
  hmac,     ///< HS*: a shared secret (RFC 7518 §3.2)
  rsa,      ///< RS*: RSASSA-PKCS1-v1_5 (§3.3)
  rsa_pss,  ///< PS*: RSASSA-PSS, the salt as long as the hash (§3.5)
  ec,       ///< ES*: ECDSA, each on a curve of its own (§3.4)
};

/// The name as it stands in a token's header.
std::string_view name(Algorithm algorithm) noexcept;
/// Exact, with regard to case (RFC 7515 §4.1.1).
std::optional<Algorithm> algorithm_named(std::string_view name) noexcept;
Family family(Algorithm algorithm) noexcept;
inline bool is_hmac(Algorithm algorithm) noexcept { return family(algorithm) == Family::hmac; }
/// Bytes of the hash; also the least length of an HMAC key (RFC 7518 §3.2).
std::size_t hash_size(Algorithm algorithm) noexcept;

}  // namespace restjwt::jose
