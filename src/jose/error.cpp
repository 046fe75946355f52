#include <restjwt/jose/error.hpp>

#include <string>

namespace restjwt::jose {
namespace {

class TokenCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "restjwt.token"; }
  std::string message(int value) const override {
    switch (static_cast<TokenErrc>(value)) {
      case TokenErrc::too_long:
        return "The token is longer than allowed.";
      case TokenErrc::malformed:
        return "The text is not a signed JSON Web Token.";
      case TokenErrc::critical_header:
        return "The token demands an extension that is not supported.";
      case TokenErrc::algorithm_not_allowed:
        return "The token's algorithm is not that of any key.";
      case TokenErrc::signature_mismatch:
        return "The token's signature is wrong.";
      case TokenErrc::invalid_claim:
        return "A time in the token is not a number.";
      case TokenErrc::expired:
        return "The token has expired.";
      case TokenErrc::not_yet_valid:
        return "The token is not valid yet.";
      case TokenErrc::issued_in_future:
        return "The token was issued in the future.";
      case TokenErrc::missing_claim:
        return "A required claim is missing from the token.";
      case TokenErrc::wrong_audience:
        return "The token is meant for another audience.";
      case TokenErrc::wrong_issuer:
        return "The token comes from another issuer.";
      case TokenErrc::untyped_issued_at:
        return "the claim iat is not a number";
      case TokenErrc::unknown_key:
        return "The token does not name a known key.";
    }
    return "The token was refused.";
  }
};

class KeyCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "restjwt.key"; }
  std::string message(int value) const override {
    switch (static_cast<KeyErrc>(value)) {
      case KeyErrc::empty:
        return "The key is empty.";
      case KeyErrc::too_short:
        return "The key is too short for its algorithm.";
      case KeyErrc::too_long:
        return "The key is longer than allowed.";
      case KeyErrc::unreadable:
        return "The text is not a key in a form that is read here.";
      case KeyErrc::wrong_type:
        return "The key is not for this algorithm.";
      case KeyErrc::no_private_part:
        return "Signing needs a private key, and this one is public.";
      case KeyErrc::weak_exponent:
        return "The RSA key's public exponent is not safe.";
      case KeyErrc::encrypted:
        return "The key is encrypted, and there is no passphrase.";
      case KeyErrc::wrong_passphrase:
        return "The passphrase does not decrypt the key.";
      case KeyErrc::no_algorithm:
        return "The key does not say which algorithm it is for.";
      case KeyErrc::unknown_algorithm:
        return "The key is for an algorithm that is not supported.";
      case KeyErrc::unsupported_type:
        return "Keys of this kind are not supported.";
      case KeyErrc::not_for_signatures:
        return "The key is not meant for signatures.";
      case KeyErrc::ambiguous:
        return "The key cannot be told from another one, or stands open among public keys.";
    }
    return "The key was refused.";
  }
};

}  // namespace

std::error_code make_error_code(TokenErrc errc) noexcept {
  static const TokenCategory category;
  return {static_cast<int>(errc), category};
}

std::error_code make_error_code(KeyErrc errc) noexcept {
  static const KeyCategory category;
  return {static_cast<int>(errc), category};
}

}  // namespace restjwt::jose
