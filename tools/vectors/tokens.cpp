// The kinds jws_verify, jws_sign and seed.
#include <algorithm>
#include <array>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jws.hpp>
#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/unverified.hpp>

#include "vectors/judge.hpp"
#include "vectors/keys.hpp"

namespace restjwt::vectors {
namespace {

using jose::TokenErrc;

constexpr TimePoint now{std::chrono::seconds{1'700'000'100}};

/// What a case judges: a JWS may sign any bytes, a JWT signs a JSON object.
enum class Layer { jws, jwt };

/// Refused before its claims were looked at; what they say of time is not asked here.
bool is_no_jwt(std::error_code error) {
  constexpr std::array before{TokenErrc::too_long,        TokenErrc::malformed,
                              TokenErrc::critical_header, TokenErrc::algorithm_not_allowed,
                              TokenErrc::unknown_key,     TokenErrc::signature_mismatch};
  return std::ranges::any_of(before, [&](TokenErrc one) { return error == one; });
}

bool is_accepted(std::string_view token, const jose::KeySet& keys, Layer layer) {
  if (layer == Layer::jws) return jose::verify_jws(token, keys).has_value();
  const auto decoded = jose::decode(token, keys, {}, now);
  return decoded || !is_no_jwt(decoded.error());
}

/// The same token, its signature wrong in one bit.
std::string with_another_signature(std::string_view token) {
  const std::size_t start = token.rfind('.') + 1;
  std::string signature = jose::base64url_decode(token.substr(start)).value_or("");
  if (!signature.empty()) signature[signature.size() / 2] ^= 1;
  return std::string(token.substr(0, start)) + jose::base64url_encode(signature);
}

/// The verdict with the policy switched off, where we have that switch.
Verdict judge_lenient(const Json& one, const Json& jwk, Layer layer) {
  const std::string_view expect = text_if_any(one, "expect_lenient");
  if (text_if_any(one, "policy") != "min_hmac_key" || expect.empty()) return passed();
  const jose::KeySet keys(verification_keys(jwk, {.allow_short_secret = true}));
  const bool accepted = is_accepted(text(one, "token"), keys, layer);
  if (expect == "either" || (expect == "valid") == accepted) return passed();
  return failed("expected " + std::string(expect) + " with short secrets, was " +
                (accepted ? "accepted" : "refused"));
}

}  // namespace

Verdict judge_jws_verify(const Json& one, const VectorFile& file) {
  const Layer layer = text_if_any(one, "category") == "payload_json" ? Layer::jwt : Layer::jws;
  const std::string& token = text(one, "token");
  const Json& jwk = file.key_of(one);
  const jose::KeySet keys(verification_keys(jwk));
  const bool accepted = is_accepted(token, keys, layer);
  if (auto verdict = compare(one, accepted); verdict.kind != Verdict::Kind::passed) return verdict;
  if (accepted && is_accepted(with_another_signature(token), keys, layer))
    return failed("was accepted with a wrong signature, too");
  if (accepted && text_if_any(one, "policy") == "min_hmac_key")
    return failed("was accepted under a short secret");
  return judge_lenient(one, jwk, layer);
}

Verdict judge_jws_sign(const Json& one, const VectorFile& file) {
  const std::string input = text(one, "protected_b64u") + '.' + text(one, "payload_b64u");
  const std::string& alg = text(one, "alg");
  for (const auto& jwk : jwks_of(file.key_of(one))) {
    for (const auto algorithm : jose::all_algorithms) {
      if (!goes_by(algorithm, alg)) continue;
      const auto key = jose::SigningKey::from_jwk(jwk, algorithm);
      if (!key) continue;
      const std::string token = input + '.' + jose::base64url_encode(key->sign(input));
      if (token != text(one, "token")) return failed("expected another signature than " + token);
      if (!is_accepted(token, key->verification_key(), Layer::jws))
        return failed("what was signed does not verify");
      return compare(one, true);
    }
  }
  return compare(one, false);
}

Verdict judge_seed(const Json& one, const VectorFile&) {
  static const jose::KeySet strangers(
      {jose::SigningKey::from_jwk(jose::Jwk::generate(jose::Algorithm::HS256))->verification_key(),
       jose::SigningKey::from_jwk(jose::Jwk::generate(jose::Algorithm::ES256))->verification_key(),
       jose::SigningKey::from_jwk(jose::Jwk::generate(jose::Algorithm::Ed25519))
           ->verification_key()});
  const std::string& token = text(one, "token");
  (void)jose::peek(token);
  return compare(one, is_accepted(token, strangers, Layer::jws));
}

}  // namespace restjwt::vectors
