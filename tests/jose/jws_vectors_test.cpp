// Tokens and keys as data: ours, the RFC's, Wycheproof's and those of other libraries.
#include <cstdio>
#include <map>

#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/unverified.hpp>

#include "jose/compact.hpp"
#include "jose/jwk_keys.hpp"
#include "support/keys.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::text_of;
using test::text_or;

constexpr TimePoint now{std::chrono::seconds{1'700'000'100}};

bool is_verdict_before_claims(std::error_code error) {
  return error == TokenErrc::too_long || error == TokenErrc::malformed ||
         error == TokenErrc::critical_header || error == TokenErrc::algorithm_not_allowed ||
         error == TokenErrc::signature_mismatch || error == TokenErrc::unknown_key;
}

/// A JWS may sign any bytes. decode() parses them after the signature only, so it is the payload
/// that is malformed when header and shape are not.
bool is_malformed_in_payload_only(std::string_view token) {
  const auto compact = split_compact(token, Validation{}.max_length);
  if (!compact || parse_object(compact->payload)) return false;
  const Json* alg = compact->header.find("alg");
  return alg != nullptr && alg->is_string();
}

enum class Layer { jws, jwt };

bool is_accepted(std::string_view token, const std::vector<VerificationKey>& keys, Layer layer) {
  const auto decoded = decode(token, keys, {}, now);
  if (decoded || !is_verdict_before_claims(decoded.error())) return true;
  return layer == Layer::jws && decoded.error() == TokenErrc::malformed &&
         is_malformed_in_payload_only(token);
}

std::string algorithm_in(std::string_view token) {
  const auto compact = split_compact(token, Validation{}.max_length);
  return compact ? test::text_or(compact->header, "alg", "?") : "?";
}

/// What a case needs that we do not have yet; empty when it can be judged.
std::string not_yet(const Json& one, const Json& jwk, const std::vector<VerificationKey>& keys) {
  const std::string& token = text_of(one, "token");
  const bool valid = text_of(one, "expect") == "valid";
  if (valid && !algorithm_named(algorithm_in(token))) return algorithm_in(token);
  // Text of an SSH key, declared to be a secret by its JWK: reading JWKs is not there yet, and as
  // plain text it is refused.
  if (valid && keys.empty() && text_or(jwk, "kty") == "oct") return "a secret declared by a JWK";
  return "";
}

void judge(const Json& one, const Json& jwk, const std::vector<VerificationKey>& keys) {
  const std::string& token = text_of(one, "token");
  const std::string& expect = text_of(one, "expect");
  const Layer layer = text_or(one, "category") == "payload_json" ? Layer::jwt : Layer::jws;
  const bool accepted = is_accepted(token, keys, layer);
  if (expect == "valid" || expect == "invalid") {
    EXPECT_EQ(accepted, expect == "valid") << text_of(one, "id");
  }
  if (text_or(one, "policy") != "min_hmac_key") return;
  EXPECT_FALSE(accepted) << text_of(one, "id");
  const auto short_keys = keys_of(jwk, {.allow_short_secret = true});
  if (text_or(one, "expect_lenient") == "valid") {
    EXPECT_TRUE(is_accepted(token, short_keys, layer)) << text_of(one, "id");
  }
}

class JwsVectors : public test::VectorTest, public testing::WithParamInterface<const char*> {};

TEST_P(JwsVectors, AllCasesGiveTheirVerdict) {
  const Json file = test::read_vectors(GetParam());
  std::map<std::string, std::size_t> missing;
  std::size_t judged = 0;
  for (const Json& one : file.find("cases")->as_array()) {
    const Json& jwk = *file.find("keys")->find(text_of(one, "key"));
    const auto keys = keys_of(jwk);
    if (const std::string need = not_yet(one, jwk, keys); !need.empty()) {
      ++missing[need];
      continue;
    }
    judge(one, jwk, keys);
    ++judged;
  }
  std::printf("%s: %zu cases judged", GetParam(), judged);
  for (const auto& [need, count] : missing) std::printf(", %zu need %s", count, need.c_str());
  std::printf("\n");
}

INSTANTIATE_TEST_SUITE_P(
    Files, JwsVectors,
    testing::Values("own_jws.json", "rfc7515.json", "rfc7520_rfc8037_cookbook.json",
                    "wycheproof_json_web_signature.json", "wycheproof_json_web_crypto.json",
                    "suite_go_jose.json", "suite_joserfc.json", "suite_jwt.json",
                    "suite_jwt_cpp.json", "suite_jwt_framework.json", "suite_jwt_verify_lib.json",
                    "suite_jwx.json", "suite_libjwt.json", "suite_node_jsonwebtoken.json",
                    "suite_pyjwt.json", "suite_python_jose.json", "suite_ruby_jwt.json"),
    [](const auto& file) {
      const std::string name = file.param;
      return name.substr(0, name.find('.'));
    });

class SeedTokens : public test::VectorTest {};

TEST_F(SeedTokens, AreRefusedUnderAnotherKey) {
  const auto keys = std::vector{
      VerificationKey::from_secret(Secret(std::string(32, 'k')), Algorithm::HS256).value(),
      VerificationKey::from_pem(test::key_file("rsa.pub"), Algorithm::RS256).value()};
  const Json file = test::read_vectors("seed_tokens.json");
  for (const Json& one : file.find("cases")->as_array()) {
    EXPECT_FALSE(decode(text_of(one, "token"), keys, {}, now)) << text_of(one, "id");
    (void)peek(text_of(one, "token"));
  }
  std::printf("seed_tokens.json: %zu cases\n", file.find("cases")->as_array().size());
}

}  // namespace
}  // namespace restjwt::jose
