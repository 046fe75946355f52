#pragma once
// Signature algorithms (RFC 7518 §3.1). There is no value for "none", so no code can take it.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace restjwt::jose {

enum class Algorithm { HS256, HS384, HS512, RS256, RS384, RS512 };

inline constexpr std::array all_algorithms{Algorithm::HS256, Algorithm::HS384, Algorithm::HS512,
                                           Algorithm::RS256, Algorithm::RS384, Algorithm::RS512};

/// What kind of key an algorithm takes.
enum class Family { hmac, rsa };

/// The name as it stands in a token's header.
std::string_view name(Algorithm algorithm) noexcept;
/// Exact, with regard to case (RFC 7515 §4.1.1).
std::optional<Algorithm> algorithm_named(std::string_view name) noexcept;
Family family(Algorithm algorithm) noexcept;
/// Bytes of the hash; also the least length of an HMAC key (RFC 7518 §3.2).
std::size_t hash_size(Algorithm algorithm) noexcept;

}  // namespace restjwt::jose
