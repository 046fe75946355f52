#include <restjwt/auth/service.hpp>

#include <algorithm>
#include <stdexcept>

#include "auth/service_impl.hpp"

namespace restjwt::auth {
namespace {

jose::Validation rules_of(const Settings& settings) {
  return {
      .leeway = settings.leeway,
      .issuer = settings.issuer,
      .audience = settings.audience,
      .max_length = settings.max_token_length,
      // BEHAVIOUR.md §9 row 18: kept in the profiles, as clients saw it.
      .accept_at_expiry = true,
      .untyped_expiry_is_past = true,
      .accept_text_times = settings.profile != Profile::v1_0_1,
      .ignore_expiry = !settings.verify_expiration,
      // Settings since 1.3.0; what 1.0.1 never looked at is not refused in its name.
      .ignore_unexpected_audience = settings.profile == Profile::v1_0_1,
  };
}

/// Whether any key has a name that a token could give.
bool has_named_key(const std::vector<jose::VerificationKey>& keys) {
  return std::ranges::any_of(keys, [](const auto& key) { return !key.kid().empty(); });
}

/// Whether a handler stands for what the setting would give.
bool is_replaced(const std::string& setting, const Handlers& handlers) {
  const bool own_codec = handlers.encode && handlers.decode;
  if (setting == "JWT_SECRET_KEY") return own_codec || handlers.user_secret_key;
  return own_codec && (setting == "JWT_PRIVATE_KEY" || setting == "JWT_PUBLIC_KEY");
}

void require_usable(const Settings& settings, const Handlers& handlers) {
  for (const auto& problem : check(settings))
    if (!is_replaced(problem.setting, handlers))
      throw std::invalid_argument(problem.setting + ": " + problem.reason);
}

}  // namespace

Service::Impl::Impl(Parts parts)
    : settings(std::move(parts.settings)),
      users(parts.users),
      handlers(std::move(parts.handlers)),
      clock(std::move(parts.clock)),
      random(std::move(parts.random)),
      directory(parts.users),
      rules(rules_of(settings)) {
  require_usable(settings, handlers);
  std::vector<SettingsProblem> replaced_by_handlers;
  keys = read_keys(settings, replaced_by_handlers);
  const bool named = has_named_key(keys.verification);
  rules.require_kid = settings.insist_on_kid && named;
  rules.ignore_kid = settings.profile != Profile::drf_jwt && !named;
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
