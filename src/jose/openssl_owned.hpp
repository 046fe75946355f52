#pragma once
// OpenSSL's objects, each freed by its own function. Those that can hold secrets wipe them.

#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>

namespace restjwt::jose {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

template <class T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;

using Bio = Owned<BIO, BIO_free>;
using Bignum = Owned<BIGNUM, BN_clear_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

/// OpenSSL counts references itself and locks what is cached in a key, so many threads may use one.
using KeyPair = std::shared_ptr<EVP_PKEY>;

/// A number of a key by OpenSSL's name; null where the key does not have it.
inline Bignum number_of(const EVP_PKEY& key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(&key, name, &number);
  if (number != nullptr) BN_set_flags(number, BN_FLG_CONSTTIME);
  return Bignum(number);
}

/// Takes the key over; a null stays one.
inline KeyPair owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

}  // namespace restjwt::jose
