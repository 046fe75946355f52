#pragma once
// Signature algorithms (RFC 7518 §3.1, RFC 8812 §3.2, RFC 8037, RFC 9864). There is no value for
// "none", so no code can take it.

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
  ES512,
  ES256K,
  Ed25519,
  Ed448
};

inline constexpr std::array all_algorithms{
    Algorithm::HS256, Algorithm::HS384, Algorithm::HS512,  Algorithm::RS256,   Algorithm::RS384,
    Algorithm::RS512, Algorithm::PS256, Algorithm::PS384,  Algorithm::PS512,   Algorithm::ES256,
    Algorithm::ES384, Algorithm::ES512, Algorithm::ES256K, Algorithm::Ed25519, Algorithm::Ed448};

/// How an algorithm signs. The two RSA families take the same keys.
enum class Family {
  hmac,     ///< HS*: a shared secret (RFC 7518 §3.2)
  rsa,      ///< RS*: RSASSA-PKCS1-v1_5 (§3.3)
  rsa_pss,  ///< PS*: RSASSA-PSS, the salt as long as the hash (§3.5)
  ec,       ///< ES*: ECDSA, each on a curve of its own (§3.4, RFC 8812 §3.2)
  eddsa,    ///< Ed25519 and Ed448 (RFC 8032)
};

/// The algorithm's own name: "HS256", "Ed25519" (RFC 9864).
std::string_view name(Algorithm algorithm) noexcept;
/// By its own name, exact, with regard to case (RFC 7515 §4.1.1). "EdDSA" is Ed25519 here, the
/// curve everybody means by it; Ed448 is asked for by its own name.
std::optional<Algorithm> algorithm_named(std::string_view name) noexcept;
/// What a token's header says for it: "EdDSA" for both Edwards curves (RFC 8037 §3.1), otherwise
/// its own name. RFC 9864 replaces "EdDSA" by the own names, which older verifiers do not know.
std::string_view header_name(Algorithm algorithm) noexcept;
/// Whether a header may call it so: by its own name or by header_name().
bool goes_by(Algorithm algorithm, std::string_view header_alg) noexcept;
Family family(Algorithm algorithm) noexcept;
inline bool is_hmac(Algorithm algorithm) noexcept { return family(algorithm) == Family::hmac; }
/// Bytes of the hash; also the least length of an HMAC key (RFC 7518 §3.2). 0 for EdDSA, which
/// hashes by itself.
std::size_t hash_size(Algorithm algorithm) noexcept;

}  // namespace restjwt::jose
