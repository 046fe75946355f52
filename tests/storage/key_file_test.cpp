#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include <restjwt/auth/user.hpp>
#include <restjwt/storage/key_files.hpp>

#include "storage/key_store_conformance.hpp"

namespace restjwt::test {
namespace {

namespace fs = std::filesystem;

const Secret passphrase("correct horse battery staple");

INSTANTIATE_TEST_SUITE_P(File, KeyStoreTest,
                         testing::Values(KeyStoreCase{"file", [](const fs::path& folder) {
                                                        return storage::open_key_file(
                                                            folder / "keys.jwe", passphrase);
                                                      }}));

class KeyFileTest : public testing::Test, protected Rotation {
 protected:
  KeyFileTest() {
    const auto added =
        storage::open_key_file(file_, passphrase)->change([&](const auth::KeySchedule& schedule) {
          return schedule.add(new_key("a"), jose::Algorithm::Ed25519, now, rules);
        });
    EXPECT_TRUE(added);
  }
  std::string refusal(const Secret& by = passphrase) {
    try {
      storage::open_key_file(file_, by)->load();
      return "";
    } catch (const auth::StoreError& error) {
      return error.what();
    }
  }

  TemporaryFolder folder_;
  fs::path file_ = folder_.path() / "keys.jwe";
};

TEST_F(KeyFileTest, IsReadableByItsOwnerOnly) {
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(KeyFileTest, HoldsNothingThatCanBeReadWithoutThePassphrase) {
  std::ifstream in(file_);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(text.find("kty"), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '.'), 4);
}

TEST_F(KeyFileTest, AnotherPassphraseIsNamedAsTheReason) {
  EXPECT_EQ(refusal(Secret("wrong")), file_.string() + ": the passphrase does not open it");
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyFileTest, AnotherPassphraseDoesNotReplaceTheKeys) {
  const auto store = storage::open_key_file(file_, Secret("wrong"));
  EXPECT_THROW((void)store->change([](const auth::KeySchedule& schedule) { return schedule; }),
               auth::StoreError);
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyFileTest, AnEmptyPassphraseIsRefusedAtOnce) {
  EXPECT_THROW(storage::open_key_file(file_, Secret()), auth::StoreError);
}

TEST_F(KeyFileTest, ATruncatedFileIsRefused) {
  fs::resize_file(file_, fs::file_size(file_) - 1);
  EXPECT_NE(refusal(), "");
  fs::resize_file(file_, 0);
  EXPECT_EQ(refusal(), file_.string() + ": is no file of encrypted keys");
}

TEST_F(KeyFileTest, OneLineFeedAtTheEndIsNoDamage) {
  for (const auto* end : {"\n", "\r\n"}) {
    const auto size = fs::file_size(file_);
    std::ofstream(file_, std::ios::binary | std::ios::app) << end;
    EXPECT_EQ(refusal(), "");
    fs::resize_file(file_, size);
  }
  std::ofstream(file_, std::ios::binary | std::ios::app) << "\n\n";
  EXPECT_EQ(refusal(), file_.string() + ": is no file of encrypted keys");
}

TEST_F(KeyFileTest, OthersMayNotReadItEither) {
  ::chmod(file_.c_str(), 0604);
  EXPECT_NE(refusal().find("chmod 600"), std::string::npos) << refusal();
}

TEST_F(KeyFileTest, WhatACrashLeftIsLeftAlone) {
  std::ofstream(file_.string() + ".tmp") << "half";
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyFileTest, MoreThanCanBeReadIsNotWritten) {
  const auto key = jose::Jwk::from_secret(Secret(std::string(4 * 1024 * 1024, 'x'))).value();
  EXPECT_THROW(
      (void)storage::open_key_file(file_, passphrase)->change([&](const auth::KeySchedule& before) {
        return before.add(key.with_kid("s"), jose::Algorithm::HS256, now, rules);
      }),
      auth::StoreError);
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyFileTest, AFileThatIsTooLongIsNotRead) {
  fs::resize_file(file_, 4 * 1024 * 1024 + 1);
  EXPECT_EQ(refusal(), file_.string() + ": is longer than 4194304 bytes");
}

}  // namespace
}  // namespace restjwt::test
