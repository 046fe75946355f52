// Door: the Authorization header, from its words to the user.
#include <array>
#include <cstdint>
#include <string_view>

#include <restjwt/http/authentication.hpp>

#include "tests/support/site.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt;
  static test::Site site;
  static const auto jwt = http::jwt_authentication(site.service);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  http::Request request{.method = "GET", .path = "/"};
  // A line feed parts two headers: a real one never holds it.
  const auto line = input.find('\n');
  request.headers.add("Authorization", input.substr(0, line));
  if (line != input.npos) request.headers.add("authorization", input.substr(line + 1));
  const auto identity = jwt->authenticate(request, auth::Reach::store);
  if (identity.kind == http::Identity::Kind::needs_store)
    __builtin_trap();  // the store was allowed
  return 0;
}
