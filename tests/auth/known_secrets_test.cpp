#include <restjwt/auth/settings.hpp>

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace restjwt::auth {
namespace {

TEST(KnownSecret, ASecretFromATutorialIsKnown) {
  EXPECT_TRUE(is_known_secret(Secret("a-string-secret-at-least-256-bits-long")));
}
TEST(KnownSecret, AWordRepeatedUntilItIsLongEnoughIsKnown) {
  EXPECT_TRUE(is_known_secret(Secret("secretsecretsecretsecretsecretse")));
}
TEST(KnownSecret, ItsFirst31CharactersAreNot) {
  EXPECT_FALSE(is_known_secret(Secret("secretsecretsecretsecretsecrets")));
}
TEST(KnownSecret, ARandomOneIsNotKnown) {
  EXPECT_FALSE(is_known_secret(Secret("q3u7TqGk0mVxYzB4nRj8sWc2LdPfHaEv")));
}
TEST(KnownSecret, TheSecretOfTheRecordedSiteIsNotKnown) {
  EXPECT_FALSE(is_known_secret(Secret("reference-secret-key-0123456789abcdef")));
}
TEST(KnownSecret, NoSecretIsNotKnown) { EXPECT_FALSE(is_known_secret(Secret())); }

class KnownSecretVectors : public test::VectorTest {};

TEST_F(KnownSecretVectors, EveryPublishedSecretIsKnown) {
  const Json list = test::read_vectors("known_weak_secrets.json");
  for (const auto* const kind : {"long", "short"})
    for (const auto& secret : list.find(kind)->as_array())
      EXPECT_TRUE(is_known_secret(Secret(secret.as_string()))) << secret.as_string();
}

TEST_F(KnownSecretVectors, APublishedSecretIsKnownWithoutItsNewline) {
  const Json list = test::read_vectors("known_weak_secrets.json");
  for (const auto& secret : list.find("long")->as_array()) {
    std::string text = secret.as_string();
    if (text.ends_with('\n')) text.pop_back();
    EXPECT_TRUE(is_known_secret(Secret(text))) << text;
  }
}

}  // namespace
}  // namespace restjwt::auth
