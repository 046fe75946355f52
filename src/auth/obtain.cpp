// Name and password for a token.

#include <restjwt/auth/password.hpp>
#include <restjwt/auth/service.hpp>

#include "auth/service_impl.hpp"
#include "auth/sessions_impl.hpp"

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

/// Puts a better hash in the place of a weak one. Returns the hash that is stored then.
std::string upgraded(Service::Impl& service, const User& user, const Secret& password) {
  const auto& hasher = service.settings.password_hasher;
  if (!service.settings.upgrade_passwords || !needs_upgrade(user.password, hasher))
    return user.password;
  try {
    auto better = make_password(password, hasher, service.random);
    if (service.users.replace_password(user.id, user.password, better)) return better;
    // Another login of the same user may have been faster: then its hash is of this password too.
    const auto stored = service.users.find_by_id(user.id);
    if (stored && check_password(password, stored->password)) return stored->password;
  } catch (const StoreError&) {
    // The password was right. A store that cannot be written to now is no reason to turn its owner
    // away; the next login tries again.
  }
  return user.password;
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

void Service::Impl::note_failed_login(std::string_view username, bool is_name, const Client& client,
                                      std::string reason) {
  if (!sessions) return;
  sessions->note_failed_login({.name = "login_failed",
                               .at = clock(),
                               .user = is_name ? std::string(username) : "",
                               .client = client,
                               .reason = std::move(reason)});
}

Result<Credentials> Service::Impl::check_credentials(std::string_view username,
                                                     const Secret& password, const Client& client,
                                                     bool& is_name) {
  if (!can_be_password(password, settings) || username.find('\0') != username.npos)
    return AuthErrc::bad_credentials;

  const std::string usual = typical_password(clock());
  auto user = users.find_by_username(username);
  is_name = user.has_value();
  std::optional<LoginThrottle::Attempt> attempt;
  if (throttle) try {
      attempt = throttle->admit(user ? &*user : nullptr, username, client, clock());
    } catch (const Throttled&) {
      note_failed_login(username, is_name, client, "throttled");
      throw;
    }
  const auto refuse = [&](AuthErrc why) {
    if (attempt)
      throttle->fail(*attempt, user ? user->username : "", client, clock(), bool(sessions));
    return why;
  };
  if (!user || !is_usable(user->password)) {
    // Takes as long as a wrong password would, so that nobody can tell who has an account.
    spend_password_work(password, usual, settings.password_hasher);
    return refuse(AuthErrc::bad_credentials);
  }
  if (!check_password(password, user->password)) {
    top_up_password_work(password, user->password, usual);
    return refuse(AuthErrc::bad_credentials);
  }
  if (!user->is_active) return refuse(AuthErrc::user_disabled);
  if (attempt) throttle->succeed(*attempt, clock());
  // The one that was checked: by now it may be another, and then nobody has logged in.
  Secret encoded = Secret::take(upgraded(*this, *user, password));
  // With all that belongs to a user, which is not read for whoever knows a name only.
  user = users.find_by_id(user->id);
  if (!user) return AuthErrc::bad_credentials;
  wipe(user->password);
  // What memory holds may be older than what was just read, and the token is of the latter.
  directory.forget(user->id);
  return Credentials{std::make_shared<const User>(*std::move(user)), std::move(encoded)};
}

std::optional<std::chrono::seconds> Service::turned_away(const Client& client) {
  if (!impl_->throttle) return std::nullopt;
  const auto wait = impl_->throttle->turned_away(client, impl_->clock());
  if (wait) impl_->note_failed_login({}, false, client, "throttled");
  return wait;
}

Result<UserPtr> Service::check_credentials(std::string_view username, const Secret& password,
                                           const Client& client) {
  bool is_name = false;
  auto checked = impl_->check_credentials(username, password, client, is_name);
  if (!checked) return checked.error();
  return std::move(checked->user);
}

Result<Issued> Service::Impl::obtain(std::string_view username, const Secret& password,
                                     const Client& client, const Issue& issue_now) {
  bool is_name = false;
  const auto checked = check_credentials(username, password, client, is_name);
  auto issued = checked ? log_in(checked->user, checked->encoded.reveal(),
                                 {.name = "login", .client = client}, issue_now)
                        : Result<Issued>(checked.error());
  if (!issued) note_failed_login(username, is_name, client, issued.error().message());
  return issued;
}

Result<Grant> Service::obtain(std::string_view username, const Secret& password,
                              const Client& client) {
  auto issued = impl_->obtain(username, password, client, impl_->issue_single());
  if (!issued) return issued.error();
  return std::move(issued->grant);
}

}  // namespace restjwt::auth
