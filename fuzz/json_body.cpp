#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <restjwt/http/parsers.hpp>

// The first byte chooses the character set. What is accepted must be written and read back the
// same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt;
  constexpr const char* charsets[] = {"utf-8",      "utf-16",   "utf-32",
                                      "iso-8859-1", "us-ascii", "bogus"};
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto value = http::parse_json_body(charsets[data[0] % std::size(charsets)], body, {});
  if (!value) return 0;
  for (const auto style : {JsonStyle::compact, JsonStyle::spaced, JsonStyle::ascii}) {
    const auto again = parse_json(to_text(*value, style));
    if (!again || !(*again == *value)) std::abort();
  }
  return 0;
}
