#include "server/key_store.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include <restjwt/auth/user.hpp>

#include "support/scheduled_keys.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::server {
namespace {

using namespace std::chrono_literals;

TEST(KeyStoreOf, WithoutKeysTheSettingIsNamed) {
  try {
    open_key_store({});
    FAIL();
  } catch (const auth::StoreError& error) {
    EXPECT_NE(std::string(error.what()).find("[keys]"), std::string::npos);
  }
}

TEST(KeyStoreOf, ADirectoryIsOpened) {
  test::TemporaryFolder folder;
  Config config;
  config.keys.directory = folder.path() / "keys";
  EXPECT_TRUE(open_key_store(config)->load().empty());
}

TEST(KeyStoreOf, AFileIsOpenedWithThePassphraseOfItsFile) {
  test::TemporaryFolder folder;
  Config config;
  config.keys.file = folder.path() / "keys.jwe";
  EXPECT_THROW(open_key_store(config), auth::StoreError);
  config.keys.passphrase_file = folder.path() / "pass";
  EXPECT_THROW(open_key_store(config), auth::StoreError);
  std::ofstream(config.keys.passphrase_file) << "a passphrase\n";
  EXPECT_TRUE(open_key_store(config)->load().empty());
}

class KeptKeysTest : public ::testing::Test, protected test::Rotation {
 protected:
  KeptKeysTest() {
    config_.keys.directory = folder_.path() / "keys";
    config_.origins = {{"keys.directory", "\"keys\"", "restjwt.toml:2"}};
  }
  std::string problem() {
    const auto found = find_key_problem(config_, now);
    return found ? found->text() : "";
  }
  void put(const auth::KeySchedule& schedule) {
    (void)open_key_store(config_)->change(
        [&](const auth::KeySchedule&) -> auth::KeySchedule::Changed { return schedule; });
  }
  std::string directory() const { return config_.keys.directory.string(); }

  test::TemporaryFolder folder_;
  Config config_;
};

TEST_F(KeptKeysTest, WithAKeyThatSignsAreNoProblem) {
  add("a");
  put(keys);
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(read_kept_keys(config_)->schedule.keys().size(), 1U);
}

TEST_F(KeptKeysTest, InADirectoryThatDoesNotExistAreAProblemOfThatSetting) {
  EXPECT_EQ(problem(), "restjwt.toml:2: directory: " + directory() +
                           " does not exist; expected a key that signs, which is made with: "
                           "restjwt keys generate");
}

TEST_F(KeptKeysTest, OfWhichThereIsNoneAreAProblem) {
  put({});
  EXPECT_TRUE(problem().starts_with("restjwt.toml:2: directory: " + directory() + " holds no keys"))
      << problem();
}

TEST_F(KeptKeysTest, OfWhichNoneSignsAreAProblem) {
  put(auth::KeySchedule()
          .add_verifying(test::new_key("theirs"), jose::Algorithm::Ed25519, now)
          .value());
  EXPECT_TRUE(read_kept_keys(config_));
  EXPECT_NE(problem().find("of the keys in " + directory() + " none signs now"), std::string::npos)
      << problem();
}

TEST_F(KeptKeysTest, ThatOthersMayReadAreAProblemOfTheirSetting) {
  add("a");
  put(keys);
  std::filesystem::permissions(config_.keys.directory, std::filesystem::perms(0755));
  EXPECT_EQ(problem(), "restjwt.toml:2: directory: " + directory() +
                           ": others may read or change it (mode 0755); mend it with: chmod 700 " +
                           directory());
}

TEST_F(KeptKeysTest, AreAProblemOfThePassphraseFileWhereItIsGoneOrEmpty) {
  config_.keys.file = folder_.path() / "keys.jwe";
  config_.keys.directory.clear();
  config_.keys.passphrase_file = folder_.path() / "pass";
  const auto pass = config_.keys.passphrase_file.string();
  const auto expected = "; expected the passphrase of " + config_.keys.file.string();
  const std::string place = "configuration: passphrase_file: ";
  EXPECT_EQ(problem(), place + "cannot read " + pass + ": No such file or directory" + expected);
  std::ofstream(pass) << "\n";
  EXPECT_EQ(problem(), place + pass + " is empty" + expected);
  std::ofstream(pass) << "a passphrase\n";
  EXPECT_NE(problem().find("file: " + config_.keys.file.string() + " does not exist"),
            std::string::npos)
      << problem();
}

TEST(RotationRulesOf, TheLongestLifeIsThatOfATokenWithItsLeewayAndAMinute) {
  Config config;
  config.auth.expiration_delta = 300s;
  config.auth.leeway = 0s;
  EXPECT_EQ(rotation_rules(config).longest_life, 360s);
  config.auth.expiration_delta = 300s + 1us;
  config.auth.leeway = 1ms;
  EXPECT_EQ(rotation_rules(config).longest_life, 362s);
}

TEST(RotationRulesOf, RefreshTokensOfTheSameKeysLiveLonger) {
  Config config;
  config.pairs.emplace();
  EXPECT_EQ(rotation_rules(config).longest_life, 24h + 60s);
  config.pairs->signing_key = Secret("a key of their own, which these are not");
  EXPECT_EQ(rotation_rules(config).longest_life, 360s);
}

TEST(RotationRulesOf, TokensThatAreBornExpiredHaveAMinute) {
  Config config;
  config.auth.expiration_delta = -1h;
  EXPECT_EQ(rotation_rules(config).longest_life, 60s);
}

TEST(RotationRulesOf, TokensThatDoNotExpireHaveNoLongestLife) {
  Config config;
  config.auth.verify_expiration = false;
  EXPECT_FALSE(rotation_rules(config).longest_life);
}

TEST(RotationRulesOf, ThePublicationPeriodIsTheSetting) {
  Config config;
  config.keys.publication_period = 2h;
  EXPECT_EQ(rotation_rules(config).publication_period, 2h);
}

}  // namespace
}  // namespace restjwt::server
