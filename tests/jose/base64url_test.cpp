#include <restjwt/jose/base64url.hpp>

#include <cstdio>

#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using namespace std::string_literals;
using std::nullopt;

// RFC 4648 §10, without the padding.
TEST(Base64url, EncodesTheExamplesOfRfc4648) {
  EXPECT_EQ(base64url_encode(""), "");
  EXPECT_EQ(base64url_encode("f"), "Zg");
  EXPECT_EQ(base64url_encode("fo"), "Zm8");
  EXPECT_EQ(base64url_encode("foo"), "Zm9v");
  EXPECT_EQ(base64url_encode("foobar"), "Zm9vYmFy");
}

TEST(Base64url, DecodesTheExamplesOfRfc4648) {
  EXPECT_EQ(base64url_decode(""), "");
  EXPECT_EQ(base64url_decode("Zg"), "f");
  EXPECT_EQ(base64url_decode("Zm8"), "fo");
  EXPECT_EQ(base64url_decode("Zm9v"), "foo");
  EXPECT_EQ(base64url_decode("Zm9vYmFy"), "foobar");
}

TEST(Base64url, AppendsToWhatIsThere) {
  std::string text = "a.";
  base64url_append(text, "foo");
  EXPECT_EQ(text, "a.Zm9v");
}

TEST(Base64url, GivesBackEachByteAtEachPlace) {
  for (int value = 0; value < 256; ++value) {
    for (std::size_t place = 0; place < 5; ++place) {
      std::string bytes(5, '\x5A');
      bytes[place] = static_cast<char>(value);
      EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    }
  }
}

TEST(Base64url, UsesTheAlphabetForUrls) {
  EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
  EXPECT_EQ(base64url_decode("-_8"), "\xFB\xFF");
  EXPECT_EQ(base64url_decode("+/8"), nullopt);
}

TEST(Base64url, RefusesPadding) {
  EXPECT_EQ(base64url_decode("Zg=="), nullopt);
  EXPECT_EQ(base64url_decode("Zm8="), nullopt);
  EXPECT_EQ(base64url_decode("="), nullopt);
}

TEST(Base64url, RefusesALengthThatMakesNoByte) {
  EXPECT_EQ(base64url_decode("Z"), nullopt);
  EXPECT_EQ(base64url_decode("Zm9vZ"), nullopt);
}

TEST(Base64url, RefusesSpareBitsThatAreSet) {
  EXPECT_EQ(base64url_decode("Zg"), "f");
  EXPECT_EQ(base64url_decode("Zh"), nullopt);
  EXPECT_EQ(base64url_decode("Zm8"), "fo");
  EXPECT_EQ(base64url_decode("Zm9"), nullopt);
}

TEST(Base64url, RefusesEachForeignCharacterAtEachPlace) {
  const std::string alphabet = base64url_encode(
      base64url_decode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_").value());
  ASSERT_EQ(alphabet.size(), 64u);
  for (int value = 0; value < 256; ++value) {
    const char character = static_cast<char>(value);
    if (alphabet.find(character) != alphabet.npos) continue;
    for (std::size_t place = 0; place < 7; ++place) {
      std::string text = "AAAAAAA";
      text[place] = character;
      EXPECT_EQ(base64url_decode(text), nullopt) << value << " at " << place;
    }
  }
}

class Base64urlVectors : public test::VectorTest {};

TEST_F(Base64urlVectors, AllOwnCasesGiveTheirVerdict) {
  const Json file = test::read_vectors("own_base64url.json");
  for (const Json& one : file.find("cases")->as_array()) {
    const auto bytes = base64url_decode(test::text_of(one, "input"));
    const bool valid = test::text_of(one, "expect") == "valid";
    EXPECT_EQ(bytes.has_value(), valid) << test::text_of(one, "id");
    if (!valid || !bytes) continue;
    EXPECT_EQ(*bytes, test::from_hex(test::text_of(one, "output_hex")));
    EXPECT_EQ(base64url_encode(*bytes), test::text_of(one, "input"));
  }
  std::printf("own_base64url.json: %zu cases\n", file.find("cases")->as_array().size());
}

}  // namespace
}  // namespace restjwt::jose
