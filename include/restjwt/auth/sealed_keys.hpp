#pragma once
// A whole schedule as one encrypted text: a JWK Set under a passphrase, in the form RFC 7517 §7 and
// appendix C give, so that other tools can read it.

#include <string>
#include <string_view>

#include <restjwt/auth/key_schedule.hpp>
#include <restjwt/random.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

enum class SealedKeysErrc {
  malformed = 1,     ///< not a JWE in the one form we write, or not a schedule inside
  too_expensive,     ///< asks for more than 10 million rounds of PBKDF2
  wrong_passphrase,  ///< another passphrase, or a damaged key inside: that cannot be told apart
  damaged,           ///< the passphrase is right, and the text was changed
};
std::error_code make_error_code(SealedKeysErrc) noexcept;

/// A JWE in compact form (RFC 7516 §7.1): PBES2-HS512+A256KW with 600 000 rounds, A256GCM. Slow:
/// so is every guess of the passphrase. Throws std::invalid_argument for an empty passphrase.
std::string seal_keys(const KeySchedule& schedule, const Secret& passphrase,
                      const RandomBytes& random);

/// Takes a text with 1 000 to 10 million rounds and nothing else in its header than seal_keys()
/// writes.
Result<KeySchedule> open_sealed_keys(std::string_view sealed, const Secret& passphrase);

}  // namespace restjwt::auth

template <>
struct std::is_error_code_enum<restjwt::auth::SealedKeysErrc> : std::true_type {};
