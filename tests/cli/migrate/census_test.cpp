#include "cli/migrate/census.hpp"

#include <gmock/gmock.h>

#include <restjwt/storage/memory.hpp>

#include "cli/migrate/hash_formats.hpp"
#include "cli/migrate/sample_site.hpp"

namespace restjwt::cli::migrate {
namespace {

using testing::ElementsAre;

class CensusTest : public testing::Test {
 protected:
  void add(const char* name, const char* password = "!", bool active = true) {
    ASSERT_TRUE(users_->add({.username = name, .is_active = active, .password = password}));
  }
  Census take() { return take_census(*users_, test::site_with("{}")); }

 private:
  std::unique_ptr<auth::UserStore> users_ = storage::open_memory();
};

constexpr const char* md5 = "e99a18c428cb38d5f260853678922e03";

TEST_F(CensusTest, CountsByFormatAndCostTheCommonestFirst) {
  add("a", "sha1$$6367c48dd193d56ea7b0baad25b19455e529f5ee");
  add("b", md5);
  add("c", md5);
  const auto census = take();
  ASSERT_EQ(census.hashes.size(), 2u);
  EXPECT_EQ(census.hashes[0].format, "unsalted_md5");
  EXPECT_EQ(census.hashes[0].count, 2u);
  EXPECT_TRUE(census.hashes[0].self_test_passed);
  EXPECT_FALSE(census.hashes[0].django_reads);
}

TEST_F(CensusTest, TellsUnusableFromUnreadable) {
  add("none", "");
  add("sso", "!abc");
  add("broken", "pbkdf2_sha256$x$y$z");
  const auto census = take();
  EXPECT_THAT(census.unusable.names, ElementsAre("none", "sso"));
  EXPECT_THAT(census.unreadable.names, ElementsAre("broken"));
}

TEST_F(CensusTest, CountsTheInactive) {
  add("on");
  add("off", "!", false);
  EXPECT_THAT(take().inactive.names, ElementsAre("off"));
}

TEST_F(CensusTest, NamesTheFirstFewOnly) {
  for (char c = 'a'; c < 'j'; ++c) add(std::string(1, c).c_str(), "!", false);
  const auto census = take();
  EXPECT_EQ(census.inactive.count, 9u);
  EXPECT_EQ(census.inactive.names.size(), Group::most_names);
}

TEST_F(CensusTest, FindsNamesThatDifferInCaseOrBlanks) {
  add("anna");
  add("ANNA ");
  add("bert");
  const auto census = take();
  ASSERT_EQ(census.collision_count, 1u);
  EXPECT_EQ(census.collisions[0].kind, Collision::Kind::letter_case);
  EXPECT_THAT(census.blank_edges.names, ElementsAre("ANNA "));
}

TEST_F(CensusTest, FindsNamesThatAreOneInUnicode) {
  add("\u00e9va");   // é
  add("e\u0301va");  // e and an accent
  const auto census = take();
  ASSERT_EQ(census.collision_count, 1u);
  EXPECT_EQ(census.collisions[0].kind, Collision::Kind::normalization);
}

TEST_F(CensusTest, TakesNamesThatAreNotUtf8) {
  add("\xff");
  EXPECT_EQ(take().users, 1u);
}

class Formats : public testing::TestWithParam<const char*> {};

TEST_P(Formats, PassTheSelfTest) { EXPECT_TRUE(self_test(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Each, Formats,
                         testing::Values("pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256",
                                         "bcrypt", "scrypt", "sha1", "md5", "unsalted_sha1",
                                         "unsalted_md5", "crypt"));

TEST(HashFormat, OfAnUnknownHashIsNone) {
  EXPECT_EQ(hash_format("whirlpool$1$2$3"), "");
  EXPECT_EQ(hash_format("!abc"), "");
  EXPECT_FALSE(self_test("whirlpool"));
}

TEST(HashFormat, KnowsBothSpellingsOfAnUnsaltedMd5) {
  EXPECT_EQ(hash_format(md5), "unsalted_md5");
  EXPECT_EQ(hash_format(std::string("md5$$") + md5), "unsalted_md5");
}

TEST(HashFormat, IsReadByDjangoOnlyWithItsLibrary) {
  auto site = test::site_with("{}");
  site.hashers = {{"x", "argon2", false}};
  EXPECT_FALSE(django_reads(site, "argon2"));
  site.hashers = {{"x", "argon2", true}};
  EXPECT_TRUE(django_reads(site, "argon2"));
}

}  // namespace
}  // namespace restjwt::cli::migrate
