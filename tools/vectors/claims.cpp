// The kind jwt_claims.
#include <algorithm>
#include <map>

#include <restjwt/jose/jwt.hpp>

#include "vectors/judge.hpp"
#include "vectors/keys.hpp"

namespace restjwt::vectors {
namespace {

using jose::TokenErrc;

std::vector<std::string> texts(const Json* array) {
  std::vector<std::string> all;
  if (!array) return all;
  for (const Json& one : array->as_array()) all.push_back(one.as_string());
  return all;
}

jose::Validation rules_of(const Json& options) {
  jose::Validation rules;
  if (const Json* leeway = options.find("leeway"))
    rules.leeway = std::chrono::seconds(leeway->as_int());
  if (options.find("iss")) rules.issuer = text(options, "iss");
  if (const Json* verify = options.find("verify_exp")) rules.ignore_expiry = !verify->as_bool();
  rules.audience = texts(options.find("aud"));
  rules.required = texts(options.find("require"));
  return rules;
}

/// The classes of errors as the format names them. "immature" is said of nbf and of iat, and an
/// expected issuer or audience that is missing is a wrong one to us.
const std::map<std::string, std::vector<TokenErrc>, std::less<>> classes{
    {"expired", {TokenErrc::expired}},
    {"immature", {TokenErrc::not_yet_valid, TokenErrc::issued_in_future}},
    {"bad_type", {TokenErrc::invalid_claim, TokenErrc::untyped_issued_at}},
    {"aud", {TokenErrc::wrong_audience}},
    {"iss", {TokenErrc::wrong_issuer}},
    {"missing", {TokenErrc::missing_claim, TokenErrc::wrong_issuer, TokenErrc::wrong_audience}}};

Verdict compare_class(const Json& one, std::error_code error) {
  const std::string_view expected = text_if_any(one, "error");
  const auto known = classes.find(expected);
  if (known == classes.end()) return passed();
  if (std::ranges::any_of(known->second, [&](TokenErrc code) { return error == code; }))
    return passed();
  return failed("expected " + std::string(expected) + ", was refused: " + error.message());
}

}  // namespace

Verdict judge_jwt_claims(const Json& one, const VectorFile& file) {
  const Json& options = member(one, "options");
  if (const Json* refresh = options.find("refresh"); refresh && *refresh == Json(true))
    return judge_refresh(one, file);
  const TimePoint now{std::chrono::seconds(member(one, "now").as_int())};
  const jose::KeySet keys(verification_keys(file.key_of(one)));
  const auto token = jose::decode(text(one, "token"), keys, rules_of(options), now);
  auto verdict = compare(one, token.has_value());
  const bool refused = verdict.kind == Verdict::Kind::passed && !token;
  return refused && text(one, "expect") == "invalid" ? compare_class(one, token.error()) : verdict;
}

}  // namespace restjwt::vectors
