// Guessing at the server, as clients behind a proxy and not.

#include <string>

#include <sqlite3.h>

#include "server/app_fixture.hpp"

namespace restjwt::test {
namespace {

class ThrottledAppTest : public AppTest {
 protected:
  http::Response guess(const std::string& name, const std::string& fields = {}) {
    return ask(request_text("POST", "/api-token-auth/",
                            "Content-Type: application/x-www-form-urlencoded\r\n" + fields,
                            "username=" + name + "&password=wrong"));
  }
  static std::string from(const std::string& address) {
    return "X-Forwarded-For: " + address + "\r\n";
  }
  /// What comes of as many guesses as an address has, each at another name.
  int last_of_an_address(const std::string& fields = {}) {
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(guess("user" + std::to_string(i), fields).status, 400) << i;
    return guess("user20", fields).status;
  }
};

TEST_F(ThrottledAppTest, TheSixthGuessIs429) {
  start();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guess("admin").status, 400);
  const auto refused = guess("admin");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("Retry-After"), "900");
  EXPECT_EQ(ask(login_request()).status, 429);
  now_ += 900;
  EXPECT_EQ(ask(login_request()).status, 200);
}

TEST_F(ThrottledAppTest, ATrustedProxySaysWhoGuesses) {
  config_.http.trusted_proxies = {*server::read_network("127.0.0.1")};
  start();
  EXPECT_EQ(last_of_an_address(from("192.0.2.1")), 429);
  EXPECT_EQ(guess("user0", from("10.0.0.1, 192.0.2.1")).status, 429) << "the left one is his own";
  EXPECT_EQ(guess("user0", from("10.0.0.1") + from("192.0.2.1")).status, 429) << "on two lines too";
  EXPECT_EQ(guess("user0", from("192.0.2.2")).status, 400);
}

TEST_F(ThrottledAppTest, NobodyElseDoes) {
  start();
  EXPECT_EQ(last_of_an_address(from("192.0.2.1")), 400) << "loopback is not counted";
}

TEST_F(ThrottledAppTest, ItCanBeSwitchedOff) {
  config_.throttle.enabled = false;
  start();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(guess("admin").status, 400);
}

TEST_F(ThrottledAppTest, WhereNoSessionsAreKeptItIsOnAllTheSame) {
  // As Django makes its database: no table of ours.
  config_.database_file = folder_.path() / "django.sqlite3";
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(config_.database_file.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database,
                         "CREATE TABLE auth_user (id INTEGER PRIMARY KEY, username TEXT UNIQUE, "
                         "password TEXT); INSERT INTO auth_user VALUES (7, 'admin', '!')",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  start();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guess("admin").status, 400);
  EXPECT_EQ(guess("admin").status, 429);
}

}  // namespace
}  // namespace restjwt::test
