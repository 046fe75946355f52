#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include <restjwt/auth/user.hpp>
#include <restjwt/storage/key_files.hpp>

#include "storage/key_store_conformance.hpp"
#include "storage/private_file.hpp"

namespace restjwt::test {
namespace {

namespace fs = std::filesystem;

INSTANTIATE_TEST_SUITE_P(Directory, KeyStoreTest,
                         testing::Values(KeyStoreCase{"directory", [](const fs::path& folder) {
                                                        return storage::open_key_directory(folder /
                                                                                           "keys");
                                                      }}));

class KeyDirectoryTest : public testing::Test, protected Rotation {
 protected:
  KeyDirectoryTest() { take_in("a"); }

  void take_in(const std::string& kid) {
    ASSERT_TRUE(store_->change([&](const auth::KeySchedule& schedule) {
      return schedule.add(new_key(kid), jose::Algorithm::Ed25519, now, rules);
    }));
  }
  std::string refusal() {
    try {
      storage::open_key_directory(directory_)->load();
      return "";
    } catch (const auth::StoreError& error) {
      return error.what();
    }
  }
  static mode_t mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(lstat(path.c_str(), &status), 0);
    return status.st_mode & 07777;
  }
  static void write(const fs::path& file, std::string_view content, mode_t mode = 0600) {
    std::ofstream(file, std::ios::binary) << content;
    ::chmod(file.c_str(), mode);
  }
  static std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  TemporaryFolder folder_;
  fs::path directory_ = folder_.path() / "keys";
  fs::path file_ = directory_ / "a.jwk";
  std::unique_ptr<auth::KeyStore> store_ = storage::open_key_directory(directory_);
};

TEST_F(KeyDirectoryTest, NobodyButTheOwnerMayReadAnything) {
  EXPECT_EQ(mode_of(directory_), 0700U);
  for (const auto& entry : fs::directory_iterator(directory_))
    EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
}

TEST_F(KeyDirectoryTest, AUmaskDoesNotOpenThem) {
  const auto before = umask(0);
  take_in("b");
  umask(before);
  EXPECT_EQ(mode_of(directory_ / "b.jwk"), 0600U);
}

TEST_F(KeyDirectoryTest, ADirectoryOthersMayEnterIsRefusedWithTheRemedy) {
  ::chmod(directory_.c_str(), 0750);
  EXPECT_EQ(refusal(), directory_.string() +
                           ": others may read or change it (mode 0750); mend it with: chmod 700 " +
                           directory_.string());
  ::chmod(directory_.c_str(), 0700);
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyDirectoryTest, AFileOthersMayReadIsRefusedWithTheRemedy) {
  ::chmod(file_.c_str(), 0640);
  EXPECT_EQ(refusal(), file_.string() +
                           ": others may read or change it (mode 0640); mend it with: chmod 600 " +
                           file_.string());
  ::chmod(file_.c_str(), 0400);
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyDirectoryTest, LettingOthersInIsAnotherVersion) {
  const auto version = store_->version();
  ::chmod(file_.c_str(), 0644);
  EXPECT_NE(store_->version(), version);
}

TEST_F(KeyDirectoryTest, ASymbolicLinkIsRefused) {
  fs::rename(file_, folder_.path() / "elsewhere");
  fs::create_symlink(folder_.path() / "elsewhere", file_);
  EXPECT_EQ(refusal(),
            file_.string() + ": is a symbolic link; keys are kept in files of their own");
}

TEST_F(KeyDirectoryTest, AnythingButAFileIsRefusedAtOnce) {
  fs::remove(file_);
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_EQ(refusal(), file_.string() + ": is no file");
}

TEST_F(KeyDirectoryTest, ATruncatedFileIsRefusedByItsName) {
  fs::resize_file(file_, fs::file_size(file_) / 2);
  EXPECT_TRUE(refusal().starts_with(file_.string() + ": is no JSON")) << refusal();
}

TEST_F(KeyDirectoryTest, AFileThatIsTooLongIsNotRead) {
  fs::resize_file(file_, 64 * 1024 + 1);
  EXPECT_EQ(refusal(), file_.string() + ": is longer than 65536 bytes");
}

TEST_F(KeyDirectoryTest, MoreKeysThanCanBeReadAreNotWritten) {
  const auto fill = [&](std::size_t count) {
    std::vector<auth::ScheduledKey> many;
    for (std::size_t i = 0; i < count; ++i)
      many.push_back({.kid = std::to_string(i), .retired = now});
    (void)store_->change([&](const auth::KeySchedule&) -> auth::KeySchedule::Changed {
      return auth::KeySchedule(many);
    });
  };
  EXPECT_THROW(fill(1001), auth::StoreError);
  EXPECT_EQ(store_->load().keys().size(), 1U);
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyDirectoryTest, AKeyThatIsTooLongToBeReadIsNotWritten) {
  const auto take_secret_of = [&](std::size_t bytes) {
    const auto key = jose::Jwk::from_secret(Secret(std::string(bytes, 'x'))).value().with_kid("s");
    (void)store_->change([&](const auth::KeySchedule& before) {
      return before.add(key, jose::Algorithm::HS256, now, rules);
    });
  };
  EXPECT_THROW(take_secret_of(64 * 1024), auth::StoreError);
  EXPECT_EQ(store_->load().keys().size(), 1U);
  take_secret_of(1024);
  EXPECT_EQ(store_->load().keys().size(), 2U);
}

TEST_F(KeyDirectoryTest, WhatRootWritesBelongsToTheOwnerOfTheDirectory) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  constexpr uid_t service = 4711;
  ASSERT_EQ(chown(directory_.c_str(), service, service), 0);
  fs::remove(directory_ / ".lock");
  take_in("b");
  for (const auto* name : {"b.jwk", ".lock"}) {
    struct stat status {};
    ASSERT_EQ(lstat((directory_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, service) << name;
    EXPECT_EQ(status.st_gid, service) << name;
  }
}

TEST_F(KeyDirectoryTest, ALockThatIsThereIsNotGivenAway) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(chown(directory_.c_str(), 4711, 4711), 0);
  take_in("b");
  struct stat status {};
  ASSERT_EQ(lstat((directory_ / ".lock").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 0U);
}

TEST_F(KeyDirectoryTest, AWriteThatFailsLeavesNoTemporaryFile) {
  fs::create_directory(directory_ / "d");
  fs::create_directory(directory_ / "d" / "full");
  EXPECT_THROW(storage::write_private_file(directory_ / "d", "x"), auth::StoreError);
  EXPECT_FALSE(fs::exists(directory_ / "d.tmp"));
}

TEST_F(KeyDirectoryTest, WhatACrashLeftIsNotReadAndTheNextChangeRemovesIt) {
  const auto left = {directory_ / "a.jwk.tmp", directory_ / "other.jwk.tmp"};
  for (const auto& file : left) write(file, "{\"kty\":", 0644);
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(store_->load().keys().size(), 1U);
  for (const auto& file : left) EXPECT_TRUE(fs::exists(file)) << file;
  take_in("b");
  EXPECT_EQ(store_->load().keys().size(), 2U);
  for (const auto& file : left) EXPECT_FALSE(fs::exists(file)) << file;
}

TEST_F(KeyDirectoryTest, FilesOfOthersAreNotRemoved) {
  const auto others = {directory_ / "notes.tmp", directory_ / "a.jwk.tmp.old",
                       directory_ / "a.jwk.bak"};
  for (const auto& file : others) write(file, "whatever it is");
  fs::create_directory(directory_ / "folder.jwk.tmp");
  take_in("b");
  for (const auto& file : others) EXPECT_TRUE(fs::exists(file)) << file;
  EXPECT_TRUE(fs::exists(directory_ / "folder.jwk.tmp"));
}

TEST_F(KeyDirectoryTest, AWriteThatFailsAmongSeveralChangesNothing) {
  fs::create_directory(directory_ / "c.jwk.tmp");  // in the way of the second file
  EXPECT_THROW((void)store_->change([&](const auth::KeySchedule& before) {
    const auto one = before.add(new_key("b"), jose::Algorithm::Ed25519, now, rules).value();
    return one.add(new_key("c"), jose::Algorithm::Ed25519, now, rules);
  }),
               auth::StoreError);
  EXPECT_EQ(store_->load().keys().size(), 1U);
  EXPECT_FALSE(fs::exists(directory_ / "b.jwk.tmp"));
}

TEST_F(KeyDirectoryTest, ALinkLaidInTheWayOfATemporaryFileIsNotFollowed) {
  write(folder_.path() / "victim", "untouched");
  fs::create_symlink(folder_.path() / "victim", directory_ / "b.jwk.tmp");
  take_in("b");
  EXPECT_EQ(read(folder_.path() / "victim"), "untouched");
}

TEST_F(KeyDirectoryTest, TwoFilesOfOneKidAreRefused) {
  write(directory_ / "copy.jwk", read(file_));
  EXPECT_EQ(refusal(), (directory_ / "copy.jwk").string() + ": has the kid of " + file_.string() +
                           "; remove one of them");
}

TEST_F(KeyDirectoryTest, AChangeWritesItsKeyOnly) {
  const auto before = fs::last_write_time(file_);
  const auto content = read(file_);
  take_in("b");
  EXPECT_EQ(fs::last_write_time(file_), before);
  EXPECT_EQ(read(file_), content);
}

TEST_F(KeyDirectoryTest, AFileKeepsTheNameItHas) {
  fs::rename(file_, directory_ / "renamed.jwk");
  take_in("b");
  now += std::chrono::hours{24};
  ASSERT_TRUE(store_->change([&](const auth::KeySchedule& schedule) {
    return schedule.retire_compromised("a", now, rules, {});
  }));
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(read(directory_ / "renamed.jwk").find("\"d\""), std::string::npos);
  EXPECT_NE(read(directory_ / "renamed.jwk").find("retired"), std::string::npos);
}

TEST_F(KeyDirectoryTest, AKidThatIsNoFileNameStaysInTheDirectory) {
  take_in("../escape");
  EXPECT_FALSE(fs::exists(folder_.path() / "escape.jwk"));
  EXPECT_EQ(store_->load().keys().size(), 2U);
}

TEST_F(KeyDirectoryTest, OneKeyByTwoKidsHasTwoFiles) {
  const auto key = new_key("x/1");
  for (const auto* kid : {"x/1", "x/2"})
    ASSERT_TRUE(store_->change([&](const auth::KeySchedule& schedule) {
      return schedule.add(key.with_kid(kid), jose::Algorithm::Ed25519, now, rules);
    }));
  EXPECT_EQ(store_->load().keys().size(), 3U);
}

TEST_F(KeyDirectoryTest, OneKeyByTwoKidsInOneChangeHasTwoFiles) {
  const auto key = new_key("x/1");
  ASSERT_TRUE(store_->change([&](const auth::KeySchedule& before) {
    const auto one = before.add(key, jose::Algorithm::Ed25519, now, rules).value();
    return one.add(key.with_kid("x/2"), jose::Algorithm::Ed25519, now, rules);
  }));
  EXPECT_EQ(store_->load().keys().size(), 3U);
}

TEST_F(KeyDirectoryTest, AJwkThatWasPutThereIsRefusedWithTheWayIn) {
  write(directory_ / "b.jwk", std::string(new_key("b").reveal_private_json().reveal()));
  EXPECT_TRUE(
      refusal().starts_with((directory_ / "b.jwk").string() + ": has no member \"restjwt\""))
      << refusal();
  EXPECT_NE(refusal().find("restjwt keys import"), std::string::npos) << refusal();
}

TEST_F(KeyDirectoryTest, ADirectoryThatCannotBeMadeIsNamed) {
  const auto store = storage::open_key_directory(folder_.path() / "no" / "keys");
  try {
    (void)store->change([](const auth::KeySchedule& schedule) { return schedule; });
    FAIL();
  } catch (const auth::StoreError& error) {
    EXPECT_EQ(error.what(), (folder_.path() / "no" / "keys").string() +
                                ": cannot be made: No such file or directory");
  }
}

TEST_F(KeyDirectoryTest, AFileInThePlaceOfTheDirectoryIsRefused) {
  write(folder_.path() / "file", "");
  EXPECT_THROW(storage::open_key_directory(folder_.path() / "file")->load(), auth::StoreError);
}

}  // namespace
}  // namespace restjwt::test
