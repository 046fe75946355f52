// Weaknesses of other systems in checking claims, each beside its legitimate twin. The ids lead
// here from docs/security-tokens.md.
#include <gtest/gtest.h>

#include "jose/forgery.hpp"

namespace restjwt::jose {
namespace {

using namespace forgery;

std::error_code refusal_of(std::string_view payload, const Validation& rules = {}) {
  return refusal(forge(hs256, payload), hmac_key(), rules);
}

std::string claim(std::string_view name, std::string_view value) {
  return "{\"" + std::string(name) + "\":" + std::string(value) + '}';
}

// Numbers that wrap, overflow, or are none made tokens that never expire.
TEST(AbsurdNumbers, AnExpThatIsNoNumberIsRefused) {
  for (const char* value : {R"("1800000000")", "null", "true", "[]", "{}", R"("")"})
    EXPECT_EQ(refusal_of(claim("exp", value)), TokenErrc::invalid_claim) << value;
  EXPECT_EQ(refusal_of(claim("exp", "1800000000")), none);
}

TEST(AbsurdNumbers, WhatIsNoNumberOfJsonIsMalformed) {
  const std::string long_number = '1' + std::string(400, '0');
  for (const std::string& value :
       {std::string("NaN"), std::string("Infinity"), std::string("-Infinity"), std::string("1e400"),
        std::string("0x10"), std::string("01"), long_number}) {
    for (const char* name : {"exp", "nbf", "iat"})
      EXPECT_EQ(refusal_of(claim(name, value)), TokenErrc::malformed) << name << value;
  }
}

TEST(AbsurdNumbers, NothingWraps) {
  for (const char* value :
       {"18446744073709551616", "9223372036854775808", "9223372036854775807", "1e30", "1e300"}) {
    EXPECT_EQ(refusal_of(claim("nbf", value)), TokenErrc::not_yet_valid) << value;
    EXPECT_EQ(refusal_of(claim("iat", value)), TokenErrc::issued_in_future) << value;
  }
  // Each is an hour from now in arithmetic of 64 or 32 bits.
  for (const char* value : {"-18446744072009548016", "-9223372035154772208", "-2594963696", "-1e30",
                            "-9223372036854775808"}) {
    EXPECT_EQ(refusal_of(claim("exp", value)), TokenErrc::expired) << value;
  }
  EXPECT_EQ(refusal_of(claim("exp", "1.7e9")), TokenErrc::expired);
  EXPECT_EQ(refusal_of(claim("exp", "1700000000.5")), none);
}

// CVE-2020-26160, CVE-2023-22482, CVE-2024-5798: a token for somebody else was taken.
TEST(Cve202026160, TheAudienceIsComparedWholeAndWithRegardToCase) {
  const Validation rules{.audience = {"api"}};
  for (const char* value : {R"("ap")", R"("api/")", R"("API")", R"("api ")", R"("api\u0000")",
                            R"("")", "[]", R"(["ap","i"])", R"([["api"]])", R"(["api",1])", "null",
                            "true", "1", R"({"api":1})", R"("a,api")", R"("*")"}) {
    EXPECT_EQ(refusal_of(claim("aud", value), rules), TokenErrc::wrong_audience) << value;
  }
  EXPECT_EQ(refusal_of("{}", rules), TokenErrc::wrong_audience);
  EXPECT_EQ(refusal_of(claim("aud", R"("api")"), rules), none);
  EXPECT_EQ(refusal_of(claim("aud", R"(["other","api"])"), rules), none);
}

TEST(Cve202026160, AnAudienceThatNobodyExpectsIsSomebodyElse) {
  EXPECT_EQ(refusal_of(claim("aud", R"("api")")), TokenErrc::wrong_audience);
  EXPECT_EQ(refusal_of("{}"), none);
}

// CVE-2024-53861: part of the issuer was enough. CVE-2026-35041, CVE-2026-35040: the expected value
// was a pattern.
TEST(Cve202453861, TheIssuerIsComparedWhole) {
  const Validation rules{.issuer = "https://issuer.example"};
  for (const char* value :
       {R"("https://issuer")", R"("h")", R"("")", R"("https://issuer.example/")",
        R"("https://issuerXexample")", R"("https://issuer.example\n")",
        R"("HTTPS://ISSUER.EXAMPLE")", R"(["https://issuer.example"])", "null", "1", "true"}) {
    EXPECT_EQ(refusal_of(claim("iss", value), rules), TokenErrc::wrong_issuer) << value;
  }
  EXPECT_EQ(refusal_of("{}", rules), TokenErrc::wrong_issuer);
  EXPECT_EQ(refusal_of(claim("iss", R"("https://issuer.example")"), rules), none);
}

// GO-2026-5732, CVE-2026-9097: nobody looked at the times.
TEST(Go20265732, TimesAreLookedAtByDefault) {
  EXPECT_EQ(refusal_of(claim("exp", "1700000000")), TokenErrc::expired);
  EXPECT_EQ(refusal_of(claim("exp", "1700000001")), none);
  EXPECT_EQ(refusal_of(claim("nbf", "1700000001")), TokenErrc::not_yet_valid);
  EXPECT_EQ(refusal_of(claim("nbf", "1700000000")), none);
  EXPECT_EQ(refusal_of(claim("iat", "1700000061")), TokenErrc::issued_in_future);
  EXPECT_EQ(refusal_of(claim("iat", "1700000060")), none);
  EXPECT_EQ(refusal_of(claim("iat", R"("1700000000")")), TokenErrc::untyped_issued_at);
}

// CVE-2024-51744: an expired forgery was called expired, and callers forgave that.
TEST(Cve202451744, AnExpiredForgeryIsForged) {
  const std::string other(32, 'o');
  for (const char* payload : {R"({"exp":1})", R"({"nbf":9000000000})", R"({"exp":"x"})",
                              R"({"aud":"x"})", R"({"iss":1})", "[]", "no json"}) {
    EXPECT_EQ(refusal(forge(hs256, payload, other), hmac_key(), {.issuer = "me"}),
              TokenErrc::signature_mismatch)
        << payload;
  }
  EXPECT_EQ(refusal(forge(hs256, R"({"exp":1})")), TokenErrc::expired);
}

TEST(Cve202451744, ARefusalHoldsNoClaims) {
  const auto refused = decode(forge(hs256, R"({"exp":1})"), hmac_key(), {}, now);
  EXPECT_THROW((void)refused.value(), std::bad_variant_access);
}

}  // namespace
}  // namespace restjwt::jose
