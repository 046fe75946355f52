#include "jose/jws.hpp"

#include <optional>
#include <utility>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/json_index.hpp>

#include "jose/key_index.hpp"

namespace restjwt::jose {
namespace {

/// We know no extension, so each demand for one is refused (RFC 7515 §4.1.11). "b64" would change
/// what is signed (RFC 7797 §3) and may not stand there without "crit".
std::error_code check_critical(const JsonIndex& header) {
  if (header.contains("crit") || header.contains("b64")) return TokenErrc::critical_header;
  return {};
}

/// "alg" and "kid" (RFC 7515 §4.1.1, §4.1.4). Nothing else of a header is ever used, least of all a
/// key it brings along.
Result<HeaderFacts> facts_of(const JsonIndex& header, const Validation& rules) {
  if (auto error = check_critical(header)) return error;
  const auto alg = header.find("alg");
  const auto number =
      alg && alg->is_string() ? header_alg_numbered(alg->as_string()) : std::nullopt;
  if (!number) return TokenErrc::algorithm_not_allowed;
  const auto kid = rules.ignore_kid ? std::nullopt : header.find("kid");
  if (kid && !kid->is_string()) return HeaderFacts{*number, {}, true};
  return HeaderFacts{*number, kid ? kid->as_string() : std::string_view(), false};
}

Result<VerifiedJws> verify_signature(const CompactToken& token, const HeaderFacts& header,
                                     const KeySet& keys, const Validation& rules) {
  const KeySelection selection(keys, header, rules);
  if (selection.refusal()) return selection.refusal();
  Signature signature;
  if (!read_part(signature, token.signature)) return TokenErrc::malformed;
  const VerificationKey* key = selection.verify(token.signing_input, signature.view());
  if (key == nullptr) return TokenErrc::signature_mismatch;
  return VerifiedJws{token.payload, key};
}

/// For a header in no form we know by heart.
Result<VerifiedJws> verify_parsing_header(const CompactToken& token, const KeySet& keys,
                                          const Validation& rules) {
  JsonIndex header;
  if (!read_part(header, token.header)) return TokenErrc::malformed;
  const auto facts = facts_of(header, rules);
  if (!facts) return facts.error();
  return verify_signature(token, *facts, keys, rules);
}

bool is_decodable(std::string_view part) { return base64url_decode(part).has_value(); }

}  // namespace

Result<VerifiedJws> verify_compact(std::string_view text, const KeySet& keys,
                                   const Validation& rules) {
  const auto token = split_compact(text, rules.max_length);
  if (!token) return token.error();
  const auto known = KeySelection::recognise(keys, token->header);
  auto verified = known ? verify_signature(*token, *known, keys, rules)
                        : verify_parsing_header(*token, keys, rules);
  // What is no token is told so, whatever else is wrong with it.
  if (!verified && !(is_decodable(token->payload) && is_decodable(token->signature)))
    return TokenErrc::malformed;
  return verified;
}

std::string sign_compact(std::string_view encoded_header, std::string_view payload,
                         const SigningKey& key) {
  std::string text;
  text.reserve(encoded_header.size() + payload.size() * 4 / 3 + 100);
  text = encoded_header;
  text += '.';
  base64url_append(text, payload);
  const std::string signature = key.sign(text);
  text += '.';
  base64url_append(text, signature);
  return text;
}

std::string sign_jws(std::string_view payload, const SigningKey& key) {
  Json header = Json::object({{"alg", key.header_alg()}});
  if (!key.kid().empty()) header.set("kid", key.kid());
  return sign_compact(base64url_encode(to_text(header, JsonStyle::ascii)), payload, key);
}

Result<std::string> verify_jws(std::string_view text, const KeySet& keys, const Validation& rules) {
  const auto verified = verify_compact(text, keys, rules);
  if (!verified) return verified.error();
  auto payload = base64url_decode(verified->encoded_payload);
  if (!payload) return TokenErrc::malformed;
  return *std::move(payload);
}

}  // namespace restjwt::jose
