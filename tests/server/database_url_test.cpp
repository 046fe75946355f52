// Which databases can be named, and that no password in a URL is ever shown.

#include "server/database_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restjwt::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(std::string_view url) {
  const auto read = read_database_url(url, "/srv");
  return read ? read->shown : "refused: " + read.error();
}

TEST(DatabaseUrl, AnSqliteFileCountsFromTheFolder) {
  EXPECT_EQ(read_database_url("sqlite:a.db", "/srv")->file, "/srv/a.db");
  EXPECT_EQ(read_database_url("sqlite:///b/a.db", "/srv")->file, "/b/a.db");
  EXPECT_TRUE(read_database_url("sqlite:a.db", "/srv")->postgres.empty());
}

TEST(DatabaseUrl, OneOfPostgresIsKeptAsItIs) {
  for (const std::string url :
       {"postgresql://", "postgresql:///name", "postgres://h/d", "postgresql://u@h:5432/d",
        "postgresql://a:1,[::1]:2,b/d?target_session_attrs=read-write", "postgresql://u@[::1]/d",
        "postgresql://u@/d?host=/run/postgresql&sslmode=verify-full"}) {
    const auto read = read_database_url(url, "/srv");
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->shown, url);
    EXPECT_EQ(read->postgres.reveal(), url);
    EXPECT_TRUE(read->file.empty());
    EXPECT_FALSE(read->holds_password) << url;
  }
}

TEST(DatabaseUrl, APasswordIsNotShown) {
  for (const auto& [url, masked] : std::initializer_list<std::pair<std::string, std::string>>{
           {"postgresql://u:s3cr3t@h/d", "postgresql://u:***@h/d"},
           {"postgres://u:s3cr3t%2Fx:y@h:5432", "postgres://u:***@h:5432"},
           {"postgresql://:s3cr3t@/d?sslmode=require", "postgresql://:***@/d?sslmode=require"},
           {"postgresql://u@h/d?password=s3cr3t", "postgresql://u@h/d?password=***"},
           {"postgresql://u@h/d?sslpassword=s3cr3t&sslmode=require",
            "postgresql://u@h/d?sslpassword=***&sslmode=require"},
           {"postgresql://u@h/d?pass%77ord=s3cr3t", "postgresql://u@h/d?pass%77ord=***"}}) {
    EXPECT_EQ(shown(url), masked);
    EXPECT_TRUE(read_database_url(url, "/srv")->holds_password) << url;
    EXPECT_EQ(read_database_url(url, "/srv")->postgres.reveal(), url);
  }
}

// libpq would take its parts for a host, a port or a name, which are shown.
TEST(DatabaseUrl, APasswordThatIsNotEscapedIsRefusedAndNotRepeated) {
  for (const auto* url : {"postgresql://u:s3cr3t/x@h/d", "postgresql://u:12/s3cr3t@h/d",
                          "postgresql://u:1@s3cr3t@h/d", "postgresql://u:s3cr3t?x@h/d",
                          "postgresql://u:12?s3cr3t@h/d", "postgresql://h?password=s3cr3t@b",
                          "postgresql://u:s3cr3t", "postgresql://u:s3cr3t#@h/d?x",
                          "postgresql://u:s3cr3t%zz@h/d", "postgresql://u:s3 cr3t@h/d"}) {
    const auto read = read_database_url(url, "/srv");
    ASSERT_FALSE(read) << url;
    EXPECT_THAT(read.error(), Not(HasSubstr("s3cr3t")));
  }
}

TEST(DatabaseUrl, OthersAreRefused) {
  EXPECT_EQ(shown("mysql://u:s3cr3t@h/d"),
            "refused: MySQL is not supported; expected sqlite:FILE or "
            "postgresql://user@host:5432/name");
  EXPECT_THAT(shown("oracle:x"), HasSubstr("refused: unknown kind of database; expected"));
  EXPECT_THAT(shown("host=h dbname=d"), HasSubstr("refused: expected"));
  for (const auto* url :
       {"", "restjwt.db", "sqlite:", "sqlite:://", "sqlite:/a/",
        "sqlite::memory:", "postgresql:name", "postgresql://h:0/d", "postgresql://h:65536/d",
        "postgresql://h/d?colour=red", "postgresql://h/d\n"})
    EXPECT_THAT(shown(url), HasSubstr("refused: ")) << url;
}

}  // namespace
}  // namespace restjwt::server
