// JWK Sets (RFC 7517 §5).
#include <string>

#include <gtest/gtest.h>
#include <restjwt/jose/jwk.hpp>

#include "support/keys.hpp"

namespace restjwt::jose {
namespace {

using test::key_file;

Json public_json(const char* file, std::string kid = "") {
  return Jwk::from_pem(key_file(file))->with_kid(std::move(kid)).public_json().value();
}

Json secret_json(std::string kid = "") {
  return Json::object({{"kty", "oct"}, {"k", "c2VjcmV0"}, {"kid", std::move(kid)}});
}

Json with(Json json, std::string_view member, Json value) {
  json.set(member, std::move(value));
  return json;
}

JwkSet set_of(Json::Array keys) {
  return JwkSet::parse(Json::object({{"keys", std::move(keys)}})).value();
}

TEST(JwkSet, HoldsItsKeysInOrder) {
  const auto set = set_of({public_json("ec.pub", "b"), public_json("rsa.pub", "a")});
  ASSERT_EQ(set.keys.size(), 2u);
  EXPECT_EQ(set.keys[0].kid(), "b");
  EXPECT_EQ(set.keys[1].kid(), "a");
  EXPECT_TRUE(set.skipped.empty());
}

TEST(JwkSet, MayBeEmpty) { EXPECT_TRUE(set_of({}).keys.empty()); }

TEST(JwkSet, IsAnObjectWithAListOfKeys) {
  for (const char* text : {"[]", "{}", "1", R"({"keys":{}})", R"({"keys":null})"}) {
    EXPECT_EQ(JwkSet::parse(parse_json(text).value()).error(), KeyErrc::unreadable) << text;
  }
}

TEST(JwkSet, HasAtMost1000Keys) {
  const Json no_key = Json::object();
  EXPECT_EQ(set_of(Json::Array(1000, no_key)).skipped.size(), 1000u);
  EXPECT_EQ(JwkSet::parse(Json::object({{"keys", Json::Array(1001, no_key)}})).error(),
            KeyErrc::unreadable);
}

TEST(JwkSet, SkipsWhatItCannotUseAndNamesIt) {
  const Json x25519 = Json::object({{"kty", "OKP"}, {"crv", "X25519"}, {"kid", "x"}});
  const auto set = set_of({x25519, public_json("ec.pub"), Json(1), Json::object({{"kid", 1}})});
  ASSERT_EQ(set.keys.size(), 1u);
  ASSERT_EQ(set.skipped.size(), 3u);
  EXPECT_EQ(set.skipped[0].index, 0u);
  EXPECT_EQ(set.skipped[0].kid, "x");
  EXPECT_EQ(set.skipped[0].reason, KeyErrc::unsupported_type);
  EXPECT_EQ(set.skipped[1].index, 2u);
  EXPECT_EQ(set.skipped[1].reason, KeyErrc::unreadable);
  EXPECT_EQ(set.skipped[2].index, 3u);
  EXPECT_EQ(set.skipped[2].kid, "");
}

TEST(JwkSet, SkipsTwoKeysOfOneName) {
  const auto set = set_of(
      {public_json("rsa.pub", "a"), public_json("ec.pub", "b"), public_json("rsa2.pub", "a")});
  ASSERT_EQ(set.keys.size(), 1u);
  EXPECT_EQ(set.keys[0].kid(), "b");
  ASSERT_EQ(set.skipped.size(), 2u);
  EXPECT_EQ(set.skipped[0].reason, KeyErrc::ambiguous);
  EXPECT_EQ(set.skipped[1].index, 2u);
}

TEST(JwkSet, SkipsAKeyWhoseNameABadOneHasToo) {
  const Json bad = with(public_json("rsa2.pub", "a"), "e", "AQ");
  const auto set = set_of({public_json("rsa.pub", "a"), bad});
  EXPECT_TRUE(set.keys.empty());
  ASSERT_EQ(set.skipped.size(), 2u);
  EXPECT_EQ(set.skipped[0].reason, KeyErrc::ambiguous);
  EXPECT_EQ(set.skipped[1].reason, KeyErrc::weak_exponent);
}

TEST(JwkSet, KeysOfOneNameMayDifferInTypeAlgorithmOrUse) {  // RFC 7517 §4.5
  const Json rsa = public_json("rsa.pub", "a"), other = public_json("rsa2.pub", "a");
  EXPECT_EQ(set_of({rsa, public_json("ec.pub", "a")}).keys.size(), 2u);
  EXPECT_EQ(set_of({public_json("es256k.pub", "a"), public_json("ec.pub", "a")}).keys.size(), 2u);
  EXPECT_EQ(set_of({with(rsa, "alg", "RS256"), with(other, "alg", "PS256")}).keys.size(), 2u);
  EXPECT_EQ(set_of({rsa, with(other, "use", "enc")}).keys.size(), 2u);
  EXPECT_EQ(set_of({rsa, with(other, "alg", "RSA-OAEP")}).keys.size(), 2u);
}

TEST(JwkSet, BothNamesOfAnEdwardsCurveMeanTheSame) {
  const Json ed = with(public_json("ed25519.pub", "a"), "alg", "EdDSA");
  EXPECT_EQ(set_of({ed, with(ed, "alg", "Ed25519")}).skipped.size(), 2u);
}

TEST(JwkSet, NamelessKeysAreNotOfOneName) {
  EXPECT_EQ(set_of({public_json("rsa.pub"), public_json("rsa2.pub")}).keys.size(), 2u);
}

TEST(JwkSet, SkipsSecretsAmongPublicKeys) {
  const auto set = set_of({secret_json("s"), public_json("ec.pub", "e")});
  ASSERT_EQ(set.keys.size(), 1u);
  EXPECT_EQ(set.keys[0].kid(), "e");
  ASSERT_EQ(set.skipped.size(), 1u);
  EXPECT_EQ(set.skipped[0].kid, "s");
  EXPECT_EQ(set.skipped[0].reason, KeyErrc::ambiguous);
}

TEST(JwkSet, SkipsSecretsAlsoBesideADamagedPublicKey) {
  const auto set = set_of({secret_json("s"), with(public_json("ec.pub", "e"), "x", "AQ")});
  EXPECT_TRUE(set.keys.empty());
  EXPECT_EQ(set.skipped.size(), 2u);
}

TEST(JwkSet, HoldsSecretsWhereAllIsPrivate) {
  const Jwk pair = Jwk::from_pem(key_file("ec.pem")).value();
  const Json json = parse_json(pair.reveal_private_json().reveal()).value();
  EXPECT_EQ(set_of({secret_json("s"), json}).keys.size(), 2u);
}

TEST(PublicJwkSet, HasThePublicPartOfEach) {
  const std::vector keys{Jwk::from_pem(key_file("ec.pem"))->with_kid("a"),
                         Jwk::from_secret(Secret("secret")).value()};
  const Json ec = with(public_json("ec.pub", "a"), "use", "sig");
  EXPECT_EQ(public_jwk_set(keys), Json::object({{"keys", Json::array({ec})}}));
  EXPECT_EQ(to_text(public_jwk_set({})), R"({"keys":[]})");
}

}  // namespace
}  // namespace restjwt::jose
