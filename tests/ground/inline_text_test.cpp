#include <restjwt/inline_text.hpp>

#include <gtest/gtest.h>

namespace restjwt {
namespace {

using Text = InlineText<8>;

const std::string shorter = "12345678", longer = "123456789";

TEST(InlineText, HoldsTextOfAnyLength) {
  for (const std::string& text : {std::string(), shorter, longer})
    EXPECT_EQ(Text(text).view(), text);
}

TEST(InlineText, CopiesAndMovesKeepTheText) {
  for (const std::string& text : {shorter, longer}) {
    Text first(text);
    Text copy(first);
    Text assigned;
    assigned = copy;
    const Text moved(std::move(first));
    Text taken("other");
    taken = std::move(copy);
    EXPECT_EQ(assigned.view(), text);
    EXPECT_EQ(moved.view(), text);
    EXPECT_EQ(taken.view(), text);
  }
}

TEST(InlineText, WhatWasMovedFromIsEmpty) {
  Text longest(longer);
  const Text moved(std::move(longest));
  EXPECT_EQ(longest.view(), "");
  longest.assign(shorter);
  EXPECT_EQ(longest.view(), shorter);
}

TEST(InlineText, ChangesItsLength) {
  Text text(longer);
  text.assign(shorter);
  EXPECT_EQ(text.view(), shorter);
  text.assign(longer);
  EXPECT_EQ(text.view(), longer);
  std::string("xyz").copy(text.resize(3), 3);
  EXPECT_EQ(text.view(), "xyz");
}

}  // namespace
}  // namespace restjwt
