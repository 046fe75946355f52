#include "jose/key_pair.hpp"

#include <new>
#include <stdexcept>
#include <string>

#include <openssl/x509.h>

#include "jose/edwards_point.hpp"
#include "jose/openssl_errors.hpp"
#include "jose/openssl_owned.hpp"
#include "jose/rsa_check.hpp"

namespace restjwt::jose {
namespace {

KeyContext context_of(const KeyPair& pair) {
  KeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, pair.get(), nullptr)};
  if (!context) throw std::bad_alloc();
  return context;
}

std::error_code check_public(const KeyPair& pair, const Curve* curve) {
  if (curve == nullptr) return check_rsa_public(*pair);
  const bool is_sound = is_edwards(*curve) ? is_sound_edwards_point(*curve, raw_public_key(*pair))
                                           : EVP_PKEY_public_check(context_of(pair).get()) == 1;
  return is_sound ? std::error_code() : KeyErrc::unreadable;
}

/// OpenSSL derives the public key of an Edwards curve itself.
bool parts_agree(const KeyPair& pair, const Curve* curve) {
  if (curve == nullptr) return rsa_numbers_agree(*pair);
  return is_edwards(*curve) || EVP_PKEY_check(context_of(pair).get()) == 1;
}

/// A damaged private key is noticed here, not by the clients whose tokens nobody takes.
bool signs(const KeyPair& pair, Algorithm algorithm) try {
  constexpr std::string_view probe = "probe";
  const SignatureKey at_work(pair, algorithm, SignatureKey::Role::signs_and_verifies);
  return at_work.verify(probe, at_work.sign(probe));
} catch (const std::runtime_error&) {
  return false;
}

}  // namespace

Result<CheckedKey> check(ReadKey key) {
  const OpensslErrorsForgotten forgotten;
  const auto curve = curve_of(*key.pair);
  if (!curve) return curve.error();
  if (auto error = check_public(key.pair, *curve)) return error;
  const Algorithm algorithm = *curve == nullptr ? Algorithm::RS256 : (*curve)->algorithm;
  if (key.is_private && !(parts_agree(key.pair, *curve) && signs(key.pair, algorithm))) {
    return KeyErrc::unreadable;
  }
  return CheckedKey{std::move(key), *curve};
}

KeyPair public_part(const ReadKey& key) {
  if (!key.is_private) return key.pair;
  const OpensslErrorsForgotten forgotten;
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key.pair.get(), &encoded);
  const unsigned char* at = encoded;
  KeyPair part = owned(size > 0 ? d2i_PUBKEY(nullptr, &at, size) : nullptr);
  OPENSSL_free(encoded);
  if (!part) throw std::runtime_error("OpenSSL could not take the public part of a key");
  return part;
}

std::string raw_public_key(const EVP_PKEY& key) {
  std::string point(64, '\0');
  std::size_t size = point.size();
  if (EVP_PKEY_get_raw_public_key(&key, reinterpret_cast<unsigned char*>(point.data()), &size) !=
      1) {
    throw std::runtime_error("OpenSSL did not give the public part of a key");
  }
  point.resize(size);
  return point;
}

}  // namespace restjwt::jose
