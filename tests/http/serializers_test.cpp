#include "http/serializers.hpp"

#include <gtest/gtest.h>

namespace restjwt::http {
namespace {

using auth::Profile;

std::string errors_of(std::string_view body, Profile profile) {
  const auto fields =
      read_fields(parse_json(body).value(), {"username", "password"}, messages(profile));
  return fields ? "(none)" : to_text(fields.error());
}

TEST(ReadFields, TakesTextInTheOrderAsked) {
  const auto fields = read_fields(parse_json(R"({"b":"2","c":"3","a":"1"})").value(), {"a", "b"},
                                  messages(Profile::v1_0_1));
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (std::vector<std::string>{"1", "2"}));
}

TEST(ReadFields, DoesNotTouchWhiteSpace) {
  const auto fields =
      read_fields(parse_json(R"({"a":"  x "})").value(), {"a"}, messages(Profile::v1_0_1));
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->front(), "  x ");
}

TEST(ReadFields, MissingBlankAndNullAreWordedByTheProfile) {
  constexpr auto body = R"({"username":"","password":null})";
  EXPECT_EQ(errors_of(body, Profile::v1_0_1),
            R"({"username":["This field is required."],"password":["This field is required."]})");
  EXPECT_EQ(
      errors_of(body, Profile::v1_11_0),
      R"({"username":["This field may not be blank."],"password":["This field may not be null."]})");
}

TEST(ReadFields, TheTopLevelMustBeAnObject) {
  for (const auto* body : {"[]", "\"abc\"", "42", "false", "1.5"})
    EXPECT_EQ(errors_of(body, Profile::v1_0_1), R"({"non_field_errors":["Invalid data"]})") << body;
  EXPECT_EQ(errors_of("null", Profile::v1_0_1), R"({"non_field_errors":["No input provided"]})");
  EXPECT_EQ(errors_of("[]", Profile::v1_11_0),
            R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})");
}

TEST(ReadFields, OtherTypesBecomeText) {
  const auto fields = read_fields(parse_json(R"({"a":5,"b":true,"c":[1],"d":0})").value(),
                                  {"a", "b", "c", "d"}, messages(Profile::v1_0_1));
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (std::vector<std::string>{"5", "True", "[1]", "0"}));
}

// Django REST framework 3

Json strict(std::string_view body) {
  const auto fields =
      read_fields(parse_json(body).value(), {"username", "password"}, messages(Profile::v1_11_0));
  if (!fields) return fields.error();
  return Json::array({(*fields)[0], (*fields)[1]});
}

TEST(ReadFieldsStrictly, WhiteSpaceIsCutButForPasswords) {
  EXPECT_EQ(strict(R"({"username":" a\n","password":" b "})"), Json::array({"a", " b "}));
  EXPECT_EQ(strict("{\"username\":\"\u3000ü b\u00a0\u2003\",\"password\":\"x\"}"),
            Json::array({"ü b", "x"}));
  EXPECT_EQ(strict(R"({"username":" ","password":" "})"),
            Json::object({{"username", Json::array({"This field may not be blank."})}}));
}

TEST(ReadFieldsStrictly, NumbersBecomeTextAndOtherTypesAreRefused) {
  EXPECT_EQ(strict(R"({"username":123,"password":456})"), Json::array({"123", "456"}));
  for (const auto* value : {"true", "[1]", "{}"})
    EXPECT_EQ(strict(std::string(R"({"password":"p","username":)") + value + "}"),
              Json::object({{"username", Json::array({"Not a valid string."})}}))
        << value;
}

TEST(ReadFieldsStrictly, NullCharactersAreRefused) {
  const Json refused = Json::array({"Null characters are not allowed."});
  EXPECT_EQ(strict(R"({"username":"a\u0000","password":"\u0000"})"),
            Json::object({{"username", refused}, {"password", refused}}));
}

}  // namespace
}  // namespace restjwt::http
