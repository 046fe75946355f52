#pragma once
// JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037 §2, RFC 8812 §3.1) and their thumbprints (RFC
// 7638). A Jwk is a key that has been read and checked, but not yet bound to one algorithm: that is
// VerificationKey::from_jwk() and SigningKey::from_jwk(). Copies share the key; all members are
// safe to call from many threads at once.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/jose/algorithm.hpp>
#include <restjwt/jose/error.hpp>
#include <restjwt/jose/key.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::jose {

class Jwk {
 public:
  /// Of kty RSA, EC (P-256, P-384, P-521, secp256k1), OKP (Ed25519, Ed448) or oct, public or
  /// private. Refused: numbers that are not canonical base64url of the full length, EC points not
  /// on their curve, OKP points of small order, private members that do not fit the public ones,
  /// RSA as in KeyErrc, RSA with "oth" (RFC 7518 §6.3.2.7). Members it does not know are ignored.
  static Result<Jwk> parse(const Json& json);
  /// Any key that VerificationKey::from_pem() or SigningKey::from_pem() takes for some algorithm.
  static Result<Jwk> from_pem(std::string_view pem, const Passphrase& ask = {});
  static Result<Jwk> from_certificate(std::string_view pem);
  /// kty oct. Refused as in VerificationKey::from_secret(), but for its length.
  static Result<Jwk> from_secret(const Secret& secret);
  /// A new private key that names the algorithm, and whose kid is its thumbprint. RSA: 3072 bits.
  static Jwk generate(Algorithm algorithm);

  const std::string& kid() const noexcept;
  Jwk with_kid(std::string kid) const;
  /// What it is for: by "alg", or because its curve fits one only. None: see no_algorithm and
  /// unknown_algorithm.
  std::optional<Algorithm> algorithm() const noexcept;
  /// The same key for this algorithm, which it must fit. Error: wrong_type, too_short.
  Result<Jwk> with_algorithm(Algorithm algorithm) const;
  /// A secret (oct) is all private.
  bool is_private() const noexcept;

  /// SHA-256 over the canonical form, in base64url (RFC 7638 §3).
  std::string thumbprint() const;
  /// kty, the public numbers, then kid, use and alg where there are any. Nothing for oct, which has
  /// no public part.
  std::optional<Json> public_json() const;
  /// The same with the private members, as JSON text. The name is long so that a reviewer can
  /// search for it. Throws std::logic_error when it has none.
  Secret reveal_private_json() const;
  /// SPKI in PEM; nothing for oct.
  std::optional<std::string> public_pem() const;
  /// PKCS#8 in PEM; nothing for oct, for public keys and for RSA keys that came without their
  /// primes, for which it has no form.
  std::optional<Secret> reveal_private_pem() const;

  struct Impl;

 private:
  explicit Jwk(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
  friend class VerificationKey;
  friend class SigningKey;
};

/// A JWK Set as somebody else wrote it (RFC 7517 §5): entries we cannot use are skipped and named.
/// Those that read well but sign nothing here ("use":"enc", an unknown "alg") are among the keys;
/// from_jwk() refuses them.
struct JwkSet {
  struct Skipped {
    std::size_t index;
    std::string kid;  ///< where it has one that is a string
    std::error_code reason;
  };
  std::vector<Jwk> keys{};
  std::vector<Skipped> skipped{};

  /// Error: unreadable, when it is no object with an array "keys", or has over 1000 of them.
  static Result<JwkSet> parse(const Json& json);
};

/// {"keys": […]} with the public part of each, "use" being "sig" where a key does not tell: some
/// readers of a set skip what is not said to be for signatures. Secrets are left out.
Json public_jwk_set(std::span<const Jwk> keys);

}  // namespace restjwt::jose
