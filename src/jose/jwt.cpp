#include <restjwt/jose/jwt.hpp>

#include <stdexcept>
#include <utility>

#include "jose/jws.hpp"

namespace restjwt::jose {

std::string encode(const Json& claims, const SigningKey& key) {
  if (!claims.is_object()) throw std::invalid_argument("the claims of a token are an object");
  return sign_compact(key.token_header(), to_text(claims, JsonStyle::ascii), key);
}

class VerifiedToken::Decoding {
 public:
  /// Has one return, so that the token is made where the caller wants it.
  static Result<VerifiedToken> read(const VerifiedJws& jws, const Validation& rules,
                                    TimePoint now) {
    Result<VerifiedToken> token(std::in_place, Decoding(), *jws.key);
    if (auto error = read(token->claims_, jws, rules, now)) token = error;
    return token;
  }

 private:
  static std::error_code read(Claims& claims, const VerifiedJws& jws, const Validation& rules,
                              TimePoint now) {
    if (!claims.read_part(jws.encoded_payload)) return TokenErrc::malformed;  // RFC 7519 §7.2
    return check(claims, rules, now);                                         // RFC 7519 §4.1
  }
};

VerifiedToken::VerifiedToken(const Decoding&, const VerificationKey& key)
    : algorithm_(key.algorithm()), kid_(key.kid()) {}

Result<VerifiedToken> decode(std::string_view token, const KeySet& keys, const Validation& rules,
                             TimePoint now) {
  const auto jws = verify_compact(token, keys, rules);  // RFC 7515 §5.2
  if (!jws) return jws.error();
  return VerifiedToken::Decoding::read(*jws, rules, now);
}

}  // namespace restjwt::jose
