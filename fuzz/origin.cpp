// Door: the headers by which a browser says whose page sends the request.
#include <cstdint>
#include <string_view>

#include "http/csrf.hpp"
#include "http/origin.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt::http;
  static const Cors cors{.allowed_origins = {"https://app.example"}, .allow_credentials = true};
  static const CsrfCheck check("http", cors);
  Request request{.method = "POST", .path = "/"};
  // A line feed ends a header, which never holds one.
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const auto* name :
       {"Host", "Origin", "Referer", "Sec-Fetch-Site", "Cookie", "X-CSRFToken", "Origin"}) {
    const auto end = rest.find('\n');
    if (const auto value = rest.substr(0, end); !value.empty()) request.headers.add(name, value);
    if (end == rest.npos) break;
    rest.remove_prefix(end + 1);
  }
  const auto origin = request.headers.joined("Origin");
  // Written once more it is the same, and nobody takes another for it.
  if (const auto written = origin_of(origin.value_or("")))
    if (origin_of(*written) != written || refuse_origin(*written)) __builtin_trap();
  // What is foreign is no less so with a cookie; an origin that is none is never ours.
  if (check.foreign(request) && !check.forged(request)) __builtin_trap();
  if (origin && origin_of(*origin) != origin && !check.foreign(request)) __builtin_trap();
  return 0;
}
