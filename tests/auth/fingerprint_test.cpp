#include <restjwt/auth/fingerprint.hpp>

#include <gtest/gtest.h>

namespace restjwt::auth {
namespace {

TEST(Fingerprint, PartsAreNotRunTogether) {
  EXPECT_NE(Fingerprint::of({"a", "bc"}), Fingerprint::of({"ab", "c"}));
  EXPECT_NE(Fingerprint::of({"abc"}), Fingerprint::of({"abc", ""}));
  EXPECT_EQ(Fingerprint::of({"a", "bc"}), Fingerprint::of({"a", "bc"}));
}

TEST(Fingerprint, IsHalfASha256OfLengthsAndParts) {
  // printf '\1\0\0\0\0\0\0\0a' | openssl dgst -sha256 -binary | head -c 16 | basenc --base64url
  EXPECT_EQ(Fingerprint::of({"a"}).text(), "rmEhyIulVfZMPYEhI-t5nQ");
  EXPECT_EQ(Fingerprint::of({"a"}).hex(), "ae6121c88ba555f64c3d812123eb799d");
}

TEST(Fingerprint, ItsTextReadsBack) {
  const auto fingerprint = Fingerprint::of({"token", "a.b"});
  EXPECT_EQ(Fingerprint::from_text(fingerprint.text()), fingerprint);
}

TEST(Fingerprint, OtherTextIsNone) {
  const auto text = Fingerprint::of({"x"}).text();
  for (const auto& other : {std::string(), text.substr(1), text + "A", text.substr(1) + "=",
                            text.substr(1) + "/", text.substr(0, 21) + "B"})
    EXPECT_FALSE(Fingerprint::from_text(other)) << other;
}

}  // namespace
}  // namespace restjwt::auth
