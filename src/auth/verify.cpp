// The very token, if it and its user are good (1.6.0 and later; 1.3.0 made a new one).

#include <restjwt/auth/service.hpp>

namespace restjwt::auth {

Result<Grant> Service::verify(std::string_view token, Reach reach) {
  auto user = authenticate(token, reach);
  if (!user) return user.error();
  return Grant{std::string(token), *std::move(user)};
}

}  // namespace restjwt::auth
