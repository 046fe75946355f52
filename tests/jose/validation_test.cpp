#include <restjwt/jose/validation.hpp>

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace restjwt::jose {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t t0 = 1'700'000'000;
constexpr TimePoint now{std::chrono::seconds{t0}};
constexpr std::int64_t int_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int_min = std::numeric_limits<std::int64_t>::min();
const std::error_code none;

std::error_code check(const Json& claims, const Validation& rules, TimePoint at) {
  return jose::check(Claims::parse(to_text(claims)).value(), rules, at);
}

std::error_code check_one(std::string_view name, Json value, const Validation& rules = {}) {
  Json claims = Json::object();
  claims.set(name, std::move(value));
  return check(claims, rules, now);
}

TEST(Validation, TokenWithoutClaimsIsAccepted) { EXPECT_EQ(check(Json::object(), {}, now), none); }

TEST(Validation, TokenWhoseExpEqualsNowIsExpired) {
  EXPECT_EQ(check_one("exp", t0), TokenErrc::expired);
}

TEST(Validation, TokenOneSecondBeforeExpIsAccepted) { EXPECT_EQ(check_one("exp", t0 + 1), none); }

TEST(Validation, FractionsOfExpCount) {
  EXPECT_EQ(check_one("exp", static_cast<double>(t0) + 0.5), none);
  EXPECT_EQ(check_one("exp", static_cast<double>(t0) - 0.5), TokenErrc::expired);
}

TEST(Validation, LeewayKeepsATokenAfterExp) {
  EXPECT_EQ(check_one("exp", t0 - 9, {.leeway = 10s}), none);
  EXPECT_EQ(check_one("exp", t0 - 10, {.leeway = 10s}), TokenErrc::expired);
}

TEST(Validation, LeewayMayHaveAFraction) {
  EXPECT_EQ(check_one("exp", t0, {.leeway = 500ms}), none);
  EXPECT_EQ(check_one("exp", static_cast<double>(t0) - 0.5, {.leeway = 500ms}), TokenErrc::expired);
}

TEST(Validation, AcceptAtExpiryKeepsATokenInTheSecondOfItsExp) {
  EXPECT_EQ(check_one("exp", t0, {.accept_at_expiry = true}), none);
  EXPECT_EQ(check_one("exp", t0 - 1, {.accept_at_expiry = true}), TokenErrc::expired);
}

TEST(Validation, AcceptAtExpiryAddsToLeeway) {
  EXPECT_EQ(check_one("exp", t0 - 10, {.leeway = 10s, .accept_at_expiry = true}), none);
  EXPECT_EQ(check_one("exp", t0 - 11, {.leeway = 10s, .accept_at_expiry = true}),
            TokenErrc::expired);
}

TEST(Validation, IgnoreExpiryDoesNotLookAtExp) {
  const Validation rules{.ignore_expiry = true};
  EXPECT_EQ(check_one("exp", t0 - 1000, rules), none);
  EXPECT_EQ(check_one("exp", "soon", rules), none);
}

TEST(Validation, IgnoreExpiryStillLooksAtNbf) {
  EXPECT_EQ(check_one("nbf", t0 + 1, {.ignore_expiry = true}), TokenErrc::not_yet_valid);
}

TEST(Validation, ExpThatNoClockWillShowIsInvalid) {
  EXPECT_EQ(check_one("exp", std::int64_t{1'000'000'000'000}), none);
  EXPECT_EQ(check_one("exp", std::int64_t{1'000'000'000'001}), TokenErrc::invalid_claim);
  EXPECT_EQ(check_one("exp", 1e30), TokenErrc::invalid_claim);
  EXPECT_EQ(check_one("exp", int_max), TokenErrc::invalid_claim);
}

TEST(Validation, TimesWithoutEndCountWhenAsked) {
  const Validation rules{.accept_endless_times = true};
  EXPECT_EQ(check_one("exp", 1e30, rules), none);
  EXPECT_EQ(check_one("nbf", int_min, rules), none);
  EXPECT_EQ(check_one("nbf", int_max, rules), TokenErrc::not_yet_valid);
  EXPECT_EQ(check_one("iat", 1e30, rules), TokenErrc::issued_in_future);
}

TEST(Validation, ExpFarInThePastIsExpired) {
  EXPECT_EQ(check_one("exp", -1e308), TokenErrc::expired);
  EXPECT_EQ(check_one("exp", int_min), TokenErrc::expired);
  EXPECT_EQ(check_one("exp", 0), TokenErrc::expired);
}

TEST(Validation, TokenIsAcceptedFromItsNbfOn) {
  EXPECT_EQ(check_one("nbf", t0), none);
  EXPECT_EQ(check_one("nbf", t0 + 1), TokenErrc::not_yet_valid);
}

TEST(Validation, LeewayTakesATokenBeforeItsNbf) {
  EXPECT_EQ(check_one("nbf", t0 + 5, {.leeway = 5s}), none);
  EXPECT_EQ(check_one("nbf", t0 + 6, {.leeway = 5s}), TokenErrc::not_yet_valid);
}

TEST(Validation, NbfDoesNotWrapAround) {
  EXPECT_EQ(check_one("nbf", 18446744073709551616.0 + static_cast<double>(t0)),
            TokenErrc::not_yet_valid);
  EXPECT_EQ(check_one("nbf", int_max), TokenErrc::not_yet_valid);
  EXPECT_EQ(check_one("nbf", int_min), TokenErrc::invalid_claim);
}

TEST(Validation, IatMayBeAheadAsFarAsClocksDiffer) {
  EXPECT_EQ(check_one("iat", t0 + 60), none);
  EXPECT_EQ(check_one("iat", t0 + 61), TokenErrc::issued_in_future);
}

TEST(Validation, LeewayAddsToTheLimitOfIat) {
  EXPECT_EQ(check_one("iat", t0 + 70, {.leeway = 10s}), none);
  EXPECT_EQ(check_one("iat", t0 + 71, {.leeway = 10s}), TokenErrc::issued_in_future);
}

TEST(Validation, LimitOfIatCanBeSet) {
  EXPECT_EQ(check_one("iat", t0 + 1, {.max_iat_ahead = 0s}), TokenErrc::issued_in_future);
  EXPECT_EQ(check_one("iat", t0, {.max_iat_ahead = 0s}), none);
}

TEST(Validation, IatDoesNotOverflow) {
  EXPECT_EQ(check_one("iat", 1e308), TokenErrc::issued_in_future);
  EXPECT_EQ(check_one("iat", int_max), TokenErrc::issued_in_future);
  EXPECT_EQ(check_one("iat", int_min), TokenErrc::invalid_claim);
}

TEST(Validation, SettingsOfAnySizeDoNotOverflow) {
  const Validation rules{.leeway = std::chrono::microseconds::max(),
                         .max_iat_ahead = std::chrono::seconds::max()};
  EXPECT_EQ(check_one("exp", 0, rules), none);
  EXPECT_EQ(check_one("iat", t0 + 1'000'000, rules), none);
  EXPECT_EQ(check_one("iat", t0 + 1'000'000, {.max_iat_ahead = std::chrono::seconds::max()}), none);
}

TEST(Validation, InstantsOfAnySizeDoNotOverflow) {
  const Json claims = Json::object({{"exp", t0}, {"nbf", t0}});
  EXPECT_EQ(check(claims, {}, TimePoint::max()), TokenErrc::expired);
  EXPECT_EQ(check(claims, {}, TimePoint::min()), TokenErrc::not_yet_valid);
}

TEST(Validation, TimesThatAreNoFiniteNumbersAreInvalid) {
  for (const char* name : {"iat", "nbf", "exp"}) {
    for (const Json& value : {Json(true), Json(false), Json(), Json("1700000000"), Json(""),
                              Json::array({Json(t0)}), Json::object()}) {
      const auto expected =
          std::string_view(name) == "iat" ? TokenErrc::untyped_issued_at : TokenErrc::invalid_claim;
      EXPECT_EQ(check_one(name, value), expected) << name << to_text(value);
    }
  }
}

TEST(Validation, TimesWrittenAsDigitsCountOnlyWhenAsked) {
  const Validation rules{.accept_text_times = true};
  const auto past = std::to_string(t0 - 1), future = std::to_string(t0 + 1);
  EXPECT_EQ(check_one("exp", future, rules), none);
  EXPECT_EQ(check_one("exp", past, rules), TokenErrc::expired);
  EXPECT_EQ(check_one("nbf", future, rules), TokenErrc::not_yet_valid);
  EXPECT_EQ(check_one("iat", past, rules), none);
  for (const char* text : {"", "soon", "1e9", "0x10", "99999999999999999999"})
    EXPECT_EQ(check_one("exp", text, rules), TokenErrc::invalid_claim) << text;
}

TEST(Validation, NullAndBooleanExpiryCountAsPastWhereAsked) {
  const Validation rules{.untyped_expiry_is_past = true};
  for (const Json& value : {Json(true), Json(false), Json()}) {
    EXPECT_EQ(check(Json::object({{"exp", value}}), rules, now), TokenErrc::expired);
    EXPECT_EQ(check(Json::object({{"nbf", value}}), rules, now), TokenErrc::invalid_claim);
  }
  EXPECT_EQ(check(Json::object({{"exp", "never"}}), rules, now), TokenErrc::invalid_claim);
}

TEST(Validation, TypesAreLookedAtBeforeTimes) {
  const Json claims = Json::object({{"nbf", t0 + 9}, {"exp", "never"}});
  EXPECT_EQ(check(claims, {}, now), TokenErrc::invalid_claim);
}

TEST(Validation, IatIsLookedAtBeforeNbfAndNbfBeforeExp) {
  EXPECT_EQ(check(Json::object({{"exp", 0}, {"nbf", t0 + 9}}), {}, now), TokenErrc::not_yet_valid);
  EXPECT_EQ(check(Json::object({{"nbf", t0 + 9}, {"iat", t0 + 999}}), {}, now),
            TokenErrc::issued_in_future);
}

TEST(Validation, IssuerMustBeEqual) {
  const Validation rules{.issuer = "urn:me"};
  EXPECT_EQ(check_one("iss", "urn:me", rules), none);
  EXPECT_EQ(check_one("iss", "urn:me/", rules), TokenErrc::wrong_issuer);
  EXPECT_EQ(check_one("iss", Json::array({"urn:me"}), rules), TokenErrc::wrong_issuer);
}

TEST(Validation, ExpectedIssuerMustBeThere) {
  EXPECT_EQ(check(Json::object(), {.issuer = ""}, now), TokenErrc::wrong_issuer);
  EXPECT_EQ(check(Json::object(), {}, now), none);
}

TEST(Validation, OneOfTheExpectedAudiencesIsEnough) {
  const Validation rules{.audience = {"api", "web"}};
  EXPECT_EQ(check_one("aud", "web", rules), none);
  EXPECT_EQ(check_one("aud", Json::array({"x", "api"}), rules), none);
  EXPECT_EQ(check_one("aud", "ap", rules), TokenErrc::wrong_audience);
  EXPECT_EQ(check_one("aud", Json::array(), rules), TokenErrc::wrong_audience);
}

TEST(Validation, ExpectedAudienceMustBeThere) {
  EXPECT_EQ(check(Json::object(), {.audience = {"api"}}, now), TokenErrc::wrong_audience);
}

TEST(Validation, AudienceOfAnotherTypeIsWrong) {
  const Validation rules{.audience = {"1", "api"}};
  for (const Json& value :
       {Json(1), Json(), Json(true), Json::object({{"api", 1}}),
        Json::array({Json("api"), Json(1)}), Json::array({Json::array({"api"})})}) {
    EXPECT_EQ(check_one("aud", value, rules), TokenErrc::wrong_audience) << to_text(value);
  }
}

TEST(Validation, AudienceNobodyExpectsIsWrongWhateverItsValue) {
  for (const Json& value : {Json("api"), Json(""), Json::array(), Json()}) {
    EXPECT_EQ(check_one("aud", value), TokenErrc::wrong_audience) << to_text(value);
  }
  EXPECT_EQ(check(Json::object(), {}, now), none);
}

TEST(Validation, UnexpectedAudienceCanBeIgnored) {
  const Validation rules{.ignore_unexpected_audience = true};
  EXPECT_EQ(check_one("aud", "api", rules), none);
  EXPECT_EQ(check_one("aud", 1, rules), none);
}

TEST(Validation, ExpectedAudienceIsLookedAtEvenWhereAnUnexpectedOneIsIgnored) {
  const Validation rules{.audience = {"api"}, .ignore_unexpected_audience = true};
  EXPECT_EQ(check_one("aud", "api", rules), none);
  EXPECT_EQ(check_one("aud", "web", rules), TokenErrc::wrong_audience);
  EXPECT_EQ(check(Json::object(), rules, now), TokenErrc::wrong_audience);
}

TEST(Validation, RequiredClaimMustBeThereWhateverItsValue) {
  const Validation rules{.required = {"jti"}};
  EXPECT_EQ(check(Json::object(), rules, now), TokenErrc::missing_claim);
  EXPECT_EQ(check_one("jti", Json(), rules), none);
}

TEST(Validation, RequiredExpMustBeThereEvenIfItIsIgnored) {
  const Validation rules{.required = {"exp"}, .ignore_expiry = true};
  EXPECT_EQ(check(Json::object(), rules, now), TokenErrc::missing_claim);
}

TEST(Validation, IssuerIsLookedAtBeforeAudienceAndAudienceBeforeRequired) {
  Validation rules{.issuer = "me", .audience = {"api"}, .required = {"jti"}};
  EXPECT_EQ(check(Json::object(), rules, now), TokenErrc::wrong_issuer);
  rules.issuer.reset();
  EXPECT_EQ(check(Json::object(), rules, now), TokenErrc::wrong_audience);
}

}  // namespace
}  // namespace restjwt::jose
