// Weaknesses of other systems in choosing algorithm and key, each beside its legitimate twin. The
// ids lead here from docs/security-tokens.md.
#include <gtest/gtest.h>

#include "jose/forgery.hpp"

namespace restjwt::jose {
namespace {

using namespace forgery;

// CVE-2015-9235, CVE-2026-28802, CVE-2022-23540, CVE-2021-22160: a token that says it is not signed
// was taken.
TEST(Cve20159235, AlgNoneIsRefusedInAnySpelling) {
  for (const char* alg : {"none", "None", "NONE", "nOnE", "none ", " none", "", "none\\u0000",
                          "n\\u006fne", "HS256none", "\uFF4E\uFF4F\uFF4E\uFF45"}) {
    const std::string header = R"({"alg":")" + std::string(alg) + "\"}";
    const std::string token = forge(header, "{}");
    const std::string unsigned_token = token.substr(0, token.rfind('.') + 1);
    EXPECT_EQ(refusal(token), TokenErrc::algorithm_not_allowed) << alg;
    EXPECT_EQ(refusal(unsigned_token), TokenErrc::algorithm_not_allowed) << alg;
    EXPECT_EQ(refusal(token, rsa_key()), TokenErrc::algorithm_not_allowed) << alg;
    EXPECT_EQ(refusal(unsigned_token, KeySet()), TokenErrc::algorithm_not_allowed) << alg;
    EXPECT_FALSE(algorithm_named(alg)) << alg;
  }
}

TEST(Cve20159235, AlgThatIsNoStringIsRefused) {
  for (const char* alg : {"null", "false", "0", "[]", "{}", R"(["HS256"])"}) {
    EXPECT_EQ(refusal(forge(R"({"alg":)" + std::string(alg) + "}", "{}")),
              TokenErrc::algorithm_not_allowed)
        << alg;
  }
  EXPECT_EQ(refusal(forge("{}", "{}")), TokenErrc::algorithm_not_allowed);
}

TEST(Cve20159235, TheSignedTwinIsAccepted) { EXPECT_EQ(refusal(forge(hs256, "{}")), none); }

// CVE-2016-10555, CVE-2016-5431, CVE-2015-9235: the public key of RS256 was the secret of HS256,
// since the token's "alg" chose how a key is used.
TEST(Cve201610555, APublicKeyIsNoHmacSecret) {
  for (const char* file : {"rsa.pub", "rsa_pkcs1.pub"}) {
    const std::string pem = test::key_file(file);
    for (const std::string& spelling : {pem, pem.substr(0, pem.size() - 1)}) {
      EXPECT_EQ(refusal(forge(hs256, "{}", spelling), rsa_key()), TokenErrc::algorithm_not_allowed);
      EXPECT_EQ(refusal(forge(R"({"alg":"RS256"})", "{}", spelling), rsa_key()),
                TokenErrc::signature_mismatch);
      EXPECT_EQ(VerificationKey::from_secret(Secret(spelling), Algorithm::HS256).error(),
                KeyErrc::wrong_type);
    }
  }
}

TEST(Cve201610555, TheKeyItselfVerifiesItsOwnAlgorithm) {
  EXPECT_EQ(refusal(sign(R"({"alg":"RS256"})", "{}", signing_key(Algorithm::RS256)), rsa_key()),
            none);
}

// CVE-2017-11424, CVE-2022-29217, CVE-2024-33663, CVE-2024-37568, CVE-2023-48223, CVE-2024-54150:
// the same, past a list of texts that are not to be secrets.
TEST(Cve202229217, NoKindOfPublicKeyTextIsASecret) {
  for (const char* text :
       {"-----BEGIN PUBLIC KEY-----\nMIIB", "-----BEGIN RSA PUBLIC KEY-----\nMIIB",
        "-----BEGIN CERTIFICATE-----\nMIIB", "-----BEGIN EC PRIVATE KEY-----\nMIIB",
        "ssh-rsa AAAAB3NzaC1yc2E", "ssh-ed25519 AAAAC3Nza",
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA"}) {
    EXPECT_EQ(VerificationKey::from_secret(Secret(text), Algorithm::HS256).error(),
              KeyErrc::wrong_type)
        << text;
    EXPECT_EQ(SigningKey::from_secret(Secret(text), Algorithm::HS256).error(), KeyErrc::wrong_type);
  }
}

TEST(Cve202229217, TextThatOnlySpeaksOfKeysIsOne) {
  EXPECT_TRUE(VerificationKey::from_secret(
      Secret("BEGIN PUBLIC KEY is no key, and neither is this"), Algorithm::HS256));
}

// CVE-2026-34950: a blank in front of "-----BEGIN" was enough to pass such a list.
TEST(Cve202634950, LeadingWhitespaceDoesNotHideAPem) {
  const std::string pem = test::key_file("rsa.pub");
  for (const std::string front : {" ", "\n", "\t", "\r\n", "\v\f", "\xEF\xBB\xBF", "x", "\0"}) {
    EXPECT_EQ(VerificationKey::from_secret(Secret(front + pem), Algorithm::HS256).error(),
              KeyErrc::wrong_type)
        << front;
  }
}

TEST(Cve202634950, LeadingWhitespaceOfASecretIsPartOfIt) {
  const auto key = VerificationKey::from_secret(Secret(' ' + secret), Algorithm::HS256).value();
  EXPECT_EQ(refusal(forge(hs256, "{}", ' ' + secret), key), none);
  EXPECT_EQ(refusal(forge(hs256, "{}", secret), key), TokenErrc::signature_mismatch);
}

// CVE-2026-48526: the text of a public JWK was taken as a secret.
TEST(Cve202648526, TheTextOfAPublicJwkIsNoSecret) {
  const auto key = Jwk::from_pem(test::key_file("rsa.pub")).value();
  const std::string text = to_text(key.public_json().value());
  EXPECT_EQ(VerificationKey::from_secret(Secret(text), Algorithm::HS256).error(),
            KeyErrc::wrong_type);
  EXPECT_EQ(
      refusal(forge(hs256, "{}", text), VerificationKey::from_jwk(key, Algorithm::RS256).value()),
      TokenErrc::algorithm_not_allowed);
}

TEST(Cve202648526, TheSecretInAJwkIsOne) {
  const auto jwk = Jwk::parse(Json::object({{"kty", "oct"}, {"k", base64url_encode(secret)}}));
  const auto key = VerificationKey::from_jwk(jwk.value(), Algorithm::HS256);
  EXPECT_EQ(refusal(forge(hs256, "{}"), key.value()), none);
}

// GHSA-q843-6q5f-w55g: a key of RSA under a header of HS256 was an HMAC with an empty key.
TEST(GhsaQ8436q5fW55g, EachKeyVerifiesItsOwnAlgorithmAndNoOther) {
  for (const auto mine : all_algorithms) {
    const SigningKey key = signing_key(mine);
    for (const auto said : all_algorithms) {
      const std::string header = R"({"alg":")" + std::string(name(said)) + "\"}";
      const bool fits = said == mine;
      EXPECT_EQ(refusal(sign(header, "{}", key), key.verification_key()) == none, fits)
          << name(mine) << " under " << name(said);
      if (is_hmac(said) && !fits) {
        EXPECT_EQ(refusal(forge(header, "{}", "", said), key.verification_key()),
                  TokenErrc::algorithm_not_allowed);
      }
    }
  }
}

TEST(GhsaQ8436q5fW55g, EachKindOfKeyIsMadeForItsOwnFamilyOnly) {
  for (const auto mine : all_algorithms) {
    const Jwk key = is_hmac(mine) || family(mine) == Family::ec || family(mine) == Family::eddsa
                        ? Jwk::generate(mine)
                        : Jwk::from_pem(test::key_file("rsa.pub")).value();
    const bool is_rsa = family(mine) == Family::rsa || family(mine) == Family::rsa_pss;
    for (const auto other : all_algorithms) {
      const bool both_rsa =
          is_rsa && (family(other) == Family::rsa || family(other) == Family::rsa_pss);
      EXPECT_EQ(VerificationKey::from_jwk(key, other).has_value(), other == mine || both_rsa)
          << name(mine) << " as " << name(other);
    }
  }
}

// CVE-2026-22817, CVE-2026-48523, CVE-2020-15084: where nobody had said which algorithms are
// allowed, the token did.
TEST(Cve202622817, AKeyWithoutAnAlgorithmVerifiesNothing) {
  const auto jwk = Jwk::from_pem(test::key_file("rsa.pub")).value();
  EXPECT_EQ(VerificationKey::from_jwk(jwk).error(), KeyErrc::no_algorithm);
}

TEST(Cve202622817, TheAlgorithmOfAJwkIsNotOverruled) {
  const auto jwk = Jwk::from_pem(test::key_file("rsa.pub")).value();
  const auto pinned = jwk.with_algorithm(Algorithm::RS256).value();
  EXPECT_EQ(VerificationKey::from_jwk(pinned, Algorithm::PS256).error(), KeyErrc::wrong_type);
  const std::string ps256 = sign(R"({"alg":"PS256"})", "{}", signing_key(Algorithm::PS256));
  EXPECT_EQ(refusal(ps256, VerificationKey::from_jwk(pinned).value()),
            TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(ps256, rsa_key(Algorithm::PS256)), none);
}

// GHSA-jc38-x7x8-2xc8: the "alg" of an unprotected header was obeyed. We read the compact form
// only, where there is none.
TEST(GhsaJc38X7x82xc8, TheJsonFormIsNoToken) {
  const std::string token = forge(hs256, "{}");
  const std::size_t first = token.find('.'), last = token.rfind('.');
  const std::string json = R"({"protected":")" + token.substr(0, first) + R"(","payload":")" +
                           token.substr(first + 1, last - first - 1) + R"(","signature":")" +
                           token.substr(last + 1) + R"(","header":{"alg":"none"}})";
  EXPECT_EQ(refusal(json), TokenErrc::malformed);
  EXPECT_EQ(refusal(token), none);
}

// RFC 8725 §3.1: each ES algorithm has a curve of its own.
TEST(Rfc8725, AnEcKeyOfAnotherCurveIsNotForTheAlgorithm) {
  const std::string pem = test::key_file("ec.pub");  // P-256
  for (const auto other : {Algorithm::ES384, Algorithm::ES512, Algorithm::ES256K})
    EXPECT_EQ(VerificationKey::from_pem(pem, other).error(), KeyErrc::wrong_type) << name(other);
  EXPECT_TRUE(VerificationKey::from_pem(pem, Algorithm::ES256));
}

// CVE-2018-0114, CVE-2026-27962: the key that a token brought along was the one that verified it.
TEST(Cve20180114, AKeyInTheHeaderIsNeverUsed) {
  const std::string own = "the attacker's own secret, 32 byte";
  const std::string header =
      R"({"alg":"HS256","jwk":{"kty":"oct","k":")" + base64url_encode(own) + "\"}}";
  EXPECT_EQ(refusal(forge(header, "{}", own)), TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(forge(header, "{}", own), KeySet()), TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(forge(header, "{}")), none);

  const SigningKey attacker = signing_key(Algorithm::ES256);
  const Jwk public_part = Jwk::generate(Algorithm::ES256);
  const std::string with_point =
      R"({"alg":"ES256","jwk":)" + to_text(public_part.public_json().value()) + "}";
  EXPECT_EQ(
      refusal(sign(with_point, "{}", attacker), signing_key(Algorithm::ES256).verification_key()),
      TokenErrc::signature_mismatch);
}

// CVE-2026-48522, RFC 8725 §3.10: the URL in a token's header was fetched. The room `jose` opens no
// socket (tests/architecture_test.cmake); here: such a header changes nothing.
TEST(Cve202648522, UrlsAndCertificatesInTheHeaderAreNeverUsed) {
  for (const char* member :
       {R"("jku":"https://127.0.0.1:1/keys")", R"("jku":"file:///etc/passwd")",
        R"("x5u":"data:,x")", R"("x5c":["MIIB"])", R"("x5t#S256":"AAAA")", R"("jku":7)"}) {
    const std::string header = R"({"alg":"HS256",)" + std::string(member) + "}";
    EXPECT_EQ(refusal(forge(header, "{}", "another secret, also of 32 bytes")),
              TokenErrc::signature_mismatch)
        << member;
    EXPECT_EQ(refusal(forge(header, "{}")), none) << member;
  }
}

// CVE-2021-46743, CVE-2025-65945: the kid named one key, and another kind of key was used.
TEST(Cve202146743, TheKidSelectsTheKeyAndItsAlgorithm) {
  const KeySet keys({rsa_key().with_kid("rsa"), hmac_key().with_kid("hmac")});
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","kid":"hmac"})", "{}"), keys), none);
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","kid":"rsa"})", "{}"), keys),
            TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","kid":"rsa"})", "{}", test::key_file("rsa.pub")), keys),
            TokenErrc::algorithm_not_allowed);
  const SigningKey signer = signing_key(Algorithm::RS256);
  EXPECT_EQ(refusal(sign(R"({"alg":"RS256","kid":"rsa"})", "{}", signer), keys), none);
  EXPECT_EQ(refusal(sign(R"({"alg":"RS256","kid":"hmac"})", "{}", signer), keys),
            TokenErrc::algorithm_not_allowed);
}

TEST(Cve202146743, AKeyOfAnotherNameIsNotTried) {
  const auto other = VerificationKey::from_secret(Secret(std::string(32, 'o')), Algorithm::HS256);
  const KeySet keys({hmac_key().with_kid("k1"), other->with_kid("k2")});
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","kid":"k2"})", "{}"), keys),
            TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","kid":"k1"})", "{}"), keys), none);
}

TEST(Cve202146743, KeysOfOneNameVerifyUnderTheirOwnAlgorithmOnly) {
  const KeySet keys(
      {rsa_key(Algorithm::RS256).with_kid("k"), rsa_key(Algorithm::PS256).with_kid("k")});
  const SigningKey rs256 = signing_key(Algorithm::RS256), ps256 = signing_key(Algorithm::PS256);
  const std::string says_rs256 = R"({"alg":"RS256","kid":"k"})";
  const std::string says_ps256 = R"({"alg":"PS256","kid":"k"})";
  EXPECT_EQ(refusal(sign(says_rs256, "{}", rs256), keys), none);
  EXPECT_EQ(refusal(sign(says_ps256, "{}", ps256), keys), none);
  EXPECT_EQ(refusal(sign(says_rs256, "{}", ps256), keys), TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(sign(says_ps256, "{}", rs256), keys), TokenErrc::signature_mismatch);
}

// Injection through "kid": it was a path, a piece of SQL, a command. Here it is looked up in memory
// and nothing else.
TEST(KidInjection, AKidIsOnlyEverLookedUp) {
  const KeySet keys(hmac_key().with_kid("k1"));
  for (const char* kid :
       {"/dev/null", "../../../../dev/null", "k1'--", "' UNION SELECT 'x", "k1|whoami", "k1\\u0000",
        "K1", " k1", "https://127.0.0.1/", "%s%n", "../k1", "k1/"}) {
    for (const std::string& key : {secret, std::string(), std::string("x")}) {
      EXPECT_EQ(
          refusal(forge(R"({"alg":"HS256","kid":")" + std::string(kid) + "\"}", "{}", key), keys),
          TokenErrc::unknown_key)
          << kid;
    }
  }
}

TEST(KidInjection, WhereKidsAreIgnoredEvenTheirTypeIs) {
  const KeySet keys(hmac_key().with_kid("k1"));
  for (const char* kid : {"1", "null", R"("other")", R"({"k1":1})"}) {
    const std::string token = forge(R"({"alg":"HS256","kid":)" + std::string(kid) + "}", "{}");
    EXPECT_EQ(refusal(token, keys), TokenErrc::unknown_key) << kid;
    EXPECT_EQ(refusal(token, keys, {.ignore_kid = true}), none) << kid;
  }
}

// CVE-2026-44351, CVE-2026-45363, CVE-2019-20933: an unknown kid or an unset secret meant an HMAC
// with the empty key, which anybody can make.
TEST(Cve202644351, AnEmptySecretIsNoKey) {
  for (const bool allow_short : {false, true}) {
    const KeyPolicy policy{.allow_short_secret = allow_short};
    for (const auto algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
      EXPECT_EQ(VerificationKey::from_secret(Secret(), algorithm, policy).error(), KeyErrc::empty);
      EXPECT_EQ(SigningKey::from_secret(Secret(), algorithm, policy).error(), KeyErrc::empty);
    }
  }
  EXPECT_EQ(Jwk::parse(Json::object({{"kty", "oct"}, {"k", ""}})).error(), KeyErrc::empty);
}

TEST(Cve202644351, ATokenUnderTheEmptyKeyIsRefusedWhateverItsKid) {
  const KeySet keys(hmac_key().with_kid("k1"));
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","kid":"unknown"})", "{}", ""), keys),
            TokenErrc::unknown_key);
  EXPECT_EQ(refusal(forge(R"({"alg":"HS256","kid":"k1"})", "{}", ""), keys),
            TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(forge(hs256, "{}", ""), keys), TokenErrc::signature_mismatch);
  EXPECT_EQ(refusal(forge(hs256, "{}", ""), KeySet()), TokenErrc::algorithm_not_allowed);
  EXPECT_EQ(refusal(forge(hs256, "{}"), keys), none);
}

// CVE-2025-45768, RFC 7518 §3.2: keys too short to withstand guessing.
TEST(Cve202545768, AKeyIsAsLongAsItsHash) {
  for (const auto algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
    const std::string long_enough(hash_size(algorithm), 's');
    const Secret too_short(long_enough.substr(1));
    EXPECT_TRUE(VerificationKey::from_secret(Secret(long_enough), algorithm));
    EXPECT_EQ(VerificationKey::from_secret(too_short, algorithm).error(), KeyErrc::too_short);
    EXPECT_TRUE(VerificationKey::from_secret(too_short, algorithm, {.allow_short_secret = true}));
  }
}

TEST(Cve202545768, AnRsaKeyHas2048Bits) {
  EXPECT_EQ(SigningKey::from_pem(Secret(test::key_file("rsa_1024.pem")), Algorithm::RS256).error(),
            KeyErrc::too_short);
  EXPECT_TRUE(SigningKey::from_pem(Secret(test::key_file("rsa.pem")), Algorithm::RS256));
}

}  // namespace
}  // namespace restjwt::jose
