// The Authorization header, as releases 1.x read it (BEHAVIOUR.md §7).

#include <gtest/gtest.h>

#include <restjwt/http/authentication.hpp>

#include "support/site.hpp"

namespace restjwt::http {
namespace {

using Kind = Identity::Kind;

class Header : public testing::Test {
 protected:
  Identity ask(std::initializer_list<std::string> values) {
    Request request{.method = "GET", .path = "/"};
    for (const auto& value : values) request.headers.add("authorization", value);
    return jwt->authenticate(request, auth::Reach::store);
  }

  test::Site site;
  std::shared_ptr<const Authenticator> jwt = jwt_authentication(site.service);
};

TEST_F(Header, NoneIsAnonymous) { EXPECT_EQ(ask({}).kind, Kind::anonymous); }

TEST_F(Header, EmptyIsAnonymous) { EXPECT_EQ(ask({"  "}).kind, Kind::anonymous); }

TEST_F(Header, TokenBehindThePrefixIsTheUser) {
  const auto identity = ask({"JWT " + site.token()});
  ASSERT_EQ(identity.kind, Kind::user);
  EXPECT_EQ(identity.user->username, "admin");
  EXPECT_EQ(identity.token, site.token());
}

TEST_F(Header, PrefixIsComparedWithoutCase) {
  EXPECT_EQ(ask({"jWt " + site.token()}).kind, Kind::user);
}

TEST_F(Header, AnyWhiteSpaceParts) {
  EXPECT_EQ(ask({" \tJWT\t \t" + site.token() + "  "}).kind, Kind::user);
}

TEST_F(Header, AnotherSchemeIsAnonymous) {
  for (const auto* prefix : {"Bearer ", "JWT, ", "JWTX ", "JW ", "J\xc3\xa9 ", "J\xe9 "})
    EXPECT_EQ(ask({prefix + site.token()}).kind, Kind::anonymous) << prefix;
}

TEST_F(Header, PrefixAloneIsRefused) {
  EXPECT_EQ(ask({"JWT"}).detail, "Invalid Authorization header. No credentials provided.");
}

TEST_F(Header, ThreeWordsAreRefused) {
  EXPECT_EQ(ask({"JWT a b"}).detail,
            "Invalid Authorization header. Credentials string should not contain spaces.");
}

TEST_F(Header, TwoHeadersAreJoinedAndSoRefused) {
  const auto value = "JWT " + site.token();
  EXPECT_EQ(ask({value, value}).detail,
            "Invalid Authorization header. Credentials string should not contain spaces.");
}

TEST_F(Header, BytesThatAreNoTokenAreADecodingError) {
  EXPECT_EQ(ask({"JWT \xff\xfe"}).detail, "Error decoding signature.");
}

TEST_F(Header, ChallengeNamesThePrefix) { EXPECT_EQ(jwt->challenge(), "JWT realm=\"api\""); }

}  // namespace
}  // namespace restjwt::http
