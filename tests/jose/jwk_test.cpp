#include <restjwt/jose/jwk.hpp>

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <restjwt/jose/base64url.hpp>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using test::key_file;

Json parsed(std::string_view text) { return parse_json(text).value(); }

Jwk from_file(const char* file) { return Jwk::from_pem(key_file(file)).value(); }

Json private_json(const Jwk& jwk) { return parsed(jwk.reveal_private_json().reveal()); }

Json without(Json json, std::string_view member) {
  json.erase(member);
  return json;
}

Json with(Json json, std::string_view member, Json value) {
  json.set(member, std::move(value));
  return json;
}

std::error_code refusal(const Json& json) {
  const auto jwk = Jwk::parse(json);
  return jwk ? std::error_code() : jwk.error();
}

/// The number of a member with `bytes` in front.
Json longer(const Json& json, std::string_view member, const std::string& bytes) {
  const std::string number = base64url_decode(json.find(member)->as_string()).value();
  return with(json, member, base64url_encode(bytes + number));
}

/// The number of a member with its last bit changed.
Json damaged(const Json& json, std::string_view member) {
  std::string number = base64url_decode(json.find(member)->as_string()).value();
  number.back() = static_cast<char>(number.back() ^ 1);
  return with(json, member, base64url_encode(number));
}

std::string number_of_bytes(std::size_t size) { return std::string(size, '\xFF'); }

Json rsa_public(const std::string& n, const std::string& e) {
  return Json::object({{"kty", "RSA"}, {"n", base64url_encode(n)}, {"e", base64url_encode(e)}});
}

const std::string f4("\x01\x00\x01", 3);

Json secret_json(std::size_t size) {
  return Json::object({{"kty", "oct"}, {"k", base64url_encode(std::string(size, 's'))}});
}

TEST(Jwk, IsAnObjectWithAType) {
  EXPECT_EQ(refusal(Json("text")), KeyErrc::unreadable);
  EXPECT_EQ(refusal(Json::array()), KeyErrc::unreadable);
  EXPECT_EQ(refusal(Json::object()), KeyErrc::unreadable);
  EXPECT_EQ(refusal(Json::object({{"kty", 1}})), KeyErrc::unreadable);
  EXPECT_EQ(refusal(Json::object({{"kty", "AKP"}})), KeyErrc::unsupported_type);
}

TEST(Jwk, CurveMustBeOneThatSigns) {
  const Json ec = from_file("ec.pub").public_json().value();
  EXPECT_FALSE(refusal(ec));
  EXPECT_EQ(refusal(with(ec, "crv", "P-224")), KeyErrc::unsupported_type);
  EXPECT_EQ(refusal(with(ec, "crv", "Ed25519")), KeyErrc::unsupported_type);
  EXPECT_EQ(refusal(with(ec, "kty", "OKP")), KeyErrc::unsupported_type);
  EXPECT_EQ(refusal(without(ec, "crv")), KeyErrc::unreadable);
}

TEST(Jwk, CoordinatesHaveTheFullLength) {
  for (const char* file : {"ec.pem", "es256k.pem", "ed25519.pem", "ed448.pem"}) {
    const Json json = private_json(from_file(file));
    EXPECT_FALSE(refusal(json)) << file;
    for (const char* member : {"x", "y", "d"}) {
      if (json.find(member) == nullptr) continue;
      EXPECT_EQ(refusal(longer(json, member, std::string(1, '\0'))), KeyErrc::unreadable) << member;
    }
  }
}

TEST(Jwk, LabelsAreText) {
  for (const char* member : {"kid", "alg", "use"}) {
    EXPECT_FALSE(refusal(with(secret_json(32), member, "text"))) << member;
    EXPECT_EQ(refusal(with(secret_json(32), member, 1)), KeyErrc::unreadable) << member;
    EXPECT_EQ(refusal(with(secret_json(32), member, nullptr)), KeyErrc::unreadable) << member;
  }
}

TEST(Jwk, OperationsAreAListOfTexts) {
  EXPECT_FALSE(refusal(with(secret_json(32), "key_ops", Json::array({"verify"}))));
  EXPECT_EQ(refusal(with(secret_json(32), "key_ops", "verify")), KeyErrc::unreadable);
  EXPECT_EQ(refusal(with(secret_json(32), "key_ops", Json::array({"verify", 1}))),
            KeyErrc::unreadable);
}

TEST(Jwk, MembersItDoesNotKnowAreIgnored) {
  EXPECT_FALSE(refusal(with(secret_json(32), "ext", true)));
}

TEST(Jwk, OfRsaMayHaveZerosInFrontOfItsNumbers) {
  const Json rsa = from_file("rsa.pub").public_json().value();
  EXPECT_FALSE(refusal(longer(rsa, "n", std::string(1, '\0'))));
  EXPECT_FALSE(refusal(longer(rsa, "e", std::string(4, '\0'))));
}

TEST(Jwk, OfRsaHas2048To8192Bits) {
  EXPECT_FALSE(refusal(rsa_public(number_of_bytes(256), f4)));
  EXPECT_EQ(refusal(rsa_public("\x7F" + number_of_bytes(255), f4)), KeyErrc::too_short);
  EXPECT_EQ(refusal(rsa_public(number_of_bytes(255), f4)), KeyErrc::too_short);
  EXPECT_FALSE(refusal(rsa_public(number_of_bytes(1024), f4)));
  EXPECT_EQ(refusal(rsa_public('\x01' + number_of_bytes(1024), f4)), KeyErrc::too_long);
}

TEST(Jwk, OfRsaHasAnOddExponentFrom3To32Bits) {
  const std::string n = number_of_bytes(256);
  EXPECT_FALSE(refusal(rsa_public(n, "\x03")));
  EXPECT_FALSE(refusal(rsa_public(n, number_of_bytes(4))));
  EXPECT_EQ(refusal(rsa_public(n, "\x01")), KeyErrc::weak_exponent);
  EXPECT_EQ(refusal(rsa_public(n, "\x02")), KeyErrc::weak_exponent);
  EXPECT_EQ(refusal(rsa_public(n, "")), KeyErrc::weak_exponent);
  EXPECT_EQ(refusal(rsa_public(n, number_of_bytes(5))), KeyErrc::weak_exponent);
}

TEST(Jwk, OfRsaHasAnOddModulus) {
  EXPECT_EQ(refusal(rsa_public(number_of_bytes(255) + "\xFE", f4)), KeyErrc::unreadable);
}

// CVE-2023-6237: OpenSSL's own check of such a number takes minutes.
TEST(Jwk, OfRsaWithAHugeNumberIsRefusedUnchecked) {
  const std::string huge = number_of_bytes(1'000'000);
  EXPECT_EQ(refusal(rsa_public(huge, f4)), KeyErrc::too_long);
  EXPECT_EQ(refusal(rsa_public(number_of_bytes(256), huge)), KeyErrc::weak_exponent);
  const Json rsa = private_json(from_file("rsa.pem"));
  for (const char* member : {"d", "p", "q", "dp", "dq", "qi"}) {
    EXPECT_EQ(refusal(with(rsa, member, base64url_encode(huge))), KeyErrc::unreadable) << member;
  }
}

TEST(Jwk, OfRsaMayHaveNoPrimes) {
  Json rsa = private_json(from_file("rsa.pem"));
  for (const char* member : {"p", "q", "dp", "dq", "qi"}) rsa.erase(member);
  const auto jwk = Jwk::parse(rsa);
  ASSERT_TRUE(jwk);
  const auto signer = SigningKey::from_jwk(*jwk, Algorithm::RS256).value();
  const auto key = VerificationKey::from_pem(key_file("rsa.pub"), Algorithm::RS256).value();
  EXPECT_TRUE(key.verify("text", signer.sign("text")));
  EXPECT_EQ(private_json(*jwk), rsa);
  EXPECT_FALSE(jwk->reveal_private_pem());  // PKCS#8 cannot say it
}

TEST(Jwk, OfRsaHasAllOtherPrivateNumbersOrNone) {  // RFC 7518 §6.3.2
  const Json rsa = private_json(from_file("rsa.pem"));
  EXPECT_FALSE(refusal(rsa));
  for (const char* member : {"d", "p", "q", "dp", "dq", "qi"}) {
    EXPECT_EQ(refusal(without(rsa, member)), KeyErrc::unreadable) << member;
  }
}

TEST(Jwk, OfRsaHasPrivateNumbersThatAgree) {
  const Json rsa = private_json(from_file("rsa.pem"));
  for (const char* member : {"n", "d", "p", "q", "dp", "dq", "qi"}) {
    EXPECT_EQ(refusal(damaged(rsa, member)), KeyErrc::unreadable) << member;
  }
}

TEST(Jwk, OfRsaWithMoreThanTwoPrimesIsUnsupported) {  // RFC 7518 §6.3.2.7
  const Json rsa = with(private_json(from_file("rsa.pem")), "oth", Json::array());
  EXPECT_EQ(refusal(rsa), KeyErrc::unsupported_type);
}

TEST(Jwk, PrivateNumberMustFitThePublicOnes) {
  for (const auto algorithm : {Algorithm::ES256, Algorithm::ES256K, Algorithm::Ed25519,
                               Algorithm::Ed448, Algorithm::ES512}) {
    const Json one = private_json(Jwk::generate(algorithm));
    const Json other = private_json(Jwk::generate(algorithm));
    EXPECT_FALSE(refusal(one)) << name(algorithm);
    EXPECT_EQ(refusal(with(one, "d", *other.find("d"))), KeyErrc::unreadable) << name(algorithm);
  }
}

TEST(Jwk, PrivateNumberOfEcIsBelowTheOrder) {
  const Json ec = private_json(from_file("ec.pem"));
  EXPECT_EQ(refusal(with(ec, "d", base64url_encode(std::string(32, '\0')))), KeyErrc::unreadable);
  EXPECT_EQ(refusal(with(ec, "d", base64url_encode(number_of_bytes(32)))), KeyErrc::unreadable);
}

TEST(Jwk, PointMustBeOnItsCurve) {
  EXPECT_EQ(refusal(damaged(from_file("ec.pub").public_json().value(), "y")), KeyErrc::unreadable);
}

TEST(Jwk, SecretIsNotEmpty) {
  EXPECT_FALSE(refusal(secret_json(1)));
  EXPECT_EQ(refusal(secret_json(0)), KeyErrc::empty);
}

TEST(Jwk, FromSecretRefusesTextOthersMayKnow) {
  EXPECT_TRUE(Jwk::from_secret(Secret("short")));
  EXPECT_EQ(Jwk::from_secret(Secret()).error(), KeyErrc::empty);
  EXPECT_EQ(Jwk::from_secret(Secret(key_file("rsa.pub"))).error(), KeyErrc::wrong_type);
}

TEST(Jwk, FromPemRefusesKeysThatSignNothing) {
  EXPECT_EQ(Jwk::from_pem(key_file("x25519.pem")).error(), KeyErrc::unsupported_type);
  EXPECT_EQ(Jwk::from_pem(key_file("rsa_pss.pem")).error(), KeyErrc::unsupported_type);
  EXPECT_EQ(Jwk::from_pem(key_file("rsa_1024.pem")).error(), KeyErrc::too_short);
  EXPECT_EQ(Jwk::from_pem("").error(), KeyErrc::empty);
}

TEST(Jwk, CurveTellsTheAlgorithm) {
  EXPECT_EQ(from_file("ec.pub").algorithm(), Algorithm::ES256);
  EXPECT_EQ(from_file("es256k.pub").algorithm(), Algorithm::ES256K);
  EXPECT_EQ(from_file("ed448.pub").algorithm(), Algorithm::Ed448);
  EXPECT_FALSE(from_file("rsa.pub").algorithm());
}

TEST(Jwk, AlgTellsTheAlgorithm) {
  const Json rsa = from_file("rsa.pub").public_json().value();
  EXPECT_EQ(Jwk::parse(with(rsa, "alg", "PS384"))->algorithm(), Algorithm::PS384);
  const Json ed448 = from_file("ed448.pub").public_json().value();
  EXPECT_EQ(Jwk::parse(with(ed448, "alg", "EdDSA"))->algorithm(), Algorithm::Ed448);
  EXPECT_EQ(Jwk::parse(with(ed448, "alg", "Ed448"))->algorithm(), Algorithm::Ed448);
}

TEST(Jwk, WithoutAlgorithmHasToBeToldOne) {
  const Jwk rsa = from_file("rsa.pem");
  EXPECT_EQ(VerificationKey::from_jwk(rsa).error(), KeyErrc::no_algorithm);
  EXPECT_EQ(SigningKey::from_jwk(rsa).error(), KeyErrc::no_algorithm);
  EXPECT_EQ(VerificationKey::from_jwk(rsa, Algorithm::PS256)->algorithm(), Algorithm::PS256);
  EXPECT_EQ(VerificationKey::from_jwk(rsa, Algorithm::ES256).error(), KeyErrc::wrong_type);
}

TEST(Jwk, ThatNamesAnAlgorithmIsForNoOther) {
  const Jwk rsa = from_file("rsa.pem").with_algorithm(Algorithm::RS256).value();
  EXPECT_EQ(VerificationKey::from_jwk(rsa)->algorithm(), Algorithm::RS256);
  EXPECT_TRUE(VerificationKey::from_jwk(rsa, Algorithm::RS256));
  EXPECT_EQ(VerificationKey::from_jwk(rsa, Algorithm::PS256).error(), KeyErrc::wrong_type);
  EXPECT_EQ(SigningKey::from_jwk(rsa, Algorithm::RS384).error(), KeyErrc::wrong_type);
}

TEST(Jwk, OfAnUnknownAlgorithmIsReadButNotUsed) {
  for (const char* alg : {"none", "RSA-OAEP", "rs256", ""}) {
    const auto jwk = Jwk::parse(with(from_file("rsa.pub").public_json().value(), "alg", alg));
    ASSERT_TRUE(jwk) << alg;
    EXPECT_FALSE(jwk->algorithm()) << alg;
    EXPECT_EQ(VerificationKey::from_jwk(*jwk).error(), KeyErrc::unknown_algorithm) << alg;
    EXPECT_EQ(VerificationKey::from_jwk(*jwk, Algorithm::RS256).error(), KeyErrc::unknown_algorithm)
        << alg;
  }
}

TEST(Jwk, OfAnAlgorithmForAnotherTypeIsReadButNotUsed) {
  for (const char* alg : {"HS256", "ES256", "EdDSA", "Ed448"}) {
    const auto jwk = Jwk::parse(with(from_file("rsa.pub").public_json().value(), "alg", alg));
    ASSERT_TRUE(jwk) << alg;
    EXPECT_FALSE(jwk->algorithm()) << alg;
    EXPECT_EQ(VerificationKey::from_jwk(*jwk).error(), KeyErrc::wrong_type) << alg;
  }
}

TEST(Jwk, ForEncryptionIsReadButNotUsed) {
  const auto jwk = Jwk::parse(with(private_json(from_file("ec.pem")), "use", "enc"));
  ASSERT_TRUE(jwk);
  EXPECT_EQ(VerificationKey::from_jwk(*jwk).error(), KeyErrc::not_for_signatures);
  EXPECT_EQ(SigningKey::from_jwk(*jwk).error(), KeyErrc::not_for_signatures);
}

TEST(Jwk, IsUsedForItsOperationsOnly) {
  const Json ec = private_json(from_file("ec.pem"));
  const auto verifies = Jwk::parse(with(ec, "key_ops", Json::array({"verify"}))).value();
  EXPECT_TRUE(VerificationKey::from_jwk(verifies));
  EXPECT_EQ(SigningKey::from_jwk(verifies).error(), KeyErrc::not_for_signatures);
  const auto signs = Jwk::parse(with(ec, "key_ops", Json::array({"sign"}))).value();
  EXPECT_TRUE(SigningKey::from_jwk(signs));
  EXPECT_EQ(VerificationKey::from_jwk(signs).error(), KeyErrc::not_for_signatures);
  const auto both = Jwk::parse(with(ec, "key_ops", Json::array({"sign", "verify"}))).value();
  EXPECT_TRUE(SigningKey::from_jwk(both) && VerificationKey::from_jwk(both));
}

TEST(Jwk, SecretShorterThanItsHashNeedsThePolicy) {
  const auto jwk = Jwk::parse(with(secret_json(31), "alg", "HS256")).value();
  EXPECT_EQ(jwk.algorithm(), Algorithm::HS256);
  EXPECT_EQ(VerificationKey::from_jwk(jwk).error(), KeyErrc::too_short);
  EXPECT_EQ(SigningKey::from_jwk(jwk).error(), KeyErrc::too_short);
  EXPECT_TRUE(VerificationKey::from_jwk(jwk, {}, {.allow_short_secret = true}));
  EXPECT_TRUE(VerificationKey::from_jwk(Jwk::parse(secret_json(32)).value(), Algorithm::HS256));
}

TEST(Jwk, PublicKeyDoesNotSign) {
  EXPECT_EQ(SigningKey::from_jwk(from_file("ec.pub")).error(), KeyErrc::no_private_part);
}

TEST(Jwk, GivesItsNameToTheKey) {
  const Jwk jwk = from_file("ec.pem").with_kid("one");
  EXPECT_EQ(VerificationKey::from_jwk(jwk)->kid(), "one");
  EXPECT_EQ(SigningKey::from_jwk(jwk)->kid(), "one");
}

TEST(Jwk, WithAlgorithmMustFit) {
  EXPECT_EQ(from_file("rsa.pub").with_algorithm(Algorithm::PS512)->algorithm(), Algorithm::PS512);
  EXPECT_EQ(from_file("rsa.pub").with_algorithm(Algorithm::ES256).error(), KeyErrc::wrong_type);
  EXPECT_EQ(from_file("ec.pub").with_algorithm(Algorithm::HS256).error(), KeyErrc::wrong_type);
  const auto secret = Jwk::from_secret(Secret(std::string(40, 's'))).value();
  EXPECT_EQ(secret.with_algorithm(Algorithm::HS256)->algorithm(), Algorithm::HS256);
  EXPECT_EQ(secret.with_algorithm(Algorithm::HS384).error(), KeyErrc::too_short);
}

TEST(Jwk, GeneratedKeySignsWhatItsPublicPartVerifies) {
  for (const Algorithm algorithm : all_algorithms) {
    const Jwk jwk = Jwk::generate(algorithm);
    EXPECT_EQ(jwk.algorithm(), algorithm);
    EXPECT_EQ(jwk.kid(), jwk.thumbprint());
    const auto signer = SigningKey::from_jwk(jwk).value();
    const auto half = is_hmac(algorithm) ? jwk : Jwk::parse(jwk.public_json().value()).value();
    EXPECT_TRUE(VerificationKey::from_jwk(half)->verify("text", signer.sign("text")));
    EXPECT_EQ(half.kid(), jwk.kid());
  }
}

TEST(Jwk, GeneratedKeysAreAsLongAsTheyShouldBe) {
  const auto length = [](const Jwk& jwk, const char* member) {
    return base64url_decode(private_json(jwk).find(member)->as_string())->size();
  };
  EXPECT_EQ(length(Jwk::generate(Algorithm::RS256), "n"), 384u);
  EXPECT_EQ(length(Jwk::generate(Algorithm::HS384), "k"), 48u);
  EXPECT_NE(Jwk::generate(Algorithm::HS256).kid(), Jwk::generate(Algorithm::HS256).kid());
}

TEST(Jwk, PublicJsonHasNoPrivateMember) {
  for (const char* file : {"rsa.pem", "ec.pem", "ed25519.pem"}) {
    const Json json = from_file(file).public_json().value();
    for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "k"}) {
      EXPECT_EQ(json.find(member), nullptr) << file << ' ' << member;
    }
  }
}

TEST(Jwk, SecretHasNoPublicForm) {
  const auto jwk = Jwk::from_secret(Secret("secret")).value();
  EXPECT_TRUE(jwk.is_private());
  EXPECT_FALSE(jwk.public_json());
  EXPECT_FALSE(jwk.public_pem());
  EXPECT_FALSE(jwk.reveal_private_pem());
  EXPECT_EQ(jwk.reveal_private_json().reveal(), R"({"kty":"oct","k":"c2VjcmV0"})");
}

TEST(Jwk, PublicKeyHasNoPrivateForm) {
  const Jwk jwk = from_file("ec.pub");
  EXPECT_FALSE(jwk.is_private());
  EXPECT_FALSE(jwk.reveal_private_pem());
  EXPECT_THROW(jwk.reveal_private_json(), std::logic_error);
}

TEST(Jwk, JsonIsTheNumbersThenTheLabels) {
  const Json json = Json::object({{"use", "sig"},
                                  {"alg", "EdDSA"},
                                  {"kid", "a \"b\""},
                                  {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
                                  {"d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
                                  {"crv", "Ed25519"},
                                  {"kty", "OKP"}});  // RFC 8037 §A.1
  const std::string members =
      R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",)"
      R"("kid":"a \"b\"","use":"sig","alg":"EdDSA")";
  const Jwk jwk = Jwk::parse(json).value();
  EXPECT_EQ(to_text(jwk.public_json().value()), members + "}");
  EXPECT_EQ(jwk.reveal_private_json().reveal(),
            members + R"(,"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"})");
}

TEST(Jwk, NumbersOfACurveKeepTheirLength) {
  // One in 128 keys has a number that begins with a zero.
  for (int i = 0; i < 200; ++i)
    ASSERT_FALSE(refusal(private_json(Jwk::generate(Algorithm::ES256))));
}

TEST(Jwk, PemIsWhatOpensslWrites) {
  for (const char* name : {"rsa", "ec", "es256k", "ed25519", "ed448"}) {
    const Jwk jwk = from_file((std::string(name) + ".pem").c_str());
    EXPECT_EQ(jwk.public_pem(), key_file(std::string(name) + ".pub")) << name;
  }
  for (const char* file : {"rsa.pem", "ed25519.pem", "ed448.pem"}) {
    EXPECT_EQ(from_file(file).reveal_private_pem()->reveal(), key_file(file)) << file;
  }
}

TEST(Jwk, PrivatePemIsReadAgain) {
  for (const char* file : {"rsa.pem", "ec.pem", "es256k.pem", "ed25519.pem", "ed448.pem"}) {
    const Jwk jwk = from_file(file);
    const auto again = Jwk::from_pem(jwk.reveal_private_pem()->reveal());
    ASSERT_TRUE(again) << file;
    EXPECT_EQ(private_json(*again), private_json(jwk)) << file;
  }
}

}  // namespace
}  // namespace restjwt::jose
