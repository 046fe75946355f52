#include "cli/migrate/django_site.hpp"

#include <gmock/gmock.h>

#include "cli/command.hpp"
#include "cli/migrate/sample_site.hpp"

namespace restjwt::cli::migrate {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& dump) {
  try {
    read_site(dump);
  } catch (const WrongUsage& wrong) {
    return wrong.what();
  }
  return "";
}
std::string refusal(const Json& dump) { return refusal(to_text(dump)); }

TEST(DjangoSite, ReadsAPlainDump) {
  const auto site = test::site_of(test::plain_dump());
  EXPECT_EQ(site.version, "1.11.0");
  EXPECT_EQ(site.user.table, "auth_user");
  EXPECT_EQ(site.secret_key.length, 50u);
}

TEST(DjangoSite, SaysWhichMemberIsMissing) {
  auto dump = test::plain_dump();
  dump.erase("user");
  EXPECT_EQ(refusal(dump), "user: is no object");
  dump = test::plain_dump();
  auto user = *dump.find("user");
  user.erase("table");
  dump.set("user", user);
  EXPECT_EQ(refusal(dump), "user.table: is missing");
}

TEST(DjangoSite, SaysWhichItemIsOfTheWrongKind) {
  auto dump = test::plain_dump();
  dump.set("PASSWORD_HASHERS", Json::array({Json::object({{"class", 7}})}));
  EXPECT_EQ(refusal(dump), "PASSWORD_HASHERS[0].class: is no text");
}

TEST(DjangoSite, RefusesWhatIsNoJson) {
  EXPECT_THAT(refusal(std::string("{'a'}")), HasSubstr("is no JSON at byte 1"));
  EXPECT_THAT(refusal(std::string(R"({"a":1,"a":1})")), HasSubstr("is no JSON"));
}

TEST(DjangoSite, RefusesADumpOverItsSize) {
  EXPECT_THAT(refusal(std::string(max_dump_size + 1, ' ')), HasSubstr("longer than 1 MiB"));
}

TEST(DjangoSite, RefusesTextOverItsSize) {
  auto dump = test::plain_dump();
  dump.set("python", std::string(4097, 'x'));
  EXPECT_EQ(refusal(dump), "python: is longer than 4,096 bytes");
  dump.set("python", std::string(4096, 'x'));
  EXPECT_EQ(refusal(dump), "");
}

TEST(DjangoSite, RefusesALongList) {
  auto dump = test::plain_dump();
  dump.set("AUTHENTICATION_BACKENDS", Json::Array(1001, "x"));
  EXPECT_EQ(refusal(dump), "AUTHENTICATION_BACKENDS: is a list of more than 1,000");
}

// The place of a key becomes a part of a command that a person runs.
TEST(DjangoSite, RefusesAPlaceThatIsNone) {
  for (const auto* place :
       {"settings.SECRET_KEY; rm -rf /", "JWT_AUTH.OTHER", "JWT_AUTH.JWT_PUBLIC_KEY[]",
        "JWT_AUTH.JWT_PUBLIC_KEY[0]]", "JWT_AUTH.JWT_PUBLIC_KEY[0", ""}) {
    auto dump = test::plain_dump();
    dump.set("SECRET_KEY", Json::object({{"secret", place}, {"length", 50}}));
    EXPECT_EQ(refusal(dump), "SECRET_KEY.secret: is no place of a key") << place;
  }
  auto dump = test::plain_dump();
  dump.set("SECRET_KEY", Json::object({{"secret", "JWT_AUTH.JWT_PUBLIC_KEY[12]"}, {"length", 50}}));
  EXPECT_EQ(refusal(dump), "");
}

TEST(DjangoSite, TakesThePromptsOfAnOldShellAway) {
  EXPECT_EQ(refusal(">>> ... ... " + to_text(test::plain_dump()) + "\n>>> \n"), "");
}

TEST(DjangoSite, KeepsTheOrderOfATableOfKeys) {
  const auto site = test::site_with(
      R"({"JWT_SECRET_KEY": {"z": {"secret": "JWT_AUTH.JWT_SECRET_KEY[0]", "length": 40},
                             "a": {"secret": "JWT_AUTH.JWT_SECRET_KEY[1]", "length": 41}}})",
      "1.17.3", "drf-jwt");
  const auto keys = keys_of(*site.jwt_auth.find("JWT_SECRET_KEY"));
  EXPECT_EQ(keys.shape, SiteKeys::Shape::table);
  ASSERT_EQ(keys.entries.size(), 2u);
  EXPECT_EQ(keys.entries[0].kid, "z");
  EXPECT_EQ(keys.entries[1].length, 41u);
}

TEST(DjangoSite, AColumnTheModelLacksIsNoneOfTheTables) {
  auto dump = test::plain_dump();
  auto user = *dump.find("user");
  auto columns = *user.find("columns");
  columns.set("email", Json());
  user.set("columns", columns);
  dump.set("user", user);
  const auto table = user_table(test::site_of(dump).user);
  EXPECT_EQ(table.email, "");
  EXPECT_EQ(table.is_active, "is_active");
}

}  // namespace
}  // namespace restjwt::cli::migrate
