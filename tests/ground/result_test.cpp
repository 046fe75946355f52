#include <restjwt/result.hpp>

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <restjwt/json.hpp>

namespace restjwt {
namespace {

Result<std::string> a_value() { return std::string("value"); }
Result<std::string> an_error() { return JsonErrc::syntax; }

TEST(Result, HoldsAValue) {
  const auto result = a_value();
  EXPECT_TRUE(result);
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(*result, "value");
  EXPECT_EQ(result->size(), 5u);
}

TEST(Result, HoldsTheReasonWhyThereIsNone) {
  const auto result = an_error();
  EXPECT_FALSE(result);
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), JsonErrc::syntax);
}

TEST(Result, LookingAtTheSideThatIsNotThereThrows) {
  EXPECT_THROW(an_error().value(), std::bad_variant_access);
  EXPECT_THROW((void)a_value().error(), std::bad_variant_access);
}

TEST(Result, GivesUpAValueThatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

TEST(Result, TheErrorMayBeAnyType) {
  const Result<int, std::string> result(std::string("why"));
  EXPECT_EQ(result.error(), "why");
}

}  // namespace
}  // namespace restjwt
