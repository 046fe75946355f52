#include <gtest/gtest.h>

#include <restjwt/auth/error.hpp>
#include <restjwt/http/messages.hpp>
#include <restjwt/jose/error.hpp>

namespace restjwt::http {
namespace {

using auth::AuthErrc;
using auth::Profile;
using jose::TokenErrc;

TEST(Messages, ADoorMayWordARefusalDifferently) {
  const auto& table = messages(Profile::v1_0_1);
  EXPECT_EQ(sentence(table, AuthErrc::user_not_found, Door::authentication), "Invalid signature");
  EXPECT_EQ(sentence(table, AuthErrc::user_not_found, Door::refresh), "User doesn't exist");
}

TEST(Messages, EachProfileHasItsOwnWords) {
  EXPECT_EQ(sentence(messages(Profile::v1_0_1), TokenErrc::expired, Door::verify),
            "Signature has expired.");
  EXPECT_EQ(sentence(messages(Profile::drf_jwt), TokenErrc::expired, Door::verify),
            "Token has expired.");
  EXPECT_EQ(sentence(messages(Profile::v1_11_0), AuthErrc::bad_credentials, Door::verify),
            "Unable to log in with provided credentials.");
}

TEST(Messages, AForeignErrorIsADecodingError) {
  EXPECT_EQ(
      sentence(messages(Profile::v1_0_1), std::make_error_code(std::errc::io_error), Door::verify),
      "Error decoding signature.");
}

TEST(Fill, ReplacesTheSlotAndNothingInTheValue) {
  EXPECT_EQ(fill("Method '{method}' not allowed.", "method", "{method}"),
            "Method '{method}' not allowed.");
  EXPECT_EQ(fill("no slot", "method", "GET"), "no slot");
}

}  // namespace
}  // namespace restjwt::http
