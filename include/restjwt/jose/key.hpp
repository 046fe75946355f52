#pragma once
// Keys. A key object is bound to exactly one algorithm when it is made, so a token's header can
// never choose how a key is used (RFC 8725 §3.1). Copies share the key; all members are safe to
// call from many threads at once.

#include <memory>
#include <string>
#include <string_view>

#include <restjwt/jose/algorithm.hpp>
#include <restjwt/jose/error.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::jose {

/// Loosenings, each by its name.
struct KeyPolicy {
  /// Take an HMAC key shorter than its hash. Never an empty one.
  bool allow_short_secret = false;
};

class VerificationKey {
 public:
  /// HS*: the secret's bytes. Text that looks like a PEM key is refused as wrong_type: using a
  /// public key as an HMAC secret is how algorithms are confused.
  static Result<VerificationKey> from_secret(const Secret& secret, Algorithm algorithm,
                                             KeyPolicy policy = {});
  /// RS*, PS*, ES*: a public key (SPKI, or PKCS#1 of RSA) or a private one, of which the public
  /// part is kept. An EC key must be on its algorithm's curve (RFC 7518 §3.4); a key of type
  /// RSASSA-PSS is refused, since it brings limits of its own.
  static Result<VerificationKey> from_pem(std::string_view pem, Algorithm algorithm);

  Algorithm algorithm() const noexcept;
  /// The name this key goes by in a token's header (RFC 7515 §4.1.4); empty: none.
  const std::string& kid() const noexcept { return kid_; }
  /// The same key by another name.
  VerificationKey with_kid(std::string kid) const;
  /// `signature` holds raw bytes. HMACs are compared in constant time.
  bool verify(std::string_view signing_input, std::string_view signature) const;

  struct Impl;

 private:
  explicit VerificationKey(std::shared_ptr<const Impl> impl, std::string kid = {})
      : impl_(std::move(impl)), kid_(std::move(kid)) {}
  std::shared_ptr<const Impl> impl_;
  std::string kid_;
  friend class SigningKey;
};

class SigningKey {
 public:
  static Result<SigningKey> from_secret(const Secret& secret, Algorithm algorithm,
                                        KeyPolicy policy = {});
  /// RS*, PS*, ES*: an unencrypted private key (PKCS#8, PKCS#1 of RSA, or SEC 1 of EC, with or
  /// without the "EC PARAMETERS" that openssl writes in front).
  static Result<SigningKey> from_pem(const Secret& pem, Algorithm algorithm);

  Algorithm algorithm() const noexcept;
  /// Written into the header of each token; empty: none.
  const std::string& kid() const noexcept { return kid_; }
  /// The same key by another name.
  SigningKey with_kid(std::string kid) const;
  /// The key that verifies what this one signs, of the same name.
  VerificationKey verification_key() const;
  /// Raw signature bytes. Throws std::runtime_error when the library under it fails.
  std::string sign(std::string_view signing_input) const;

  struct Impl;

 private:
  explicit SigningKey(std::shared_ptr<const Impl> impl, std::string kid = {})
      : impl_(std::move(impl)), kid_(std::move(kid)) {}
  std::shared_ptr<const Impl> impl_;
  std::string kid_;
};

}  // namespace restjwt::jose
