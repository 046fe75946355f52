#include <restjwt/auth/sealed_keys.hpp>

#include <gtest/gtest.h>

#include <restjwt/jose/base64url.hpp>

#include "auth/jwe.hpp"
#include "support/scheduled_keys.hpp"

namespace restjwt::auth {
namespace {

const Secret passphrase("correct horse battery staple");
const Secret content("{\"keys\":[]}");

/// Few rounds: these tests are about what is taken, not about what a guess costs.
std::string cheap_jwe() { return encrypt_jwe(content, passphrase, system_random(), least_rounds); }

std::vector<std::string> parts_of(const std::string& jwe) {
  std::vector<std::string> parts(1);
  for (const char c : jwe) {
    if (c == '.') parts.emplace_back();
    else parts.back() += c;
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string jwe;
  for (const auto& part : parts) jwe += (jwe.empty() ? "" : ".") + part;
  return jwe;
}

Json header_of(const std::string& jwe) {
  return parse_json(jose::base64url_decode(parts_of(jwe)[0]).value()).value();
}

std::string with_header(const std::string& jwe, const Json& header) {
  auto parts = parts_of(jwe);
  parts[0] = jose::base64url_encode(to_text(header));
  return joined(parts);
}

std::error_code refusal(std::string_view jwe, const Secret& by = passphrase) {
  const auto opened = decrypt_jwe(jwe, by);
  return opened ? std::error_code() : opened.error();
}

TEST(SealedKeys, AScheduleComesBack) {
  test::Rotation rotation;
  rotation.add("a");
  rotation.add("b");
  rotation.retire("b");
  const auto sealed = seal_keys(rotation.keys, passphrase, system_random());
  const auto opened = open_sealed_keys(sealed, passphrase).value();
  ASSERT_EQ(opened.keys().size(), 2U);
  EXPECT_EQ(opened.signing(rotation.now)->kid, "a");
  EXPECT_TRUE(opened.find("a")->key->is_private());
  EXPECT_TRUE(opened.find("b")->retired);
}

TEST(SealedKeys, TheHeaderIsTheOneOfRfc7517) {
  const auto header = header_of(seal_keys({}, passphrase, system_random()));
  EXPECT_EQ(*header.find("alg"), Json("PBES2-HS512+A256KW"));
  EXPECT_EQ(*header.find("enc"), Json("A256GCM"));
  EXPECT_EQ(*header.find("cty"), Json("jwk-set+json"));
  EXPECT_EQ(*header.find("p2c"), Json(600'000));
}

TEST(SealedKeys, EachTimeEverythingRandomIsNew) {
  const auto a = parts_of(cheap_jwe()), b = parts_of(cheap_jwe());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NE(a[i], b[i]) << i;
}

TEST(SealedKeys, AnotherPassphraseIsToldApartFromDamage) {
  EXPECT_EQ(refusal(cheap_jwe(), Secret("wrong")), SealedKeysErrc::wrong_passphrase);
  EXPECT_EQ(refusal(cheap_jwe()), std::error_code());
}

TEST(SealedKeys, AnEmptyPassphraseIsRefused) {
  EXPECT_THROW(encrypt_jwe(content, Secret(), system_random(), least_rounds),
               std::invalid_argument);
}

TEST(SealedKeys, NoBitCanBeFlipped) {
  const auto jwe = cheap_jwe();
  const auto parts = parts_of(jwe);
  for (std::size_t part = 1; part < parts.size(); ++part) {
    auto bytes = jose::base64url_decode(parts[part]).value();
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 7) {
      auto flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      auto changed = parts;
      changed[part] = jose::base64url_encode(flipped);
      EXPECT_EQ(refusal(joined(changed)),
                part == 1 ? SealedKeysErrc::wrong_passphrase : SealedKeysErrc::damaged)
          << part << " " << bit;
    }
  }
}

TEST(SealedKeys, TheHeaderIsSealedToo) {
  const auto jwe = cheap_jwe();
  auto header = header_of(jwe);
  // The same salt and rounds, in another order: other bytes.
  const Json p2c = *header.find("p2c");
  header.erase("p2c");
  header.as_object().insert(header.as_object().begin(), {"p2c", p2c});
  EXPECT_EQ(refusal(with_header(jwe, header)), SealedKeysErrc::damaged);
}

TEST(SealedKeys, NoOtherHeaderIsTaken) {
  const auto jwe = cheap_jwe();
  const auto changed = [&](const char* name, Json value) {
    auto header = header_of(jwe);
    header.set(name, std::move(value));
    return refusal(with_header(jwe, header));
  };
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, Json>>{{"alg", "PBES2-HS256+A128KW"},
                                                           {"alg", "dir"},
                                                           {"alg", "RSA-OAEP"},
                                                           {"alg", Json()},
                                                           {"enc", "A128GCM"},
                                                           {"enc", "A256CBC-HS512"},
                                                           {"cty", "jwk+json"},
                                                           {"zip", "DEF"},
                                                           {"crit", Json::array({"exp"})},
                                                           {"kid", "a"},
                                                           {"typ", "JWE"},
                                                           {"p2c", 999},
                                                           {"p2c", -1},
                                                           {"p2c", 0},
                                                           {"p2c", 1000.5},
                                                           {"p2c", "1000"},
                                                           {"p2s", "AAAA"},
                                                           {"p2s", "!"},
                                                           {"p2s", std::string(200, 'A')},
                                                           {"p2s", 1}})
    EXPECT_EQ(changed(name, value), SealedKeysErrc::malformed) << name << " " << to_text(value);
  auto header = header_of(jwe);
  header.erase("cty");
  EXPECT_EQ(refusal(with_header(jwe, header)), SealedKeysErrc::malformed);
}

TEST(SealedKeys, AHostileCountOfRoundsIsRefusedBeforeItIsSpent) {
  auto header = header_of(cheap_jwe());
  header.set("p2c", 10'000'001);
  EXPECT_EQ(refusal(with_header(cheap_jwe(), header)), SealedKeysErrc::too_expensive);
  header.set("p2c", std::int64_t{1} << 40);
  EXPECT_EQ(refusal(with_header(cheap_jwe(), header)), SealedKeysErrc::too_expensive);
}

TEST(SealedKeys, WhatIsNoJweIsRefused) {
  const auto jwe = cheap_jwe();
  for (const auto& text : {std::string(), std::string("...."), std::string("a.b.c"), jwe + ".x",
                           jwe + "=", " " + jwe, jwe.substr(0, jwe.rfind('.'))})
    EXPECT_EQ(refusal(text), SealedKeysErrc::malformed) << text;
}

TEST(SealedKeys, ATruncatedTextIsRefused) {
  const auto jwe = cheap_jwe();
  for (std::size_t size = 0; size < jwe.size(); size += 3)
    EXPECT_NE(refusal(std::string_view(jwe).substr(0, size)), std::error_code()) << size;
}

TEST(SealedKeys, WhatIsNoScheduleInsideIsRefused) {
  for (const auto* inside : {"", "[]", "{}", R"({"keys":{}})",
                             R"({"keys":[{"kty":"oct","k":"AAAA"}]})", R"({"keys":[1]})"}) {
    const auto sealed = encrypt_jwe(Secret(inside), passphrase, system_random(), least_rounds);
    const auto opened = open_sealed_keys(sealed, passphrase);
    ASSERT_FALSE(opened) << inside;
    EXPECT_EQ(opened.error(), SealedKeysErrc::malformed);
  }
  const auto empty = encrypt_jwe(content, passphrase, system_random(), least_rounds);
  EXPECT_TRUE(open_sealed_keys(empty, passphrase).value().empty());
}

}  // namespace
}  // namespace restjwt::auth
