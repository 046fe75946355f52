// What holds of every token, tried on many: seeded, so that a finding can be repeated.
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include <gtest/gtest.h>
#include <restjwt/jose/unverified.hpp>

#include "jose/forgery.hpp"

namespace restjwt::jose {
namespace {

using namespace forgery;

/// JSON objects of every kind of value.
class AnyJson {
 public:
  explicit AnyJson(unsigned seed) : random_(seed) {}

  Json object(int depth = 0) {
    Json value = Json::object();
    std::set<std::string> names;
    for (std::size_t left = below(depth == 0 ? 12 : 4); left > 0; --left) {
      std::string name = text();
      if (names.insert(name).second) value.set(name, any(depth + 1));
    }
    return value;
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  Json any(int depth) {
    switch (below(depth < 6 ? 9 : 7)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return integer();
      case 3:
        return real();
      case 7: {
        Json::Array items;
        for (std::size_t left = below(5); left > 0; --left) items.push_back(any(depth + 1));
        return items;
      }
      case 8:
        return object(depth);
      default:
        return text();
    }
  }

  Json integer() {
    using Limits = std::numeric_limits<std::int64_t>;
    const std::int64_t some[] = {
        0, -1, 1, Limits::max(), Limits::min(), 1LL << 53, -(1LL << 53) - 1};
    if (below(3) == 0) return some[below(std::size(some))];
    return static_cast<std::int64_t>(random_()) >> below(63);
  }

  Json real() {
    const double some[] = {0.5, -0.0, 5e-324, 1.7976931348623157e308, 1e23, 0.1, -1.5e-9};
    if (below(3) == 0) return some[below(std::size(some))];
    return std::ldexp(static_cast<double>(random_()) + 0.5, static_cast<int>(below(600)) - 300);
  }

  std::string text() {
    constexpr std::string_view some[] = {"",
                                         "exp",
                                         "a",
                                         "\"",
                                         "\\",
                                         "/",
                                         "\n",
                                         "\t",
                                         "\u00FC",
                                         "\U0001F511",
                                         "\u2028",
                                         "\x7F",
                                         std::string_view("\0", 1),
                                         "\x1F",
                                         "\uFFFD",
                                         "\uFEFF",
                                         "\\u0000",
                                         "</script>"};
    std::string all;
    for (std::size_t left = below(5); left > 0; --left) all += some[below(std::size(some))];
    return all;
  }

  std::mt19937_64 random_;
};

/// Registered claims of any value are refused, rightly; their names are not what is tried here.
Json without_registered(Json claims) {
  for (const char* name : {"exp", "nbf", "iat", "aud", "iss"}) claims.erase(name);
  return claims;
}

TEST(Property, DecodeGivesBackWhatEncodeWasGiven) {
  const SigningKey key = signing_key(Algorithm::HS256);
  const KeySet keys(key.verification_key());
  for (unsigned seed = 0; seed < 5000; ++seed) {
    const Json claims = without_registered(AnyJson(seed).object());
    const std::string token = encode(claims, key);
    const auto decoded = decode(token, keys, {.max_length = 1 << 20}, now);
    ASSERT_TRUE(decoded) << "seed " << seed << ": " << to_text(claims);
    ASSERT_EQ(decoded->claims().to_json(), claims) << "seed " << seed << ": " << to_text(claims);
    ASSERT_EQ(peek(token, 1 << 20)->claims, claims) << "seed " << seed;
  }
}

bool is_same(const JsonView& view, const Json& value) {
  if (value.is_null()) return view.is_null();
  if (value.is_bool()) return view.is_bool() && view.as_bool() == value.as_bool();
  if (value.is_int()) return view.is_int() && view.as_int() == value.as_int();
  if (value.is_double()) return !view.is_int() && view.as_double() == value.as_double();
  if (value.is_string()) return view.is_string() && view.as_string() == value.as_string();
  return view.is_array() == value.is_array() && view.is_object() == value.is_object();
}

TEST(Property, EachClaimIsFoundByItsName) {
  const SigningKey key = signing_key(Algorithm::HS256);
  const KeySet keys(key.verification_key());
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const Json claims = without_registered(AnyJson(seed).object());
    const auto decoded = decode(encode(claims, key), keys, {.max_length = 1 << 20}, now);
    ASSERT_TRUE(decoded) << "seed " << seed;
    for (const auto& [name, value] : claims.as_object()) {
      const auto found = decoded->claims().find(name);
      ASSERT_TRUE(found) << "seed " << seed << ": " << name;
      ASSERT_TRUE(is_same(*found, value)) << "seed " << seed << ": " << name;
    }
    ASSERT_FALSE(decoded->claims().find("no such claim"));
  }
}

TEST(Property, ClaimsOfAnyShapeNeverThrow) {
  const SigningKey key = signing_key(Algorithm::HS256);
  const KeySet keys(key.verification_key());
  const Validation rules{.issuer = "me", .audience = {"api"}, .required = {"sub"}};
  for (unsigned seed = 0; seed < 5000; ++seed) {
    AnyJson any(seed);
    Json claims = any.object();
    for (const char* name : {"exp", "nbf", "iat", "iss", "aud", "sub", "jti"}) {
      const Json more = any.object();
      if (!more.as_object().empty()) claims.set(name, more.as_object().front().second);
    }
    ASSERT_NO_THROW((void)refusal(encode(claims, key), keys, rules)) << "seed " << seed;
  }
}

class FlippedBit : public testing::TestWithParam<Algorithm> {};

TEST_P(FlippedBit, AnywhereInTheTextIsRefused) {
  const SigningKey key = signing_key(GetParam());
  const KeySet unnamed(key.verification_key()), named(key.verification_key().with_kid("k"));
  const Json claims = Json::object({{"sub", "\u00FC"}, {"exp", 1'800'000'000}});
  for (const auto& [signer, keys] : {std::pair{key, unnamed}, {key.with_kid("k"), named}}) {
    std::string token = encode(claims, signer);
    ASSERT_EQ(refusal(token, keys), none);
    for (std::size_t at = 0; at < token.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        const auto mask = static_cast<char>(1 << bit);
        token[at] ^= mask;
        ASSERT_NE(refusal(token, keys), none) << "bit " << bit << " of character " << at;
        token[at] ^= mask;
      }
    }
    ASSERT_EQ(refusal(token, keys), none);
  }
}

INSTANTIATE_TEST_SUITE_P(AllAlgorithms, FlippedBit, testing::ValuesIn(all_algorithms),
                         [](const auto& one) { return std::string(name(one.param)); });

TEST(Property, ACharacterTakenOutOrPutInIsRefused) {
  const std::string token = forge(hs256, R"({"sub":"42"})");
  for (std::size_t at = 0; at <= token.size(); ++at) {
    if (at < token.size()) {
      ASSERT_NE(refusal(std::string(token).erase(at, 1)), none) << at;
    }
    for (const char more : {'A', '.', '=', ' ', '\0', '_'})
      ASSERT_NE(refusal(std::string(token).insert(at, 1, more)), none) << at;
  }
}

TEST(Property, TokensOfStrangersAreRefused) {
  const KeySet keys(hmac_key());
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    std::string mac(32, '\0');
    for (char& byte : mac) byte = static_cast<char>(random());
    ASSERT_EQ(refusal(signing_input(hs256, "{}") + '.' + base64url_encode(mac), keys),
              TokenErrc::signature_mismatch);
  }
}

}  // namespace
}  // namespace restjwt::jose
