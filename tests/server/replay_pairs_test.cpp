#include "server/replay_pairs.hpp"

#include <gtest/gtest.h>

#include <restjwt/jose/jwt.hpp>

namespace restjwt::test {
namespace {

using namespace std::chrono_literals;

TEST(ReplayPairs, ReadTheirSettings) {
  const auto pairs =
      recorded_pairs({{"ACCESS_TOKEN_LIFETIME", "timedelta(seconds=90)"},
                      {"AUTH_HEADER_NAME", "'HTTP_X_ACCESS_TOKEN'"},
                      {"AUTH_HEADER_TYPES", "('Token','Bearer')"},
                      {"AUTH_TOKEN_CLASSES", "('rest_framework_simplejwt.tokens.SlidingToken',)"}});
  EXPECT_EQ(pairs.access_token_lifetime, 90s);
  EXPECT_EQ(pairs.auth_header_name, "X-ACCESS-TOKEN");
  EXPECT_EQ(pairs.auth_header_types, (std::vector<std::string>{"Token", "Bearer"}));
  EXPECT_EQ(pairs.auth_token_classes, std::vector{auth::PairSettings::TokenClass::sliding});
  EXPECT_THROW(recorded_pairs({{"NEW", "True"}}), std::invalid_argument);
}

class ReplayPairClaims : public testing::Test {
 protected:
  const std::string id_ = "0123456789abcdef0123456789abcdef";
  const std::string other_ = "fedcba9876543210fedcba9876543210";
  Exchange recorded_{.pairs = true, .at = 1000};
  Exchange::Issued issued_{.pointer = "access", .payload = Json::object({{"jti", "recorded"}})};

  std::size_t differences(Json ours) {
    std::vector<std::string> found;
    take_over_pair_claims(ours, issued_, recorded_, "POST / HTTP/1.1\r\n\r\n{}", found);
    if (ours != issued_.payload) found.push_back("claims");
    return found.size();
  }
};

TEST_F(ReplayPairClaims, OfALoginAreItsOwn) {
  EXPECT_EQ(differences(Json::object({{"jti", id_}, {"orig_jti", other_}, {"orig_iat", 1000}})),
            0u);
}

TEST_F(ReplayPairClaims, AreNotTakenOverWhereTheyAreWrong) {
  EXPECT_EQ(differences(Json::object({{"jti", id_}, {"orig_jti", other_}, {"orig_iat", 999}})), 1u);
  EXPECT_EQ(differences(Json::object({{"jti", id_}, {"orig_iat", 1000}})), 1u);
  EXPECT_EQ(differences(Json::object({{"jti", "1"}, {"orig_jti", id_}, {"orig_iat", 1000}})), 2u);
  EXPECT_EQ(
      differences(Json::object({{"jti", id_}, {"orig_jti", id_}, {"orig_iat", 1000}, {"more", 1}})),
      1u);
}

}  // namespace
}  // namespace restjwt::test
