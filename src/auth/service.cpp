#include <restjwt/auth/service.hpp>

#include <stdexcept>

#include "auth/service_impl.hpp"
#include "auth/settings_check.hpp"

namespace restjwt::auth {
namespace {

bool is_key(std::string_view setting) {
  return setting == "JWT_SECRET_KEY" || setting == "JWT_PRIVATE_KEY" || setting == "JWT_PUBLIC_KEY";
}

/// The keys, where the settings can be used; handlers may stand in for keys.
KeyRing require_usable(const Settings& settings, const Handlers& handlers) {
  std::vector<SettingsProblem> problems;
  KeyRing keys = read_key_ring(settings, bool(handlers.user_secret_key), problems);
  check_values(settings, problems);
  const bool own_codec = handlers.encode && handlers.decode;
  for (const auto& problem : problems)
    if (!own_codec || !is_key(problem.setting))
      throw std::invalid_argument(problem.setting + ": " + problem.reason);
  return keys;
}

}  // namespace

Service::Impl::Impl(Parts parts)
    : settings(std::move(parts.settings)),
      users(parts.users),
      handlers(std::move(parts.handlers)),
      clock(std::move(parts.clock)),
      random(std::move(parts.random)),
      directory(parts.users),
      rules(validation_of(settings)) {
  keys = require_usable(settings, handlers);
  // The key objects have them now; one copy less in memory.
  settings.secret_key = settings.private_key = {};
}

Service::Service(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Service::~Service() = default;

std::string Service::issue(const User& user) const {
  return impl_->issue_first(std::make_shared<const User>(user)).token;
}

Json Service::response(const Grant& grant) const {
  return impl_->handlers.response ? impl_->handlers.response(grant)
                                  : default_response(grant, impl_->settings.profile);
}

const Settings& Service::settings() const noexcept { return impl_->settings; }
UserDirectory& Service::directory() noexcept { return impl_->directory; }

}  // namespace restjwt::auth
