#include <restjwt/secret.hpp>

#include <concepts>
#include <sstream>
#include <utility>

#include <gtest/gtest.h>

namespace restjwt {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(Printable<std::string> && !Printable<Secret>);
static_assert(std::equality_comparable<std::string> && !std::equality_comparable<Secret>);
static_assert(!std::convertible_to<Secret, std::string_view>);
static_assert(!std::convertible_to<std::string_view, Secret>);

TEST(Secret, HoldsItsBytes) {
  const Secret secret(std::string_view("a\0b", 3));
  EXPECT_EQ(secret.reveal(), std::string_view("a\0b", 3));
  EXPECT_EQ(secret.size(), 3u);
  EXPECT_FALSE(secret.empty());
}

TEST(Secret, IsEmptyWithoutBytes) {
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret("").empty());
  EXPECT_EQ(Secret().reveal(), "");
}

TEST(Secret, ACopyIsSeparate) {
  Secret original("one");
  const Secret copy = original;
  EXPECT_NE(copy.reveal().data(), original.reveal().data());
  original = Secret("two");
  EXPECT_EQ(copy.reveal(), "one");
  EXPECT_EQ(original.reveal(), "two");
}

TEST(Secret, CopyAssignmentIsSeparateToo) {
  const Secret original("one");
  Secret copy("something else");
  copy = original;
  EXPECT_EQ(copy.reveal(), "one");
  EXPECT_NE(copy.reveal().data(), original.reveal().data());
}

TEST(Secret, SurvivesBeingAssignedToItself) {
  Secret secret("one");
  const Secret& same = secret;
  secret = same;
  EXPECT_EQ(secret.reveal(), "one");
}

TEST(Secret, IsEmptyAfterAMove) {
  Secret from("one");
  const Secret to = std::move(from);
  EXPECT_EQ(to.reveal(), "one");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): promised
  EXPECT_EQ(from.reveal(), "");
}

TEST(Secret, IsEmptyAfterAMoveAssignment) {
  Secret from("one"), to("two");
  to = std::move(from);
  EXPECT_EQ(to.reveal(), "one");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): promised
}

TEST(Secret, TakeEmptiesTheString) {
  std::string text = "a text that is longer than a small buffer";
  const Secret secret = Secret::take(std::move(text));
  EXPECT_EQ(secret.reveal(), "a text that is longer than a small buffer");
  EXPECT_TRUE(text.empty());  // NOLINT(bugprone-use-after-move): promised
}

TEST(Wipe, OverwritesTheCharactersAndEmptiesTheText) {
  std::string text = "a text that is longer than a small buffer";
  const std::string_view buffer = text;  // clearing a string keeps its buffer
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(buffer.find_first_not_of('\0'), buffer.npos);
}

TEST(ConstantTimeEqual, ComparesBytes) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "xbc"));
  EXPECT_TRUE(constant_time_equal(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
  EXPECT_FALSE(constant_time_equal(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(ConstantTimeEqual, APrefixIsNotEqual) {
  EXPECT_FALSE(constant_time_equal("abc", "ab"));
  EXPECT_FALSE(constant_time_equal("", "a"));
}

}  // namespace
}  // namespace restjwt
