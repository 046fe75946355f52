#pragma once
// Signatures with a pair of keys (RFC 7518 §3.3–§3.5, RFC 8037 §3.1). Everything that OpenSSL has
// to look up or to allocate for a key is prepared once and used again.

#include <memory>
#include <string>
#include <string_view>

#include <restjwt/jose/algorithm.hpp>

#include "jose/openssl_owned.hpp"

namespace restjwt::jose {

class ContextPool;

/// A key pair, or the public half of one, at work for one algorithm, which it must fit. Safe from
/// many threads at once.
class SignatureKey {
 public:
  enum class Role { verifies, signs_and_verifies };

  /// Throws std::runtime_error when OpenSSL cannot use the key so.
  SignatureKey(KeyPair pair, Algorithm algorithm, Role role);
  SignatureKey(SignatureKey&&) noexcept;
  ~SignatureKey();

  /// False for a signature of any other length or form, too.
  bool verify(std::string_view message, std::string_view signature) const;
  /// Throws std::runtime_error when OpenSSL cannot sign. Only for Role::signs_and_verifies.
  std::string sign(std::string_view message) const;

 private:
  Algorithm algorithm_;
  KeyPair pair_;
  std::unique_ptr<ContextPool> verifying_;
  std::unique_ptr<ContextPool> signing_;
};

}  // namespace restjwt::jose
