// The keys of settings, as a key store takes them over.

#include <gtest/gtest.h>

#include <restjwt/auth/settings.hpp>

#include "support/keys.hpp"

namespace restjwt::auth {
namespace {

using jose::Algorithm;

const Secret secret("an-unpublished-secret-that-is-long-enough-for-HS384");

SettingsJwks jwks(const Settings& settings) {
  std::vector<SettingsProblem> problems;
  auto found = settings_jwks(settings, problems);
  for (const auto& problem : problems) ADD_FAILURE() << problem.setting << ": " << problem.reason;
  return found;
}

Settings with_pair(const char* private_file, const char* public_file, Algorithm algorithm) {
  Settings settings{.algorithms = {algorithm}};
  settings.private_key = Secret(test::key_file(private_file));
  settings.public_key = Secret(test::key_file(public_file));
  return settings;
}

TEST(SettingsJwks, ASecretIsForTheFirstOfItsAlgorithms) {
  const auto found =
      jwks({.secret_key = secret, .algorithms = {Algorithm::HS256, Algorithm::HS384}});
  EXPECT_TRUE(found.verifying.empty());
  ASSERT_EQ(found.signing.size(), 1U);
  EXPECT_EQ(found.signing[0].algorithm(), Algorithm::HS256);
  EXPECT_EQ(found.signing[0].kid(), "");
}

TEST(SettingsJwks, TheKeyThatSignsIsTheFirst) {
  auto settings = with_pair("rsa.pem", "rsa.pub", Algorithm::RS256);
  settings.algorithms.push_back(Algorithm::HS256);
  settings.secret_key = secret;
  const auto found = jwks(settings);
  ASSERT_EQ(found.signing.size(), 2U);
  EXPECT_EQ(found.signing[0].algorithm(), Algorithm::RS256);
  EXPECT_EQ(found.signing[1].algorithm(), Algorithm::HS256);
}

TEST(SettingsJwks, ThePublicPartOfTheKeyThatSignsIsNoKeyOfItsOwn) {
  const auto found = jwks(with_pair("rsa.pem", "rsa.pub", Algorithm::RS256));
  EXPECT_EQ(found.signing.size(), 1U);
  EXPECT_TRUE(found.verifying.empty());
}

TEST(SettingsJwks, OtherPublicKeysAreThereByTheirNames) {
  auto settings = with_pair("rsa.pem", "rsa.pub", Algorithm::RS256);
  settings.public_key.add("old", Secret(test::key_file("rsa2.pub")));
  const auto found = jwks(settings);
  ASSERT_EQ(found.verifying.size(), 1U);
  EXPECT_EQ(found.verifying[0].kid(), "old");
  EXPECT_FALSE(found.verifying[0].is_private());
}

TEST(SettingsJwks, AnEncryptedKeyIsReadWithItsPassphrase) {
  auto settings = with_pair("ec_encrypted.pem", "ec_certificate.pem", Algorithm::ES256);
  std::vector<SettingsProblem> problems;
  EXPECT_TRUE(settings_jwks(settings, problems).signing.empty());
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].setting, "JWT_PRIVATE_KEY");
  settings.private_key_passphrase = Secret("correct horse");
  EXPECT_EQ(jwks(settings).signing.size(), 1U);
}

TEST(SettingsJwks, ACertificateIsAPublicKey) {
  const auto found = jwks(with_pair("rsa2.pem", "rsa_certificate.pem", Algorithm::RS256));
  ASSERT_EQ(found.verifying.size(), 1U);
  EXPECT_EQ(found.verifying[0].algorithm(), Algorithm::RS256);
}

TEST(SettingsJwks, ASecretThatIsTooShortForAStoreIsLeftOut) {
  const auto found =
      jwks({.secret_key = Secret("nobody-published-this-one"), .allow_short_secret = true});
  EXPECT_TRUE(found.signing.empty());
}

TEST(SettingsJwks, WhatCannotBeUsedIsAProblem) {
  std::vector<SettingsProblem> problems;
  EXPECT_TRUE(settings_jwks({.secret_key = Secret("secret")}, problems).signing.empty());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].setting, "JWT_SECRET_KEY");
}

}  // namespace
}  // namespace restjwt::auth
