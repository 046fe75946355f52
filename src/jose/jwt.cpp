#include <restjwt/jose/jwt.hpp>

#include <stdexcept>
#include <utility>

#include <restjwt/jose/base64url.hpp>

#include "jose/compact.hpp"

namespace restjwt::jose {
namespace {

/// The algorithm the header names (RFC 7515 §4.1.1).
Result<Algorithm> algorithm_of(const Json& header) {
  const Json* alg = header.find("alg");
  if (alg == nullptr || !alg->is_string()) return TokenErrc::malformed;
  const auto algorithm = algorithm_named(alg->as_string());
  if (!algorithm) return TokenErrc::algorithm_not_allowed;
  return *algorithm;
}

/// We know no extension, so each demand for one is refused (RFC 7515 §4.1.11). "b64" would change
/// what is signed (RFC 7797 §3) and may not stand there without "crit".
std::error_code check_critical(const Json& header) {
  if (header.find("crit") != nullptr || header.find("b64") != nullptr) {
    return TokenErrc::critical_header;
  }
  return {};
}

/// The key names the algorithm; the header only has to agree (RFC 8725 §3.1).
std::error_code verify_signature(const CompactToken& token, Algorithm algorithm,
                                 std::span<const VerificationKey> keys) {
  std::error_code refusal = TokenErrc::algorithm_not_allowed;
  for (const VerificationKey& key : keys) {
    if (key.algorithm() != algorithm) continue;
    if (key.verify(token.signing_input, token.signature)) return {};
    refusal = TokenErrc::signature_mismatch;
  }
  return refusal;
}

}  // namespace

std::string encode(const Json& claims, const SigningKey& key) {
  if (!claims.is_object()) throw std::invalid_argument("the claims of a token are an object");
  const Json header = Json::object({{"typ", "JWT"}, {"alg", name(key.algorithm())}});
  std::string token = base64url_encode(to_text(header));
  token += '.';
  base64url_append(token, to_text(claims, JsonStyle::ascii));
  const std::string signature = key.sign(token);
  token += '.';
  base64url_append(token, signature);
  return token;
}

Result<VerifiedToken> decode(std::string_view token, std::span<const VerificationKey> keys,
                             const Validation& rules, TimePoint now) {
  auto compact = split_compact(token, rules.max_length);  // RFC 7515 §7.1, §5.2
  if (!compact) return compact.error();
  if (auto error = check_critical(compact->header)) return error;
  const auto algorithm = algorithm_of(compact->header);
  if (!algorithm) return algorithm.error();
  if (auto error = verify_signature(*compact, *algorithm, keys)) return error;
  auto claims = parse_object(compact->payload);  // RFC 7519 §7.2
  if (!claims) return claims.error();
  if (auto error = check(*claims, rules, now)) return error;  // RFC 7519 §4.1
  return VerifiedToken(std::move(compact->header), std::move(*claims));
}

}  // namespace restjwt::jose
