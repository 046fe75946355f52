// The rules for claims as data: own_claims.json.
#include <algorithm>
#include <cstdio>
#include <map>

#include <restjwt/jose/jwt.hpp>

#include "jose/jwk_keys.hpp"
#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::text_of;
using test::text_or;

class ClaimsVectors : public test::VectorTest {};

Validation rules_of(const Json& options) {
  Validation rules;
  if (const Json* leeway = options.find("leeway")) {
    rules.leeway = std::chrono::seconds(leeway->as_int());
  }
  if (options.find("iss")) rules.issuer = text_of(options, "iss");
  if (const Json* aud = options.find("aud")) {
    for (const Json& one : aud->as_array()) rules.audience.push_back(one.as_string());
  }
  if (const Json* require = options.find("require")) {
    for (const Json& one : require->as_array()) rules.required.push_back(one.as_string());
  }
  if (const Json* verify = options.find("verify_exp")) rules.ignore_expiry = !verify->as_bool();
  return rules;
}

// "immature" is said of nbf and of iat.
bool is_of_class(std::error_code error, const std::string& name) {
  const std::map<std::string, std::vector<TokenErrc>> classes{
      {"expired", {TokenErrc::expired}},
      {"immature", {TokenErrc::not_yet_valid, TokenErrc::issued_in_future}},
      {"bad_type", {TokenErrc::invalid_claim, TokenErrc::untyped_issued_at}},
      {"aud", {TokenErrc::wrong_audience}},
      {"iss", {TokenErrc::wrong_issuer}},
      {"missing", {TokenErrc::missing_claim}}};
  const auto& errors = classes.at(name);
  return std::ranges::any_of(errors, [&](TokenErrc one) { return error == one; });
}

TEST_F(ClaimsVectors, AllOwnCasesGiveTheirVerdict) {
  const Json file = test::read_vectors("own_claims.json");
  std::size_t run = 0, refresh = 0;
  for (const Json& one : file.find("cases")->as_array()) {
    // The window of refreshing is not a rule of the token but of the room `auth`.
    if (one.find("options")->find("refresh")) {
      ++refresh;
      continue;
    }
    const auto keys = keys_of(*file.find("keys")->find(text_of(one, "key")));
    const TimePoint now{std::chrono::seconds(one.find("now")->as_int())};
    const auto token = decode(text_of(one, "token"), keys, rules_of(*one.find("options")), now);
    ++run;
    if (text_of(one, "expect") == "either") continue;
    EXPECT_EQ(token.has_value(), text_of(one, "expect") == "valid") << text_of(one, "id");
    if (token || !one.find("error")) continue;
    EXPECT_TRUE(is_of_class(token.error(), text_of(one, "error")))
        << text_of(one, "id") << ": " << token.error().message();
  }
  EXPECT_EQ(refresh, 4u);
  std::printf("own_claims.json: %zu cases run, %zu of refreshing left to auth\n", run, refresh);
}

}  // namespace
}  // namespace restjwt::jose
