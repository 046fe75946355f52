#include <restjwt/jose/jwt.hpp>

#include <algorithm>
#include <ranges>
#include <stdexcept>
#include <utility>

#include <restjwt/jose/base64url.hpp>

#include "jose/compact.hpp"

namespace restjwt::jose {
namespace {

/// The algorithm the header names (RFC 7515 §4.1.1).
Result<Algorithm> algorithm_of(const Json& header) {
  const Json* alg = header.find("alg");
  const auto algorithm =
      alg != nullptr && alg->is_string() ? algorithm_named(alg->as_string()) : std::nullopt;
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

/// The name of the key (RFC 7515 §4.1.4); empty where the header gives none.
Result<std::string_view> kid_of(const Json& header, const Validation& rules) {
  const Json* kid = rules.ignore_kid ? nullptr : header.find("kid");
  if (kid != nullptr && !kid->is_string()) return TokenErrc::unknown_key;
  return kid == nullptr ? std::string_view() : std::string_view(kid->as_string());
}

/// The key names the algorithm; the header only has to agree (RFC 8725 §3.1).
std::error_code verify_signature(const CompactToken& token, Algorithm algorithm,
                                 std::span<const VerificationKey> keys, const Validation& rules) {
  const auto is_for_algorithm = [&](const auto& key) { return key.algorithm() == algorithm; };
  if (std::ranges::none_of(keys, is_for_algorithm)) return TokenErrc::algorithm_not_allowed;

  const auto kid = kid_of(token.header, rules);
  if (!kid) return kid.error();
  const auto is_named = [&](const auto& key) {
    return key.kid().empty() || (kid->empty() ? !rules.require_kid : key.kid() == *kid);
  };
  if (std::ranges::none_of(keys, is_named)) return TokenErrc::unknown_key;

  auto candidates = keys | std::views::filter(is_named) | std::views::filter(is_for_algorithm);
  if (candidates.empty()) return TokenErrc::algorithm_not_allowed;
  const auto verifies = [&](const auto& key) {
    return key.verify(token.signing_input, token.signature);
  };
  if (std::ranges::none_of(candidates, verifies)) return TokenErrc::signature_mismatch;
  return {};
}

Json header_for(const SigningKey& key) {
  Json header = Json::object({{"typ", "JWT"}, {"alg", name(key.algorithm())}});
  if (!key.kid().empty()) header.set("kid", key.kid());
  return header;
}

}  // namespace

std::string encode(const Json& claims, const SigningKey& key) {
  if (!claims.is_object()) throw std::invalid_argument("the claims of a token are an object");
  std::string token = base64url_encode(to_text(header_for(key), JsonStyle::ascii));
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
  if (auto error = verify_signature(*compact, *algorithm, keys, rules)) return error;
  auto claims = parse_object(compact->payload);  // RFC 7519 §7.2
  if (!claims) return claims.error();
  if (auto error = check(*claims, rules, now)) return error;  // RFC 7519 §4.1
  return VerifiedToken(std::move(compact->header), std::move(*claims));
}

}  // namespace restjwt::jose
