// A token for somebody else. Who may ask for one is the caller's business.

#include <restjwt/auth/service.hpp>

#include "auth/service_impl.hpp"

namespace restjwt::auth {

Result<Grant> Service::impersonate(const UserId& id) {
  auto user = impl_->directory.find(id, Reach::store);
  if (!user) return user.error();
  if (!(*user)->is_active) return AuthErrc::user_inactive;
  return impl_->issue_first(*user);
}

}  // namespace restjwt::auth
