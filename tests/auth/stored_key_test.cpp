#include <gtest/gtest.h>

#include "support/scheduled_keys.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;
using jose::Algorithm;
using test::new_key;

const TimePoint noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 12h;

ScheduledKey active_key() {
  return {.kid = "a",
          .algorithm = Algorithm::Ed25519,
          .key = new_key("a"),
          .published = noon,
          .active = noon + 1s,
          .longest_life = 301s};
}

std::string text_of(const ScheduledKey& key) { return std::string(stored_key(key).reveal()); }

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

std::string reason_against(const std::string& text) {
  const auto read = read_stored_key(Secret(text));
  return read ? "taken" : read.error();
}

TEST(StoredKey, ComesBackAsItWas) {
  const auto key = active_key();
  const auto read = read_stored_key(stored_key(key)).value();
  EXPECT_EQ(read.kid, "a");
  EXPECT_EQ(read.algorithm, Algorithm::Ed25519);
  EXPECT_EQ(read.published, key.published);
  EXPECT_EQ(read.active, key.active);
  EXPECT_FALSE(read.retired);
  EXPECT_EQ(read.longest_life, 301s);
  EXPECT_EQ(read.key->thumbprint(), key.key->thumbprint());
  EXPECT_TRUE(read.key->is_private());
}

TEST(StoredKey, EveryAlgorithmsKeyComesBack) {
  for (const Algorithm algorithm : jose::all_algorithms) {
    if (jose::family(algorithm) == jose::Family::rsa_pss) continue;  // the same keys as RS*
    const ScheduledKey key{.kid = "k", .algorithm = algorithm, .key = new_key("k", algorithm)};
    const auto read = read_stored_key(stored_key(key));
    ASSERT_TRUE(read) << name(algorithm) << ": " << read.error();
    EXPECT_EQ(read->algorithm, algorithm);
  }
}

TEST(StoredKey, AKidIsNoLongerThan256Bytes) {
  const auto named = [](std::size_t bytes) {
    return replaced(text_of(active_key()), "\"kid\":\"a\"",
                    "\"kid\":\"" + std::string(bytes, 'x') + "\"");
  };
  EXPECT_EQ(reason_against(named(256)), "taken");
  EXPECT_EQ(reason_against(named(257)), "\"kid\" is longer than 256 bytes");
}

TEST(StoredKey, IsAJwkWithAMemberOfOurOwn) {
  const auto json = parse_json(text_of(active_key())).value();
  EXPECT_EQ(*json.find("kty"), Json("OKP"));
  EXPECT_EQ(to_text(*json.find("restjwt")),
            R"({"published":"2026-11-24T12:00:00Z","active":"2026-11-24T12:00:01Z",)"
            R"("longest_life":301})");
}

TEST(StoredKey, OfARetiredKeyOnlyNameAndAlgorithmAreLeft) {
  auto key = active_key();
  key.key.reset();
  key.retired = noon + 1h;
  EXPECT_EQ(text_of(key),
            R"({"kid":"a","alg":"Ed25519","restjwt":{"published":"2026-11-24T12:00:00Z",)"
            R"("active":"2026-11-24T12:00:01Z","retired":"2026-11-24T13:00:00Z",)"
            R"("longest_life":301}})");
  const auto read = read_stored_key(stored_key(key)).value();
  EXPECT_EQ(read.retired, key.retired);
  EXPECT_EQ(read.active, key.active);
  EXPECT_FALSE(read.key);
}

TEST(StoredKey, AKeyThatOnlyVerifiesStaysPublic) {
  const auto key = jose::Jwk::parse(*new_key("a").public_json()).value();
  const auto read = read_stored_key(
      stored_key({.kid = "a", .algorithm = Algorithm::Ed25519, .key = key, .published = noon}));
  EXPECT_FALSE(read.value().key->is_private());
}

constexpr auto no_key_of_ours =
    "has no member \"restjwt\", so nobody knows when it signs; take it out of there, and in with: "
    "restjwt keys import";

TEST(StoredKey, AJwkThatSomebodyPutThereIsNoKeyOfOurs) {
  EXPECT_EQ(reason_against(std::string(new_key("a").reveal_private_json().reveal())),
            no_key_of_ours);
}

TEST(StoredKey, ATruncatedTextIsRefusedAndNotRepeated) {
  const auto text = text_of(active_key());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto read = read_stored_key(Secret(std::string_view(text).substr(0, size)));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().find("\"d\""), std::string::npos);
  }
}

TEST(StoredKey, InstantsHaveOneForm) {
  const auto text = text_of(active_key());
  for (const auto* wrong : {"2026-11-24T12:00:00", "2026-11-24 12:00:00Z", "2026-11-24T12:00:00+00",
                            "2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z", "2026-11-24T24:00:00Z",
                            "2026-11-24T12:60:00Z", "2026-11-24T12:00:60Z", "2026-11-24T-1:00:00Z",
                            "2026-11-24T12:00: 0Z", "+026-11-24T12:00:00Z", ""})
    EXPECT_EQ(reason_against(replaced(text, "2026-11-24T12:00:00Z", wrong)),
              "\"published\" is no instant such as \"2026-11-24T12:00:00Z\"")
        << wrong;
  EXPECT_EQ(reason_against(replaced(text, "2026-11-24T12:00:00Z", "2024-02-29T23:59:59Z")),
            "taken");
}

TEST(StoredKey, WhatCannotBeIsRefusedWithItsReason) {
  const auto text = text_of(active_key());
  EXPECT_EQ(reason_against(replaced(text, "\"published\":\"2026-11-24T12:00:00Z\",", "")),
            "\"published\" is missing");
  EXPECT_EQ(reason_against(replaced(text, ":301", ":-1")),
            "\"longest_life\" is no number of seconds");
  EXPECT_EQ(reason_against(replaced(text, ":301", ":1e99")),
            "\"longest_life\" is no number of seconds");
  EXPECT_EQ(reason_against(replaced(text, "\"longest_life\"", "\"longest_live\"")),
            "\"restjwt\" has a member that this version does not know");
  EXPECT_EQ(reason_against(replaced(text, "\"kid\":\"a\"", "\"kie\":\"a\"")), "\"kid\" is missing");
  EXPECT_EQ(reason_against("[]"), no_key_of_ours);
  EXPECT_EQ(reason_against(R"({"restjwt":1})"), "\"restjwt\" is no object");
}

TEST(StoredKey, APublicKeyThatIsToSignIsRefused) {
  const auto key = jose::Jwk::parse(*new_key("a").public_json()).value();
  auto text = text_of({.kid = "a", .algorithm = Algorithm::Ed25519, .key = key, .published = noon});
  text = replaced(text, "\"published\"", "\"active\":\"2026-11-24T12:00:00Z\",\"published\"");
  EXPECT_EQ(reason_against(text), "a public key never signs");
}

}  // namespace
}  // namespace restjwt::auth
