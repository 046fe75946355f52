#include "jose/key_builder.hpp"

#include <new>

#include <openssl/params.h>

namespace restjwt::jose {
namespace {

using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;

void demand_memory(bool got) {
  if (!got) throw std::bad_alloc();
}

}  // namespace

KeyBuilder::KeyBuilder(const char* type) : type_(type), parameters_(OSSL_PARAM_BLD_new()) {
  demand_memory(parameters_ != nullptr);
}

void KeyBuilder::number(const char* name, std::string_view bytes) {
  // Only what comes from a secure number is wiped by OSSL_PARAM_free().
  Bignum number{BN_secure_new()};
  demand_memory(number && BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                    static_cast<int>(bytes.size()), number.get()) != nullptr);
  demand_memory(OSSL_PARAM_BLD_push_BN(parameters_.get(), name, number.get()) == 1);
  numbers_.push_back(std::move(number));
}

void KeyBuilder::octets(const char* name, std::string_view bytes) {
  demand_memory(
      OSSL_PARAM_BLD_push_octet_string(parameters_.get(), name, bytes.data(), bytes.size()) == 1);
}

void KeyBuilder::text(const char* name, const char* value) {
  demand_memory(OSSL_PARAM_BLD_push_utf8_string(parameters_.get(), name, value, 0) == 1);
}

KeyPair KeyBuilder::build(Part part) const {
  const Parameters parameters{OSSL_PARAM_BLD_to_param(parameters_.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, type_, nullptr)};
  demand_memory(parameters && context);
  EVP_PKEY* key = nullptr;
  const int selection = part == Part::pair ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
    return nullptr;
  }
  return owned(key);
}

}  // namespace restjwt::jose
