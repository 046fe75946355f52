// Who is it? The user of a good token.

#include <restjwt/auth/service.hpp>

#include "auth/service_impl.hpp"

namespace restjwt::auth {

Result<UserPtr> Service::authenticate(std::string_view token, Reach reach) {
  const auto claims = impl_->decode(token, impl_->clock());
  if (!claims) return claims.error();
  return impl_->identify(*claims, reach);
}

}  // namespace restjwt::auth
