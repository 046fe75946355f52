// The kinds base64url and json_parse.
#include <algorithm>

#include <restjwt/jose/base64url.hpp>

#include "vectors/judge.hpp"

namespace restjwt::vectors {
namespace {

/// Standard base64 (RFC 4648 §4), which the library itself does not read.
std::string bytes_of_base64(const Json& one, std::string_view name) {
  std::string base64 = text(one, name);
  base64.resize(base64.find_last_not_of('=') + 1);
  std::ranges::replace(base64, '+', '-');
  std::ranges::replace(base64, '/', '_');
  auto bytes = jose::base64url_decode(base64);
  if (!bytes) throw BadCase("\"" + std::string(name) + "\" is no base64");
  return std::move(*bytes);
}

std::string repeated(const Json& pair) {
  std::string all;
  for (auto left = pair.as_array().at(1).as_int(); left > 0; --left)
    all += pair.as_array().front().as_string();
  return all;
}

}  // namespace

Verdict judge_base64url(const Json& one, const VectorFile&) {
  const std::string& input = text(one, "input");
  const auto bytes = jose::base64url_decode(input);
  if (!bytes) return compare(one, false);
  if (jose::base64url_encode(*bytes) != input) return failed("is one of two texts for its bytes");
  if (one.find("output_hex") && *bytes != bytes_of_hex(one, "output_hex"))
    return failed("expected other bytes");
  return compare(one, true);
}

Verdict judge_json_parse(const Json& one, const VectorFile&) {
  const Json* repeat = one.find("repeat");
  const std::string bytes = repeat ? repeated(*repeat) : bytes_of_base64(one, "b64");
  return compare(one, parse_json(bytes).has_value());
}

}  // namespace restjwt::vectors
