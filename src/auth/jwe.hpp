#pragma once
// A JWE in compact form (RFC 7516 §7.1) with exactly PBES2-HS512+A256KW (RFC 7518 §4.8) and A256GCM
// (§5.3), whose content is a JWK Set. No other kind of JWE is read or written: a header cannot
// choose how it is read.

#include <string>
#include <string_view>

#include <restjwt/auth/sealed_keys.hpp>
#include <restjwt/random.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

/// What a guess of the passphrase costs. The floor is RFC 7518 §4.8.1.2's; above the ceiling a
/// hostile text would keep us busy (CVE-2023-52428 and its like).
inline constexpr unsigned least_rounds = 1'000;
inline constexpr unsigned written_rounds = 600'000;
inline constexpr unsigned most_rounds = 10'000'000;

std::string encrypt_jwe(const Secret& content, const Secret& passphrase, const RandomBytes& random,
                        unsigned rounds = written_rounds);
/// Errors: malformed, too_expensive, wrong_passphrase, damaged.
Result<Secret> decrypt_jwe(std::string_view jwe, const Secret& passphrase);

}  // namespace restjwt::auth
