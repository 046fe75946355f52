// Name and password for a token.

#include <restjwt/auth/password.hpp>
#include <restjwt/auth/service.hpp>

#include "auth/service_impl.hpp"

namespace restjwt::auth {
namespace {

// How often the table is asked which hash most users have. Asking is cheap, but must not depend on
// who logs in, or its time would tell.
constexpr std::chrono::minutes typical_lifetime{1};

// NUL is refused before hashing: to HMAC it equals padding, so "x" and "x\0" would be one password.
bool can_be_password(const Secret& password, const Settings& settings) {
  const auto bytes = password.reveal();
  return bytes.size() <= settings.max_password_length && bytes.find('\0') == bytes.npos;
}

void upgrade(Service::Impl& service, const User& user, const Secret& password) {
  const auto& hasher = service.settings.password_hasher;
  if (!service.settings.upgrade_passwords || !needs_upgrade(user.password, hasher)) return;
  try {
    service.users.replace_password(user.id, user.password,
                                   make_password(password, hasher, service.random));
  } catch (const StoreError&) {
    // The password was right. A store that cannot be written to now is no reason to turn its owner
    // away; the next login tries again.
  }
}

}  // namespace

std::string Service::Impl::typical_password(TimePoint now) {
  const std::lock_guard lock(typical_mutex);
  if (!typical_since || now < *typical_since || now - *typical_since > typical_lifetime) {
    typical = users.commonest_password();
    typical_since = now;
  }
  return typical;
}

Result<UserPtr> Service::check_credentials(std::string_view username, const Secret& password) {
  if (!can_be_password(password, impl_->settings) || username.find('\0') != username.npos)
    return AuthErrc::bad_credentials;

  const std::string typical = impl_->typical_password(impl_->clock());
  auto user = impl_->users.find_by_username(username);
  if (!user || !is_usable(user->password)) {
    // Takes as long as a wrong password would, so that nobody can tell who has an account.
    spend_password_work(password, typical, impl_->settings.password_hasher);
    return AuthErrc::bad_credentials;
  }
  if (!check_password(password, user->password)) {
    top_up_password_work(password, user->password, typical);
    return AuthErrc::bad_credentials;
  }
  if (!user->is_active) return AuthErrc::user_disabled;
  upgrade(*impl_, *user, password);
  // With all that belongs to a user, which is not read for whoever knows a name only.
  user = impl_->users.find_by_id(user->id);
  if (!user) return AuthErrc::bad_credentials;
  wipe(user->password);
  // What memory holds may be older than what was just read, and the token is of the latter.
  impl_->directory.forget(user->id);
  return std::make_shared<const User>(*std::move(user));
}

Result<Grant> Service::obtain(std::string_view username, const Secret& password) {
  auto user = check_credentials(username, password);
  if (!user) return user.error();
  return impl_->issue_first(*user);
}

}  // namespace restjwt::auth
