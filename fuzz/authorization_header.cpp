// Door: the Authorization header and the cookies, from their words to the user, in two profiles.
#include <cstdint>
#include <string_view>

#include <restjwt/http/authentication.hpp>

#include "tests/support/site.hpp"

namespace {

using namespace restjwt;

auth::Settings settings_of(auth::Profile profile) {
  auto settings = auth::Settings::of(profile);
  settings.secret_key = Secret(test::secret_text);
  settings.cookies = {.auth = "jwt", .impersonation = "imp"};
  return settings;
}

void ask(const http::Authenticator& jwt, const http::Request& request) {
  // The store was allowed.
  if (jwt.authenticate(request, auth::Reach::store).kind == http::Identity::Kind::needs_store)
    __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::Site old_site(settings_of(auth::Profile::v1_0_1));
  static test::Site new_site(settings_of(auth::Profile::drf_jwt));
  static const auto old_jwt = http::jwt_authentication(old_site.service);
  static const auto new_jwt = http::jwt_authentication(new_site.service);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  http::Request request{.method = "GET", .path = "/"};
  // A line feed ends a header, which never holds one; of three, the last is for cookies.
  std::string_view rest = input;
  for (const auto* name : {"Authorization", "authorization", "Cookie"}) {
    const auto end = rest.find('\n');
    if (const auto value = rest.substr(0, end); !value.empty()) request.headers.add(name, value);
    if (end == rest.npos) break;
    rest.remove_prefix(end + 1);
  }
  ask(*old_jwt, request);
  ask(*new_jwt, request);
  return 0;
}
