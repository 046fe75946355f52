// Weaknesses of other systems in reading headers and JSON, each beside its legitimate twin. The ids
// lead here from docs/security-tokens.md.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <restjwt/jose/unverified.hpp>

#include "jose/forgery.hpp"

namespace restjwt::jose {
namespace {

using namespace forgery;

std::string with_header(std::string_view members) {
  return forge(R"({"alg":"HS256",)" + std::string(members) + "}", "{}");
}

// CVE-2026-32597, CVE-2025-59420, CVE-2026-35042: an extension that must be understood was ignored.
TEST(Cve202632597, CritIsRefusedWhateverItHolds) {
  for (const char* members : {R"("crit":["x"],"x":1)", R"("crit":["x"])", R"("crit":[])",
                              R"("crit":"x")", R"("crit":1)", R"("crit":null)", R"("crit":["alg"])",
                              R"("crit":["exp","exp"])", R"("crit":[1])", R"("\u0063rit":["x"])"}) {
    EXPECT_EQ(refusal(with_header(members)), TokenErrc::critical_header) << members;
  }
}

TEST(Cve202632597, UnknownMembersThatAreNotCriticalAreIgnored) {
  EXPECT_EQ(refusal(with_header(R"("x":1,"Crit":["x"])")), none);
}

// CVE-2026-48525, RFC 7797 §7: a payload that is signed as it stands was read otherwise.
TEST(Cve202648525, UnencodedPayloadIsRefused) {
  for (const char* members : {R"("b64":false,"crit":["b64"])", R"("b64":false)", R"("b64":true)"})
    EXPECT_EQ(refusal(with_header(members)), TokenErrc::critical_header) << members;
  const std::string header = base64url_encode(R"({"alg":"HS256","b64":false,"crit":["b64"]})");
  const std::string input = header + ".{}";
  const auto mac = HmacKey(Algorithm::HS256, secret).mac(input);
  EXPECT_EQ(refusal(input + '.' + base64url_encode(mac.view())), TokenErrc::malformed);
}

// CVE-2022-39227: two readers saw two claims under one name.
TEST(Cve202239227, EqualNamesAreRefusedAlsoWhenEscaped) {
  for (const char* header :
       {R"({"alg":"HS256","alg":"HS256"})", R"({"alg":"none","\u0061lg":"HS256"})",
        R"({"alg":"HS256","x":{"a":1,"a":2}})"}) {
    EXPECT_EQ(refusal(forge(header, "{}")), TokenErrc::malformed) << header;
  }
  for (const char* payload : {R"({"sub":"a","sub":"b"})", R"({"sub":"a","s\u0075b":"b"})",
                              R"({"a":{"sub":"a","sub":"b"}})", R"({"":1,"":2})"}) {
    EXPECT_EQ(refusal(forge(hs256, payload)), TokenErrc::malformed) << payload;
  }
  EXPECT_EQ(refusal(forge(hs256, R"({"sub":"a","Sub":"b","a":{"sub":"c"}})")), none);
}

// CVE-2023-51774, CVE-2019-18848: an encrypted token, of five parts, came through.
TEST(Cve202351774, FourAndFivePartsAreNoToken) {
  const std::string token = forge(hs256, "{}");
  for (const char* more : {".", ".e30", "..", ".e30.e30", "...", ".e30.e30.e30"})
    EXPECT_EQ(refusal(token + more), TokenErrc::malformed) << more;
  EXPECT_EQ(refusal(base64url_encode(R"({"alg":"dir","enc":"A256GCM"})") + "..AAAA.AAAA.AAAA"),
            TokenErrc::malformed);
  EXPECT_EQ(refusal(token), none);
}

// CVE-2024-33664, CVE-2025-62706, CVE-2024-28180, CVE-2024-28122, CVE-2025-63811: a small token
// inflated to gigabytes. Nothing is inflated here, so "zip" only makes text that is no JSON.
TEST(Cve202433664, ZipIsNotObeyed) {
  const std::string deflated = "\xAB\xAE\x05\x00";  // {} by RFC 1951
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","zip":"DEF"})", deflated)), TokenErrc::malformed);
  EXPECT_EQ(refusal(with_header(R"("zip":"DEF")")), none);
}

// CVE-2022-36083, CVE-2023-50967, CVE-2023-6681, GHSA-3prj: a token asked for a billion rounds.
TEST(Cve202236083, Pbes2IsNoAlgorithm) {
  for (const char* alg : {"PBES2-HS256+A128KW", "PBES2-HS512+A256KW", "dir", "RSA1_5", "ECDH-ES"}) {
    const std::string header =
        R"({"p2c":2147483647,"p2s":"AAAA","enc":"A256GCM","alg":")" + std::string(alg) + "\"}";
    EXPECT_EQ(refusal(forge(header, "{}")), TokenErrc::algorithm_not_allowed) << alg;
    EXPECT_EQ(refusal(base64url_encode(header) + ".AAAA.AAAA.AAAA.AAAA"), TokenErrc::malformed);
  }
  EXPECT_EQ(refusal(with_header(R"("p2c":2147483647)")), none);
}

// CVE-2025-53864, CVE-2025-6566: deep nesting used up the stack.
TEST(Cve202553864, DeepJsonIsRefused) {
  const auto nested = [](std::size_t depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(refusal(forge(hs256, nested(31))), none);
  EXPECT_EQ(refusal(forge(hs256, nested(32))), TokenErrc::malformed);
  EXPECT_EQ(refusal(forge(hs256, R"({"a":)" + std::string(10'000, '['))), TokenErrc::malformed);
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","a":)" + nested(32) + "}", "{}")),
            TokenErrc::malformed);
  Validation patient;
  patient.max_length = 1 << 24;
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  EXPECT_EQ(refusal(forge(hs256, objects), hmac_key(), patient), TokenErrc::malformed);
  EXPECT_EQ(refusal(forge(hs256, nested(1'000'000)), hmac_key(), patient), TokenErrc::malformed);
}

// CVE-2025-30204, CVE-2025-27144: a text of dots was split at each of them.
TEST(Cve202530204, TextOfDotsIsRefused) {
  EXPECT_EQ(refusal(std::string(16 * 1024, '.')), TokenErrc::malformed);
  EXPECT_EQ(refusal(std::string(1 << 20, '.')), TokenErrc::too_long);
  EXPECT_EQ(refusal(forge(hs256, "{}")), none);
}

// CVE-2025-61920: header and signature had no limit.
TEST(Cve202561920, TokenOfAMegabyteIsRefusedUnread) {
  const std::string token = forge(hs256, R"({"a":")" + std::string(1 << 20, 'a') + "\"}");
  EXPECT_EQ(refusal(token), TokenErrc::too_long);
  EXPECT_EQ(peek(token).error(), TokenErrc::too_long);
  EXPECT_EQ(refusal(with_header(R"("x":")" + std::string(1 << 20, 'a') + '"')),
            TokenErrc::too_long);
  EXPECT_EQ(refusal(forge(hs256, "{}") + std::string(1 << 20, 'A')), TokenErrc::too_long);
}

TEST(Cve202561920, TokenOfMaxLengthIsRead) {
  std::string token;
  for (std::size_t filling = 12'000; token.size() < Validation().max_length - 2; ++filling)
    token = forge(hs256, R"({"a":")" + std::string(filling, 'a') + "\"}");
  ASSERT_LE(token.size(), Validation().max_length);
  EXPECT_EQ(refusal(token), none);
}

// CVE-2024-21664, CVE-2026-34986, CVE-2026-9803: odd shapes brought the server down.
TEST(Cve202421664, OddShapesAreMalformed) {
  const std::string header = base64url_encode(hs256);
  for (const std::string& text : std::vector<std::string>{
           std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a"),
           std::string("a.b"), std::string("a.b.c"), "." + header + ".", header, header + '.',
           "e30.." + header + ".", "bnVsbA..", "W10..", "MQ..", "IiI..", std::string(3, '\0'),
           std::string("\xFF.\xFE.\xFD"), "e30.e30.=", "{}.{}.{}"}) {
    EXPECT_EQ(refusal(text), TokenErrc::malformed) << text;
    EXPECT_FALSE(peek(text)) << text;
  }
  EXPECT_EQ(refusal("e30.."), TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(header + ".."), TokenErrc::signature_mismatch);
}

// Bytes that are not UTF-8, half of a pair, another encoding: readers disagree on what they mean.
TEST(Utf8, OtherEncodingsAreMalformed) {
  for (const std::string& payload : std::vector<std::string>{
           std::string("{\"a\":\"\xFF\"}"), std::string("{\"a\":\"\xC0\x80\"}"),
           std::string("{\"a\":\"\xED\xA0\x80\"}"), std::string(R"({"a":"\ud800"})"),
           std::string(R"({"a":"\udc00\ud800"})"), "\xEF\xBB\xBF{}", std::string("{\0}\0", 4),
           std::string("\xFE\xFF\0{\0}", 6), std::string("{}\0", 3)}) {
    EXPECT_EQ(refusal(forge(hs256, payload)), TokenErrc::malformed) << payload;
  }
  EXPECT_EQ(refusal(forge(hs256, R"({"a":"\ud83d\ude00","b":"\u0000"})")), none);
}

TEST(Utf8, ANulDoesNotEndAName) {
  const auto token = decode(forge(hs256, R"({"sub":"alice\u0000x"})"), hmac_key(), {}, now);
  EXPECT_EQ(token->claims().subject(), std::string_view("alice\0x", 7));
}

// CVE-2026-35039, CVE-2026-33496: a cache answered with the claims of another token. We remember
// headers only, and a header seen before decides nothing but which keys are tried.
TEST(Cve202635039, AHeaderSeenBeforeCarriesNoVerdict) {
  const KeySet keys(hmac_key());
  const std::string alice = forge(hs256, R"({"sub":"alice"})"),
                    bob = forge(hs256, R"({"sub":"bob"})");
  EXPECT_EQ(decode(alice, keys, {}, now)->claims().subject(), "alice");
  EXPECT_EQ(decode(bob, keys, {}, now)->claims().subject(), "bob");
  EXPECT_EQ(refusal(alice.substr(0, alice.rfind('.')) + bob.substr(bob.rfind('.')), keys),
            TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(alice, keys, {.required = {"exp"}}), TokenErrc::missing_claim);
  EXPECT_EQ(refusal(alice, keys), none);
}

// CVE-2011-5036, CVE-2011-4885, CVE-2012-1150: names chosen to collide made hashing quadratic.
// Names are sorted here, not hashed.
TEST(Cve20115036, ATokenFullOfNamesIsRead) {
  std::string members = "\"sub\":\"a\"";
  while (members.size() < 12'000) members += ",\"" + std::to_string(members.size()) + "\":1";
  const auto token = decode(forge(hs256, '{' + members + '}'), hmac_key(), {}, now);
  ASSERT_TRUE(token);
  EXPECT_GT(token->claims().members().size(), 1000u);
  EXPECT_EQ(refusal(forge(hs256, '{' + members + ",\"sub\":1}")), TokenErrc::malformed);
}

// CVE-2019-7644: the message about a wrong signature told the right one.
TEST(Cve20197644, TheReasonOfARefusalIsOneOfAClosedList) {
  const std::string good = forge(hs256, R"({"sub":"alice"})");
  const auto refused =
      refusal(forge(hs256, R"({"sub":"alice"})", "another secret, also of 32 bytes"));
  EXPECT_EQ(refused, TokenErrc::signature_mismatch);
  EXPECT_EQ(refused.message(), make_error_code(TokenErrc::signature_mismatch).message());
  EXPECT_EQ(refused.message().find(good.substr(good.rfind('.') + 1)), std::string::npos);
}

}  // namespace
}  // namespace restjwt::jose
