#pragma once
// A key from its numbers.

#include <string_view>
#include <vector>

#include <openssl/param_build.h>

#include "jose/openssl_owned.hpp"

namespace restjwt::jose {

class KeyBuilder {
 public:
  /// `type`: OpenSSL's name of the kind of key.
  explicit KeyBuilder(const char* type);

  /// A number, highest byte first. All are handled as secrets.
  void number(const char* name, std::string_view bytes);
  /// Both keep a view.
  void octets(const char* name, std::string_view bytes);
  void text(const char* name, const char* value);

  enum class Part { public_only, pair };
  /// Null where OpenSSL refuses.
  KeyPair build(Part part) const;

 private:
  const char* type_;
  Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> parameters_;
  std::vector<Bignum> numbers_;
};

}  // namespace restjwt::jose
