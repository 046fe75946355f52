#include <restjwt/auth/user.hpp>

#include <limits>

#include <gtest/gtest.h>

namespace restjwt::auth {
namespace {

constexpr auto largest = std::numeric_limits<std::int64_t>::max();
constexpr auto smallest = std::numeric_limits<std::int64_t>::min();

TEST(UserId, ANumberIsThatNumber) { EXPECT_EQ(UserId::from_json(7), UserId(7)); }
TEST(UserId, TheLargestNumberIsTaken) { EXPECT_EQ(UserId::from_json(largest), UserId(largest)); }

TEST(UserId, AnIntegralFloatIsANumber) { EXPECT_EQ(UserId::from_json(7.0), UserId(7)); }
TEST(UserId, AFractionIsNothing) { EXPECT_EQ(UserId::from_json(1.5), std::nullopt); }
TEST(UserId, AFloatOfTwoToThe63IsNothing) {
  EXPECT_EQ(UserId::from_json(9223372036854775808.0), std::nullopt);
}
TEST(UserId, AFloatOfMinusTwoToThe63IsTheSmallestNumber) {
  EXPECT_EQ(UserId::from_json(-9223372036854775808.0), UserId(smallest));
}
TEST(UserId, AHugeFloatIsNothing) { EXPECT_EQ(UserId::from_json(1e300), std::nullopt); }

TEST(UserId, TrueIsOneAsInPython) { EXPECT_EQ(UserId::from_json(true), UserId(1)); }

TEST(UserId, DigitsAreANumber) { EXPECT_EQ(UserId::from_json("7"), UserId(7)); }
TEST(UserId, DigitsMayHaveBlanksAround) { EXPECT_EQ(UserId::from_json(" 7\n"), UserId(7)); }
TEST(UserId, DigitsMayHaveAPlus) { EXPECT_EQ(UserId::from_json("+7"), UserId(7)); }
TEST(UserId, DigitsMayHaveAMinus) { EXPECT_EQ(UserId::from_json("-7"), UserId(-7)); }
TEST(UserId, DigitsMayHaveLeadingZeros) { EXPECT_EQ(UserId::from_json("007"), UserId(7)); }
TEST(UserId, DigitsForTheLargestNumberAreTaken) {
  EXPECT_EQ(UserId::from_json("9223372036854775807"), UserId(largest));
}
TEST(UserId, DigitsForMoreThanTheLargestNumberAreNothing) {
  EXPECT_EQ(UserId::from_json("9223372036854775808"), std::nullopt);
}

TEST(UserId, OtherTextIsATextId) {
  const std::string uuid = "12345678-1234-5678-1234-567812345678";
  EXPECT_EQ(UserId::from_json(Json(uuid)), UserId(uuid));
}
TEST(UserId, ThirtyTwoDigitsAreTextAsTheyMayBeAUuid) {
  for (const auto& uuid : {std::string(32, '7'), std::string(31, '0') + '7'})
    EXPECT_EQ(UserId::from_json(Json(uuid)), UserId(uuid));
}
TEST(UserId, FewerOrMoreDigitsAreNoUuid) {
  EXPECT_EQ(UserId::from_json(Json(std::string(31, '7'))), std::nullopt);
  EXPECT_EQ(UserId::from_json(Json(std::string(33, '7'))), std::nullopt);
  EXPECT_EQ(UserId::from_json(Json(std::string(32, '0') + '7')), UserId(7));
}
TEST(UserId, TwoSignsAreNoNumber) { EXPECT_EQ(UserId::from_json("+-7"), UserId("+-7")); }
TEST(UserId, UnderscoresMakeNoNumber) { EXPECT_EQ(UserId::from_json("1_0"), UserId("1_0")); }
TEST(UserId, EmptyTextIsNothing) { EXPECT_EQ(UserId::from_json(""), std::nullopt); }

TEST(UserId, NullIsNothing) { EXPECT_EQ(UserId::from_json(nullptr), std::nullopt); }
TEST(UserId, AListIsNothing) { EXPECT_EQ(UserId::from_json(Json::array({7})), std::nullopt); }
TEST(UserId, AnObjectIsNothing) { EXPECT_EQ(UserId::from_json(Json::object()), std::nullopt); }

TEST(UserId, ANumberAndItsTextAreDifferentIds) { EXPECT_NE(UserId(7), UserId("7")); }
TEST(UserId, BecomesTheClaimItCameFrom) {
  EXPECT_EQ(UserId(7).to_json(), Json(7));
  EXPECT_EQ(UserId("x-1").to_json(), Json("x-1"));
}

TEST(NormalizeUsername, KeepsPlainText) { EXPECT_EQ(normalize_username("Ada.L@x"), "Ada.L@x"); }
TEST(NormalizeUsername, KeepsCaseAndBlanks) { EXPECT_EQ(normalize_username(" A b "), " A b "); }
TEST(NormalizeUsername, ComposesLetterAndAccent) {
  EXPECT_EQ(normalize_username("e\u0301"), "\u00e9");
}
TEST(NormalizeUsername, TakesCompatibleFormsForTheSame) {
  EXPECT_EQ(normalize_username("\uff21\ufb01\u2126"), "Afi\u03a9");  // Ａ, ﬁ, Ohm
}
TEST(NormalizeUsername, KeepsANulWhereItIs) {
  EXPECT_EQ(normalize_username(std::string_view("a\0b", 3)), std::string("a\0b", 3));
}
TEST(NormalizeUsername, OfNothingIsEmpty) { EXPECT_EQ(normalize_username(""), ""); }
TEST(NormalizeUsername, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(normalize_username("a\xff"), std::nullopt);
}
TEST(NormalizeUsername, RefusesALoneSurrogate) {
  EXPECT_EQ(normalize_username("\xed\xa0\x80"), std::nullopt);
}

TEST(NormalizeEmail, LowersTheDomainOnly) {
  EXPECT_EQ(normalize_email("Ada@EXAMPLE.Com"), "Ada@example.com");
}
TEST(NormalizeEmail, LowersLettersOutsideAscii) {
  EXPECT_EQ(normalize_email("x@B\u00dcCHER.de"), "x@b\u00fccher.de");
}
TEST(NormalizeEmail, TakesTheLastAtSign) { EXPECT_EQ(normalize_email("\"A@B\"@C"), "\"A@B\"@c"); }
TEST(NormalizeEmail, CutsWhiteSpaceAround) { EXPECT_EQ(normalize_email(" a@B \n"), "a@b"); }
TEST(NormalizeEmail, LeavesTextWithoutAtSignAlone) { EXPECT_EQ(normalize_email(" ABC "), " ABC "); }
TEST(NormalizeEmail, LeavesTheRestAloneWhereItIsNotUtf8) {
  EXPECT_EQ(normalize_email("a@B\xff"
                            "C"),
            "a@b\xff"
            "C");
}

}  // namespace
}  // namespace restjwt::auth
