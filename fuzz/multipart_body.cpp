#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <restjwt/http/parsers.hpp>

// The first line is the Content-Type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line_end = std::min(input.find('\n'), input.size());
  const auto body = input.substr(std::min(line_end + 1, input.size()));
  const auto value = http::parse_body(input.substr(0, line_end), body, {.max_fields = 16});
  if (!value) return 0;
  const auto again = parse_json(to_text(*value));
  if (!again || !(*again == *value)) std::abort();
  return 0;
}
