#include <restjwt/jose/error.hpp>

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace restjwt::jose {
namespace {

template <class Errc>
std::set<std::string> sentences(Errc last) {
  std::set<std::string> texts;
  for (int value = 1; value <= static_cast<int>(last); ++value) {
    texts.insert(make_error_code(static_cast<Errc>(value)).message());
  }
  return texts;
}

TEST(TokenError, EachValueHasASentenceOfItsOwn) {
  EXPECT_EQ(sentences(TokenErrc::unknown_key).size(), 14u);
}

TEST(KeyError, EachValueHasASentenceOfItsOwn) {
  EXPECT_EQ(sentences(KeyErrc::ambiguous).size(), 14u);
}

TEST(TokenError, AnUnknownValueHasASentenceToo) {
  EXPECT_FALSE(make_error_code(static_cast<TokenErrc>(99)).message().empty());
  EXPECT_FALSE(make_error_code(static_cast<KeyErrc>(99)).message().empty());
}

TEST(TokenError, IsNotAKeyErrorOfTheSameNumber) {
  EXPECT_NE(std::error_code(TokenErrc::too_long), std::error_code(KeyErrc::empty));
  EXPECT_STREQ(std::error_code(TokenErrc::too_long).category().name(), "restjwt.token");
  EXPECT_STREQ(std::error_code(KeyErrc::empty).category().name(), "restjwt.key");
}

}  // namespace
}  // namespace restjwt::jose
