// That verifying a token of usual size allocates nothing of our own. OpenSSL's own allocations go
// through malloc, not operator new, and are not counted. A program of its own, since it replaces
// operator new.
#include <string>

#include <gtest/gtest.h>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/jwt.hpp>

#include "support/counted_new.hpp"

namespace restjwt::jose {
namespace {

using test::allocations;

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

const Json usual = Json::object({{"user_id", 1},
                                 {"username", "admin"},
                                 {"exp", 1'700'000'300},
                                 {"email", "admin@example.com"},
                                 {"orig_iat", 1'700'000'000}});

/// Of one verification, after a first one that lets the library beneath prepare itself.
long allocations_of(std::string_view token, const KeySet& keys, const Validation& rules = {}) {
  EXPECT_TRUE(decode(token, keys, rules, now)) << token;
  const long before = allocations();
  const auto verified = decode(token, keys, rules, now);
  EXPECT_TRUE(verified);
  return allocations() - before;
}

TEST(Allocation, IsCounted) {
  const long before = allocations();
  const std::string memory(100, 'x');
  EXPECT_EQ(allocations() - before, 1) << memory;
}

TEST(Allocation, NoneForATokenOfAnyAlgorithm) {
  const Jwk rsa = Jwk::generate(Algorithm::RS256);  // takes a second, so one for all
  for (const Algorithm algorithm : all_algorithms) {
    const bool is_rsa = family(algorithm) == Family::rsa || family(algorithm) == Family::rsa_pss;
    const Jwk jwk = is_rsa ? rsa.with_algorithm(algorithm).value() : Jwk::generate(algorithm);
    const auto key = SigningKey::from_jwk(jwk).value();
    EXPECT_EQ(allocations_of(encode(usual, key), key.verification_key()), 0) << name(algorithm);
    const auto nameless = key.with_kid("");
    EXPECT_EQ(allocations_of(encode(usual, nameless), nameless.verification_key()), 0)
        << name(algorithm);
  }
}

const SigningKey key =
    SigningKey::from_secret(Secret(std::string(32, 's')), Algorithm::HS256).value();

TEST(Allocation, NoneForATokenOfOneKibibyte) {
  Json claims = usual;
  claims.set("text", std::string(590, 'x'));
  const std::string token = encode(claims, key);
  EXPECT_GT(token.size(), 1000u);
  EXPECT_LE(token.size(), 1024u);
  EXPECT_EQ(allocations_of(token, key.verification_key()), 0);
}

TEST(Allocation, NoneForEscapes) {
  Json claims = usual;
  std::string text;
  for (int i = 0; i < 95; ++i) text += "ü";
  claims.set("text", text);
  const std::string token = encode(claims, key);
  EXPECT_GT(token.size(), 900u);
  EXPECT_LE(token.size(), 1024u);
  EXPECT_EQ(allocations_of(token, key.verification_key()), 0);
}

TEST(Allocation, NoneForManyClaims) {
  Json claims = usual;
  for (int i = 0; i < 15; ++i) claims.set("claim" + std::to_string(i), i);
  claims.set("aud", Json::array({"a", "b"}));
  claims.set("iss", "me");
  EXPECT_EQ(allocations_of(encode(claims, key), key.verification_key(),
                           {.issuer = "me", .audience = {"b"}, .required = {"exp"}}),
            0);
}

TEST(Allocation, NoneForAHeaderThatHasToBeRead) {
  const SigningKey named = key.with_kid("\u00FC\"");
  EXPECT_EQ(allocations_of(encode(usual, named), named.verification_key()), 0);
}

}  // namespace
}  // namespace restjwt::jose
