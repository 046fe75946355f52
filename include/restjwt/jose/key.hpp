#pragma once
// Keys. A key object is bound to exactly one algorithm when it is made, so a token's header can
// never choose how a key is used (RFC 8725 §3.1). Copies share the key; all members are safe to
// call from many threads at once.

#include <functional>
#include <memory>
#include <optional>
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

/// Asked for the passphrase of an encrypted key, once, and only where a key is encrypted.
using Passphrase = std::function<Secret()>;

class Jwk;

class VerificationKey {
 public:
  /// HS*: the secret's bytes. Text that looks like a PEM key is refused as wrong_type: using a
  /// public key as an HMAC secret is how algorithms are confused.
  static Result<VerificationKey> from_secret(const Secret& secret, Algorithm algorithm,
                                             KeyPolicy policy = {});
  /// All but HS*: a public key in PEM (SPKI, or PKCS#1 of RSA) or a private one, of which the
  /// public part is kept. A key must be on its algorithm's curve (RFC 7518 §3.4); a key of type
  /// RSASSA-PSS is refused, since it brings limits of its own.
  static Result<VerificationKey> from_pem(std::string_view pem, Algorithm algorithm,
                                          const Passphrase& ask = {});
  /// All but HS*: the key in an X.509 certificate in PEM. The certificate is only its wrapping: who
  /// signed it, for whom and until when is not looked at.
  static Result<VerificationKey> from_certificate(std::string_view pem, Algorithm algorithm);
  /// The key of a JWK, by its name. `algorithm`: for keys that name none; one that names another is
  /// refused as wrong_type.
  static Result<VerificationKey> from_jwk(const Jwk& jwk, std::optional<Algorithm> algorithm = {},
                                          KeyPolicy policy = {});

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
  /// All but HS*: a private key in PEM (PKCS#8, encrypted or not; PKCS#1 of RSA; SEC 1 of EC, with
  /// or without the "EC PARAMETERS" that openssl writes in front).
  static Result<SigningKey> from_pem(const Secret& pem, Algorithm algorithm,
                                     const Passphrase& ask = {});
  /// As VerificationKey::from_jwk().
  static Result<SigningKey> from_jwk(const Jwk& jwk, std::optional<Algorithm> algorithm = {},
                                     KeyPolicy policy = {});

  Algorithm algorithm() const noexcept;
  /// What the header of its tokens says in "alg".
  std::string_view header_alg() const noexcept;
  /// The whole header of its tokens, {"typ":"JWT","alg":…,"kid":…}, in base64url.
  const std::string& token_header() const noexcept { return token_header_; }
  /// The same key, whose tokens say "Ed25519" or "Ed448" (RFC 9864) where they said "EdDSA".
  SigningKey with_fully_specified_alg() const;
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
  explicit SigningKey(std::shared_ptr<const Impl> impl, std::string kid = {},
                      bool fully_specified = false);
  std::shared_ptr<const Impl> impl_;
  std::string kid_;
  bool fully_specified_;
  std::string token_header_;
};

}  // namespace restjwt::jose
