#include <restjwt/json_index.hpp>

#include <cmath>
#include <limits>
#include <variant>

#include <gtest/gtest.h>

namespace restjwt {
namespace {

using Kind = JsonView::Kind;

std::vector<std::string> texts(const JsonIndex& index, std::string_view name) {
  std::vector<std::string> all;
  index.for_each_item(name, [&](const JsonView& item) {
    all.emplace_back(item.is_string() ? item.as_string() : "?");
    return true;
  });
  return all;
}

TEST(JsonIndex, TellsEachKindOfValue) {
  const auto index = JsonIndex::read(
      R"({"n":null,"t":true,"f":false,"i":-7,"r":2.5,"s":"text","a":[1],"o":{"x":1}})");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->size(), 8u);
  EXPECT_TRUE(index->find("n")->is_null());
  EXPECT_TRUE(index->find("t")->as_bool());
  EXPECT_FALSE(index->find("f")->as_bool());
  EXPECT_EQ(index->find("i")->as_int(), -7);
  EXPECT_EQ(index->find("i")->as_double(), -7.0);
  EXPECT_EQ(index->find("r")->as_double(), 2.5);
  EXPECT_EQ(index->find("s")->as_string(), "text");
  EXPECT_TRUE(index->find("a")->is_array());
  EXPECT_TRUE(index->find("o")->is_object());
}

TEST(JsonIndex, ValueOfAnotherKindThrows) {
  const auto index = JsonIndex::read(R"({"i":1,"s":"1"})");
  EXPECT_THROW((void)index->find("i")->as_string(), std::bad_variant_access);
  EXPECT_THROW((void)index->find("i")->as_bool(), std::bad_variant_access);
  EXPECT_THROW((void)index->find("s")->as_int(), std::bad_variant_access);
  EXPECT_THROW((void)index->find("s")->as_double(), std::bad_variant_access);
}

TEST(JsonIndex, FindsOnlyMembersOfTheObjectItself) {
  const auto index = JsonIndex::read(R"({"a":{"inner":1},"b":["item",{"deep":2}]})");
  EXPECT_FALSE(index->contains("inner"));
  EXPECT_FALSE(index->contains("deep"));
  EXPECT_FALSE(index->contains("item"));
  EXPECT_FALSE(index->contains(""));
  EXPECT_EQ(index->size(), 2u);
}

TEST(JsonIndex, EmptyNameIsAName) {
  EXPECT_EQ(JsonIndex::read(R"({"":"nameless"})")->find("")->as_string(), "nameless");
}

TEST(JsonIndex, ListsTheElementsOfAnArray) {
  const auto index = JsonIndex::read(R"({"a":["x",["y"],{"z":"w"},"v"],"b":"after","c":[]})");
  EXPECT_EQ(texts(*index, "a"), (std::vector<std::string>{"x", "?", "?", "v"}));
  EXPECT_EQ(texts(*index, "b"), std::vector<std::string>());
  EXPECT_EQ(texts(*index, "c"), std::vector<std::string>());
  EXPECT_EQ(texts(*index, "none"), std::vector<std::string>());
  EXPECT_EQ(index->find("b")->as_string(), "after");
}

TEST(JsonIndex, ListingStopsWhenTheVisitorHasSeenEnough) {
  const auto index = JsonIndex::read(R"({"a":[1,2,3]})");
  int seen = 0;
  index->for_each_item("a", [&](const JsonView&) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TEST(JsonIndex, EscapesAreUndoneInNamesAndValues) {
  const auto index =
      JsonIndex::read(R"({"\u0061lg":"J\u00fcrgen \ud83d\ude00\n","b":["\u0078"],"c":"\\"})");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->find("alg")->as_string(), "Jürgen \xF0\x9F\x98\x80\n");
  EXPECT_EQ(texts(*index, "b"), std::vector<std::string>{"x"});
  EXPECT_EQ(index->find("c")->as_string(), "\\");
}

TEST(JsonIndex, KeepsTheTextAsItWas) {
  const std::string text = R"( { "a" : "\u0061" , "b":[ 1 ] } )";
  EXPECT_EQ(JsonIndex::read(text)->text(), text);
}

TEST(JsonIndex, SurvivesBeingCopiedAndMoved) {
  for (const std::size_t length : {10u, 5000u}) {
    const std::string text = R"({"a":"\u0061)" + std::string(length, 'x') + R"(","b":"y"})";
    auto index = JsonIndex::read(text);
    const JsonIndex copy = *index;
    const JsonIndex moved = std::move(*index);
    for (const JsonIndex* one : {&copy, &moved}) {
      EXPECT_EQ(one->find("a")->as_string(), 'a' + std::string(length, 'x'));
      EXPECT_EQ(one->find("b")->as_string(), "y");
      EXPECT_EQ(one->text(), text);
    }
  }
}

TEST(JsonIndex, WhatWasMovedFromHasNoMembers) {
  std::string text = "{";
  for (int i = 0; i < 30; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + "\":1";
  auto index = JsonIndex::read(text + "}");
  const JsonIndex moved = std::move(*index);
  EXPECT_TRUE(moved.contains("29"));
  EXPECT_FALSE(index->contains("29"));
  EXPECT_FALSE(index->contains("0"));
}

TEST(JsonIndex, HoldsAnyNumberOfMembers) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i)
    text += (i ? ",\"" : "\"") + std::to_string(i) + "\":[" + std::to_string(i) + "]";
  const auto index = JsonIndex::read(text + "}");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->size(), 1000u);
  for (const char* name : {"0", "23", "24", "999"}) {
    int items = 0;
    index->for_each_item(name, [&](const JsonView& item) {
      EXPECT_EQ(std::to_string(item.as_int()), name);
      return ++items;
    });
    EXPECT_EQ(items, 1) << name;
  }
}

TEST(JsonIndex, EqualNamesAreRefusedHoweverTheyAreSpelled) {
  EXPECT_FALSE(JsonIndex::read(R"({"a":1,"a":1})"));
  EXPECT_FALSE(JsonIndex::read(R"({"a":1,"\u0061":1})"));
  EXPECT_FALSE(JsonIndex::read(R"({"\u0061":1,"b":2,"\u0061":3})"));
  EXPECT_FALSE(JsonIndex::read(R"({"o":[{"a":1,"a":1}]})"));
  EXPECT_TRUE(JsonIndex::read(R"({"a":{"a":1},"b":{"a":1}})"));
  std::string many = "{";
  for (int i = 0; i < 20; ++i) many += "\"m" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(JsonIndex::read(many + "\"n\":1}"));
  EXPECT_FALSE(JsonIndex::read(many + "\"m7\":1}"));
}

TEST(JsonIndex, RefusesWhatIsNoObject) {
  for (const char* text :
       {"", " ", "null", "1", "\"a\"", "[]", "[{}]", "{", "}", "{}x", "{}{}", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{a:1}", "{\"a\":NaN}", "{\"a\":01}"})
    EXPECT_FALSE(JsonIndex::read(text)) << text;
  EXPECT_TRUE(JsonIndex::read(" {\n} "));
}

TEST(JsonIndex, NumbersThatFitNoIntegerAreReal) {
  const auto index = JsonIndex::read(
      R"({"max":9223372036854775807,"over":9223372036854775808,"tiny":1e-400,"minus":-1e-400})");
  EXPECT_EQ(index->find("max")->as_int(), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(index->find("over")->is_int());
  EXPECT_EQ(index->find("over")->as_double(), 9223372036854775808.0);
  EXPECT_EQ(index->find("tiny")->as_double(), 0.0);
  EXPECT_TRUE(std::signbit(index->find("minus")->as_double()));
  EXPECT_FALSE(JsonIndex::read(R"({"a":1e400})"));
}

TEST(JsonIndex, RefusesTheDepthThatParseJsonRefuses) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(JsonIndex::read(nested(31)));
  EXPECT_TRUE(parse_json(nested(31)));
  EXPECT_FALSE(JsonIndex::read(nested(32)));
  EXPECT_FALSE(parse_json(nested(32)));
}

// Two readers of one language: whatever one takes, the other has to take, and see the same.
TEST(JsonIndex, TakesWhatParseJsonTakes) {
  const std::string parts[] = {
      "{", "}",        "[",     "]",           ":",    ",",    "\"a\"", "\"\\u0061\"",
      "1", "-",        "1e5",   "0",           ".5",   "true", "null",  "\"\xC3\xBC\"",
      " ", "\"\xFF\"", "\"b\"", "\"\\ud800\"", "1e999"};
  std::uint32_t seed = 1;
  const auto next = [&] { return (seed = seed * 1664525 + 1013904223) >> 16; };
  int taken = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text = "{\"a\":";
    for (auto length = next() % 8; length > 0; --length) text += parts[next() % std::size(parts)];
    text += '}';
    const auto index = JsonIndex::read(text);
    const auto json = parse_json(text);
    ASSERT_EQ(index.has_value(), json && json->is_object()) << text;
    if (!index) continue;
    ++taken;
    ASSERT_EQ(index->size(), json->as_object().size()) << text;
    for (const auto& [name, value] : json->as_object()) {
      const auto seen = index->find(name);
      ASSERT_TRUE(seen) << text;
      ASSERT_EQ(seen->is_string(), value.is_string()) << text;
      if (value.is_string()) {
        ASSERT_EQ(seen->as_string(), value.as_string()) << text;
      } else if (value.is_number()) {
        ASSERT_EQ(seen->is_int(), value.is_int()) << text;
        ASSERT_EQ(seen->as_double(), value.as_double()) << text;
      }
    }
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace restjwt
