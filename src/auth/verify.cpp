// The very token, if it and its user are good (1.6.0 and later; 1.3.0 made a new one).

#include <restjwt/auth/service.hpp>

#include "auth/service_impl.hpp"

namespace restjwt::auth {

Result<Grant> Service::verify(std::string_view token, Reach reach) {
  const TimePoint now = impl_->clock();
  auto known = impl_->know_for_exchange(token, now, reach);
  if (!known) return known.error();
  return Grant{std::string(token), known->user, issued_at_of(known->claims), now};
}

}  // namespace restjwt::auth
