#pragma once
// Private keys under a passphrase: PKCS#8 with PBES2 (RFC 5958 §3, RFC 8018 §6.2), which openssl
// writes, and the older form with "Proc-Type: 4,ENCRYPTED" (RFC 1421 §4.6). Nothing here ever asks
// the terminal.

#include <string_view>
#include <system_error>

#include <openssl/x509.h>

#include <restjwt/jose/key.hpp>
#include <restjwt/result.hpp>

#include "jose/openssl_owned.hpp"

namespace restjwt::jose {

using Pkcs8 = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

/// One block of PEM text, wiped when it dies.
struct PemBlock {
  char* label = nullptr;
  char* headers = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;

  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() { clear(); }
  void clear();
};

inline constexpr std::string_view encrypted_pkcs8_label = "ENCRYPTED PRIVATE KEY";

/// The work a key may demand of whoever opens it; OpenSSL itself writes 2048 iterations, or scrypt
/// of N·r·p = 2^17.
inline constexpr long max_pbkdf2_iterations = 2'000'000;
inline constexpr unsigned long max_scrypt_work = 1UL << 22;

/// Error: encrypted (nobody to ask), wrong_passphrase, unreadable (another scheme, or one that asks
/// for too much work).
Result<KeyPair> decrypt_pkcs8(const PemBlock& block, const Passphrase& ask);

/// The older form: what remains in the block is the plain key.
std::error_code decrypt_in_place(PemBlock& block, const Passphrase& ask);

}  // namespace restjwt::jose
