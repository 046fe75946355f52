#include "cli/migrate/toml_writer.hpp"

#include <gtest/gtest.h>

#include "server/config_toml.hpp"

namespace restjwt::cli::migrate {
namespace {

TEST(TomlWriter, PutsTheLinesOfOneTableTogether) {
  EXPECT_EQ(toml_file({"made by a test"}, {{"", "profile", "1.11.0", ""},
                                           {"JWT_AUTH", "JWT_LEEWAY", 5, "five"},
                                           {"", "allow_insecure", true, ""},
                                           {"JWT_AUTH", "JWT_VERIFY", false, ""}}),
            "# made by a test\n"
            "\n"
            "profile = \"1.11.0\"\n"
            "allow_insecure = true\n"
            "\n"
            "[JWT_AUTH]\n"
            "JWT_LEEWAY = 5  # five\n"
            "JWT_VERIFY = false\n");
}

TEST(TomlWriter, WritesWhatIsToBeFinishedAsAComment) {
  EXPECT_EQ(toml_file({}, {{"", "key", "value", "why", true}}),
            "# TO DO: key = \"value\"  # why\n");
}

TEST(TomlWriter, ACommentCannotEndItself) {
  EXPECT_EQ(toml_file({"a\nb = 1"}, {{"", "key", 1, "x\ny = 2"}}),
            "# a\\u000ab = 1\n\nkey = 1  # x\\u000ay = 2\n");
}

class TomlValue : public testing::TestWithParam<const char*> {};

TEST_P(TomlValue, IsReadBackAsItWas) {
  const Json value = parse_json(GetParam()).value();
  const auto entries = server::parse_toml("[table]\nkey = " + toml_value(value) + "\n");
  ASSERT_TRUE(entries) << entries.error().message;
  ASSERT_FALSE(entries->empty());
  EXPECT_EQ(entries->back().value, value);
}

INSTANTIATE_TEST_SUITE_P(Each, TomlValue,
                         testing::Values(R"("plain")", R"("")", R"("quo\"te \\ tab\t newline\n")",
                                         R"("\u0001\u007f")", R"("ünïcødé 🔑")", "7", "-1", "1.5",
                                         "true", R"(["a","b"])",
                                         R"({"a":"b","with blank":"c","d":{"e":1}})"));

}  // namespace
}  // namespace restjwt::cli::migrate
