// DRF's content negotiation with JSON as the only renderer.

#include "http/negotiation.hpp"

#include <gtest/gtest.h>

namespace restjwt::http {
namespace {

Negotiated accept(std::string_view value) {
  Request request;
  request.headers.add("Accept", value);
  return negotiate(request);
}

Negotiated query(std::string text) { return negotiate({.query = std::move(text)}); }

TEST(Accept, AnyRangeThatHoldsJsonIsJson) {
  for (const auto* value : {"*/*", "application/*", "application/json", "text/html, */*;q=0.1",
                            "APPLICATION/JSON", "application/json; q=0.5"}) {
    EXPECT_EQ(accept(value).refusal, Refusal::none) << value;
    EXPECT_EQ(accept(value).content_type, "application/json") << value;
  }
}

TEST(Accept, RangesWithoutJsonAreNotAcceptable) {
  for (const auto* value : {"text/html", "text/*, image/png", "application/xml", "json", "/", ",,"})
    EXPECT_EQ(accept(value).refusal, Refusal::not_acceptable) << value;
}

TEST(Accept, NoHeaderIsAnything) { EXPECT_EQ(negotiate({}).refusal, Refusal::none); }

TEST(Accept, IndentIsClampedTo8) {
  EXPECT_EQ(accept("application/json; indent=4").indent, 4u);
  EXPECT_EQ(accept("application/json; indent=99").indent, 8u);
  EXPECT_EQ(accept("application/json; indent=-1").indent, 0u);
  EXPECT_EQ(accept("application/json; indent=x").indent, std::nullopt);
  EXPECT_EQ(accept("*/*, application/json; indent=2").indent, 2u);
  EXPECT_EQ(accept("application/json; indent=4; q=0.5").indent, 4u);
}

TEST(Format, JsonIsTheOnlyOneKnown) {
  EXPECT_EQ(query("format=json").refusal, Refusal::none);
  EXPECT_EQ(query("format=").refusal, Refusal::none);
  EXPECT_EQ(query("reformat=xml").refusal, Refusal::none);
  EXPECT_EQ(query("format=xml").refusal, Refusal::unknown_format);
  EXPECT_EQ(query("%66ormat=xml").refusal, Refusal::unknown_format);
  EXPECT_EQ(query("format=js%6Fn").refusal, Refusal::none);
  EXPECT_EQ(query("a=b&format=json&format=xml").refusal, Refusal::unknown_format);
}

}  // namespace
}  // namespace restjwt::http
