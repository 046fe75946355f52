#include "jose/pem_encrypted.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>

#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

namespace restjwt::jose {
namespace {

using EncryptedPkcs8 = Owned<X509_SIG, X509_SIG_free>;
using Pbes2 = Owned<PBE2PARAM, PBE2PARAM_free>;
using Pbkdf2 = Owned<PBKDF2PARAM, PBKDF2PARAM_free>;
using Scrypt = Owned<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;

/// The parameters of an algorithm, null where they are not of that form.
template <class Parameters, const ASN1_ITEM* (*item)()>
Parameters* parameters_of(const X509_ALGOR& algorithm) {
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, &algorithm);
  if (type != V_ASN1_SEQUENCE) return nullptr;
  return static_cast<Parameters*>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), item()));
}

int kind_of(const X509_ALGOR& algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, &algorithm);
  return OBJ_obj2nid(object);
}

/// Above any limit where it does not fit.
std::uint64_t number_in(const ASN1_INTEGER* integer) {
  std::uint64_t number = 0;
  return ASN1_INTEGER_get_uint64(&number, integer) == 1 ? number
                                                        : std::numeric_limits<std::uint64_t>::max();
}

bool is_bounded(const PBKDF2PARAM& derivation) {
  return number_in(derivation.iter) <= max_pbkdf2_iterations;
}

/// OpenSSL bounds the memory, not the time.
bool is_bounded(const SCRYPT_PARAMS& derivation) {
  std::uint64_t work = 1;
  for (const ASN1_INTEGER* factor :
       {derivation.costParameter, derivation.blockSize, derivation.parallelizationParameter}) {
    const std::uint64_t number = number_in(factor);
    if (number == 0 || number > max_scrypt_work) return false;
    work *= number;
    if (work > max_scrypt_work) return false;
  }
  return true;
}

/// Looked into before it is begun: the key's author chose how long it takes.
bool is_bounded_pbes2(const X509_ALGOR& algorithm) {
  if (kind_of(algorithm) != NID_pbes2) return false;
  const Pbes2 scheme{parameters_of<PBE2PARAM, PBE2PARAM_it>(algorithm)};
  if (!scheme) return false;
  if (kind_of(*scheme->keyfunc) == NID_id_pbkdf2) {
    const Pbkdf2 derivation{parameters_of<PBKDF2PARAM, PBKDF2PARAM_it>(*scheme->keyfunc)};
    return derivation && is_bounded(*derivation);
  }
  if (kind_of(*scheme->keyfunc) == NID_id_scrypt) {
    const Scrypt derivation{parameters_of<SCRYPT_PARAMS, SCRYPT_PARAMS_it>(*scheme->keyfunc)};
    return derivation && is_bounded(*derivation);
  }
  return false;
}

/// What OpenSSL calls for a passphrase; -1 where it does not fit.
int give_passphrase(char* to, int room, int, void* secret) {
  const std::string_view passphrase = static_cast<const Secret*>(secret)->reveal();
  if (passphrase.size() > static_cast<std::size_t>(room)) return -1;
  std::ranges::copy(passphrase, to);
  return static_cast<int>(passphrase.size());
}

}  // namespace

void PemBlock::clear() {
  OPENSSL_free(label);
  OPENSSL_free(headers);
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  label = headers = nullptr;
  bytes = nullptr;
  size = 0;
}

Result<KeyPair> decrypt_pkcs8(const PemBlock& block, const Passphrase& ask) {
  const unsigned char* at = block.bytes;
  const EncryptedPkcs8 sealed{d2i_X509_SIG(nullptr, &at, block.size)};
  if (!sealed || at != block.bytes + block.size) return KeyErrc::unreadable;
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(sealed.get(), &algorithm, nullptr);
  if (!is_bounded_pbes2(*algorithm)) return KeyErrc::unreadable;
  if (!ask) return KeyErrc::encrypted;
  const Secret passphrase = ask();
  const Pkcs8 opened{
      PKCS8_decrypt(sealed.get(), passphrase.reveal().data(), static_cast<int>(passphrase.size()))};
  if (!opened) return KeyErrc::wrong_passphrase;
  KeyPair pair = owned(EVP_PKCS82PKEY(opened.get()));
  if (!pair) return KeyErrc::unreadable;
  return pair;
}

std::error_code decrypt_in_place(PemBlock& block, const Passphrase& ask) {
  EVP_CIPHER_INFO cipher;
  if (PEM_get_EVP_CIPHER_INFO(block.headers, &cipher) != 1 || cipher.cipher == nullptr) {
    return KeyErrc::unreadable;
  }
  if (!ask) return KeyErrc::encrypted;
  Secret passphrase = ask();
  const long size_before = block.size;
  const int done = PEM_do_header(&cipher, block.bytes, &block.size, give_passphrase, &passphrase);
  if (done != 1) return KeyErrc::wrong_passphrase;
  // The padding was cut off, and is wiped with the rest.
  OPENSSL_cleanse(block.bytes + block.size, static_cast<std::size_t>(size_before - block.size));
  return {};
}

}  // namespace restjwt::jose
