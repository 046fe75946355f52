#include "jose/ecdsa.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace restjwt::jose {
namespace {

using test::from_hex;

std::string der(std::string_view raw, std::size_t size) {
  const DerSignature signature = ecdsa_der_from_raw(raw, size);
  return {signature.bytes.begin(), signature.bytes.begin() + signature.size};
}

TEST(EcdsaForms, SmallNumbersAreFilledUpWithZeros) {
  const std::string expected = from_hex("3006020101020102");
  EXPECT_EQ(ecdsa_raw_from_der(expected, 3), from_hex("000001000002"));
  EXPECT_EQ(der(from_hex("000001000002"), 3), expected);
}

// A DER integer whose first bit is set is negative.
TEST(EcdsaForms, NumbersWithTheFirstBitSetStayPositive) {
  EXPECT_EQ(der(from_hex("80ff"), 1), from_hex("300802020080020200ff"));
  EXPECT_EQ(ecdsa_raw_from_der(from_hex("300802020080020200ff"), 1), from_hex("80ff"));
}

TEST(EcdsaForms, RawSignatureOfAnotherLengthHasNoDer) {
  EXPECT_NE(der(std::string(64, 'x'), 32), "");
  for (const std::size_t size : {0, 63, 65, 128}) {
    EXPECT_EQ(der(std::string(size, 'x'), 32), "") << size;
  }
}

TEST(EcdsaForms, DerThatDoesNotFitIsAnError) {
  EXPECT_THROW((void)ecdsa_raw_from_der("", 32), std::runtime_error);
  EXPECT_THROW((void)ecdsa_raw_from_der(from_hex("30070202010002020100"), 1), std::runtime_error);
}

}  // namespace
}  // namespace restjwt::jose
