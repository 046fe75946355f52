#include "jose/rsa_check.hpp"

#include <new>

#include <openssl/core_names.h>

#include <restjwt/jose/error.hpp>

#include "jose/openssl_owned.hpp"

namespace restjwt::jose {
namespace {

using Scratch = Owned<BN_CTX, BN_CTX_free>;

/// A prime with what depends on it.
struct Prime {
  Bignum value;
  Bignum exponent;  // d mod (value - 1)

  bool is_complete() const { return value && exponent; }
};

Bignum fresh() {
  Bignum number{BN_secure_new()};
  if (!number) throw std::bad_alloc();
  return number;
}

bool exponent_fits(const Prime& prime, const BIGNUM& e, const BIGNUM& d, BN_CTX* scratch) {
  const Bignum order = fresh(), rest = fresh();
  return BN_sub(order.get(), prime.value.get(), BN_value_one()) == 1 &&
         BN_nnmod(rest.get(), &d, order.get(), scratch) == 1 &&
         BN_cmp(rest.get(), prime.exponent.get()) == 0 &&
         BN_mod_mul(rest.get(), &d, &e, order.get(), scratch) == 1 && BN_is_one(rest.get());
}

bool product_is(const BIGNUM& n, const Prime& p, const Prime& q, BN_CTX* scratch) {
  const Bignum product = fresh();
  return BN_mul(product.get(), p.value.get(), q.value.get(), scratch) == 1 &&
         BN_cmp(product.get(), &n) == 0;
}

bool is_inverse(const BIGNUM& coefficient, const Prime& q, const Prime& p, BN_CTX* scratch) {
  const Bignum product = fresh();
  return BN_cmp(&coefficient, p.value.get()) < 0 &&
         BN_mod_mul(product.get(), &coefficient, q.value.get(), p.value.get(), scratch) == 1 &&
         BN_is_one(product.get());
}

}  // namespace

std::error_code check_rsa_public(const EVP_PKEY& key) {
  if (EVP_PKEY_get_bits(&key) < min_rsa_bits) return KeyErrc::too_short;
  if (EVP_PKEY_get_bits(&key) > max_rsa_bits) return KeyErrc::too_long;
  const Bignum n = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  const Bignum e = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  if (!n || !e || !BN_is_odd(n.get())) return KeyErrc::unreadable;
  if (!BN_is_odd(e.get()) || BN_is_one(e.get()) || BN_num_bits(e.get()) > max_exponent_bits) {
    return KeyErrc::weak_exponent;
  }
  return {};
}

bool rsa_numbers_agree(const EVP_PKEY& key) {
  const Bignum n = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  const Bignum e = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  const Bignum d = number_of(key, OSSL_PKEY_PARAM_RSA_D);
  if (!n || !e || !d || BN_cmp(d.get(), n.get()) >= 0) return false;
  const Prime p{number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR1),
                number_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT1)};
  if (!p.value) return true;  // nothing to compare: d is proved by signing
  const Prime q{number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR2),
                number_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT2)};
  const Bignum coefficient = number_of(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
  if (!p.is_complete() || !q.is_complete() || !coefficient) return false;
  const Scratch scratch{BN_CTX_secure_new()};
  if (!scratch) throw std::bad_alloc();
  return product_is(*n, p, q, scratch.get()) && exponent_fits(p, *e, *d, scratch.get()) &&
         exponent_fits(q, *e, *d, scratch.get()) && is_inverse(*coefficient, q, p, scratch.get());
}

}  // namespace restjwt::jose
