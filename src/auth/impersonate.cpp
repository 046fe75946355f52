// A token for somebody else. Who may ask for one is the caller's business.

#include <restjwt/auth/service.hpp>

#include "auth/service_impl.hpp"

namespace restjwt::auth {

Result<Grant> Service::impersonate(const UserId& id, const Actor& by) {
  auto user = impl_->directory.find(id, Reach::store);
  if (!user) return user.error();
  if (!(*user)->is_active) return AuthErrc::user_inactive;
  auto issued =
      impl_->log_in(*user, "", {.name = "impersonation", .by = by.username, .client = by.client},
                    impl_->issue_single());
  if (!issued) return issued.error();
  return std::move(issued->grant);
}

}  // namespace restjwt::auth
