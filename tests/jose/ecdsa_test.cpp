#include "jose/ecdsa.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::from_hex;

TEST(EcdsaForms, SmallNumbersAreFilledUpWithZeros) {
  const std::string der = from_hex("3006020101020102");
  EXPECT_EQ(ecdsa_raw_from_der(der, 3), from_hex("000001000002"));
  EXPECT_EQ(ecdsa_der_from_raw(from_hex("000001000002"), 3), der);
}

// A DER integer whose first bit is set is negative.
TEST(EcdsaForms, NumbersWithTheFirstBitSetStayPositive) {
  EXPECT_EQ(ecdsa_der_from_raw(from_hex("80ff"), 1), from_hex("300802020080020200ff"));
  EXPECT_EQ(ecdsa_raw_from_der(from_hex("300802020080020200ff"), 1), from_hex("80ff"));
}

TEST(EcdsaForms, RawSignatureOfAnotherLengthHasNoDer) {
  EXPECT_FALSE(ecdsa_der_from_raw(std::string(64, 'x'), 32).empty());
  for (const std::size_t size : {0, 63, 65, 128}) {
    EXPECT_TRUE(ecdsa_der_from_raw(std::string(size, 'x'), 32).empty()) << size;
  }
}

TEST(EcdsaForms, DerThatDoesNotFitIsAnError) {
  EXPECT_THROW((void)ecdsa_raw_from_der("", 32), std::runtime_error);
  EXPECT_THROW((void)ecdsa_raw_from_der(from_hex("30070202010002020100"), 1), std::runtime_error);
}

}  // namespace
}  // namespace restjwt::jose
