#include <restjwt/json.hpp>

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace restjwt {
namespace {

TEST(Json, EachKindIsOnlyItself) {
  EXPECT_TRUE(Json().is_null());
  EXPECT_TRUE(Json(true).is_bool());
  EXPECT_TRUE(Json(1).is_int());
  EXPECT_TRUE(Json(1.0).is_double());
  EXPECT_TRUE(Json("text").is_string());
  EXPECT_TRUE(Json::array().is_array());
  EXPECT_TRUE(Json::object().is_object());
}

TEST(Json, TrueIsNoNumber) {
  EXPECT_FALSE(Json(true).is_number());
  EXPECT_TRUE(Json(1).is_number());
  EXPECT_TRUE(Json(1.0).is_number());
}

TEST(Json, AsDoubleConvertsAnInteger) {
  EXPECT_EQ(Json(3).as_double(), 3.0);
  EXPECT_EQ(Json(3.5).as_double(), 3.5);
}

TEST(Json, AskingForAnotherKindThrows) {
  EXPECT_THROW(Json(1).as_string(), std::bad_variant_access);
  EXPECT_THROW(Json("1").as_double(), std::bad_variant_access);
}

TEST(JsonObject, FindsAMemberByItsName) {
  const Json value = Json::object({{"a", 1}, {"b", "two"}});
  ASSERT_NE(value.find("b"), nullptr);
  EXPECT_EQ(value.find("b")->as_string(), "two");
  EXPECT_EQ(value.find("c"), nullptr);
}

TEST(JsonObject, NothingIsFoundInWhatIsNoObject) {
  EXPECT_EQ(Json::array({"a"}).find("a"), nullptr);
  EXPECT_EQ(Json("a").find("a"), nullptr);
}

TEST(JsonObject, SetReplacesWhereTheMemberStands) {
  Json value = Json::object({{"a", 1}, {"b", 2}});
  value.set("a", 3);
  EXPECT_EQ(to_text(value), R"({"a":3,"b":2})");
}

TEST(JsonObject, SetAppendsANewMember) {
  Json value = Json::object({{"a", 1}});
  value.set("b", 2);
  EXPECT_EQ(to_text(value), R"({"a":1,"b":2})");
}

TEST(JsonObject, SetTurnsNullIntoAnObjectAndNothingElse) {
  Json null;
  null.set("a", 1);
  EXPECT_EQ(to_text(null), R"({"a":1})");
  Json number = 1;
  EXPECT_THROW(number.set("a", 1), std::bad_variant_access);
}

TEST(JsonObject, EraseTellsWhetherTheMemberWasThere) {
  Json value = Json::object({{"a", 1}, {"b", 2}});
  EXPECT_TRUE(value.erase("a"));
  EXPECT_FALSE(value.erase("a"));
  EXPECT_EQ(to_text(value), R"({"b":2})");
}

TEST(JsonEquality, TheOrderOfMembersDoesNotCount) {
  EXPECT_EQ(Json::object({{"a", 1}, {"b", 2}}), Json::object({{"b", 2}, {"a", 1}}));
  EXPECT_NE(Json::object({{"a", 1}, {"b", 2}}), Json::object({{"b", 1}, {"a", 2}}));
  EXPECT_NE(Json::object({{"a", 1}}), Json::object({{"a", 1}, {"b", 2}}));
}

TEST(JsonEquality, TheOrderOfItemsCounts) {
  EXPECT_EQ(Json::array({1, 2}), Json::array({1, 2}));
  EXPECT_NE(Json::array({1, 2}), Json::array({2, 1}));
}

TEST(JsonEquality, OneAndOnePointZeroDiffer) {
  EXPECT_NE(Json(1), Json(1.0));
  EXPECT_NE(Json(1), Json(true));
  EXPECT_NE(Json(0), Json());
}

TEST(JsonEquality, ReachesDownThroughTheLevels) {
  const auto nested = [](int leaf) {
    return Json::array({Json::object({{"a", Json::array({leaf})}, {"b", 0}})});
  };
  EXPECT_EQ(nested(1), nested(1));
  EXPECT_NE(nested(1), nested(2));
}

TEST(JsonErrcTest, EveryCodeHasASentence) {
  for (const auto errc : {JsonErrc::syntax, JsonErrc::invalid_utf8, JsonErrc::too_deep,
                          JsonErrc::duplicate_member, JsonErrc::number_range}) {
    const std::error_code code = errc;
    EXPECT_STREQ(code.category().name(), "restjwt.json");
    EXPECT_NE(code.message(), "unknown JSON error");
  }
  EXPECT_EQ(make_error_code(static_cast<JsonErrc>(99)).message(), "unknown JSON error");
}

}  // namespace
}  // namespace restjwt
