// JSONTestSuite (kind json_parse): what a strict parser must take, must refuse, and may do either
// with.

#include <gtest/gtest.h>
#include <restjwt/json.hpp>

#include "support/vectors.hpp"

namespace restjwt {
namespace {

std::string from_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0, count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count);
  }
  return bytes;
}

std::string input_of(const Json& test_case) {
  const Json* repeat = test_case.find("repeat");
  if (!repeat) return from_base64(test::text_of(test_case, "b64"));
  std::string text;
  for (auto times = repeat->as_array()[1].as_int(); times > 0; --times)
    text += repeat->as_array()[0].as_string();
  return text;
}

using JsonVectors = test::VectorTest;

TEST_F(JsonVectors, AreJudgedAsTheSuiteSays) {
  const Json file = test::read_vectors("json_test_suite.json");
  const auto& cases = file.find("cases")->as_array();
  EXPECT_EQ(cases.size(), 220u);
  for (const Json& test_case : cases) {
    const auto& expect = test::text_of(test_case, "expect");
    // Deeper than our default and still valid; the refusal by depth has tests of its own.
    const bool accepted = parse_json(input_of(test_case), {.max_depth = 1'000}).has_value();
    if (expect != "either") {
      EXPECT_EQ(accepted ? "valid" : "invalid", expect) << test::text_of(test_case, "id");
    }
  }
}

TEST_F(JsonVectors, OurDefaultLimitRefusesNoValidCase) {
  const Json file = test::read_vectors("json_test_suite.json");
  for (const Json& test_case : file.find("cases")->as_array()) {
    const bool accepted = parse_json(input_of(test_case)).has_value();
    if (test::text_of(test_case, "expect") == "valid") {
      EXPECT_TRUE(accepted) << test::text_of(test_case, "id");
    }
  }
}

TEST_F(JsonVectors, WhatWasAcceptedIsWrittenAndReadBackTheSame) {
  const Json file = test::read_vectors("json_test_suite.json");
  for (const Json& test_case : file.find("cases")->as_array()) {
    const auto value = parse_json(input_of(test_case), {.last_duplicate_wins = true});
    if (!value) continue;
    for (const auto style : {JsonStyle::compact, JsonStyle::spaced, JsonStyle::ascii})
      EXPECT_EQ(parse_json(to_text(*value, style)).value(), *value)
          << test::text_of(test_case, "id");
  }
}

}  // namespace
}  // namespace restjwt
