#include <restjwt/auth/service.hpp>

#include <stdexcept>

#include "auth/pairs_impl.hpp"
#include "auth/service_impl.hpp"
#include "auth/sessions_impl.hpp"
#include "auth/settings_check.hpp"

namespace restjwt::auth {
namespace {

/// With its claims; a longer one takes the place of others.
constexpr std::size_t bytes_of_a_token = 4096;

bool is_key(std::string_view setting) {
  return setting == "JWT_SECRET_KEY" || setting == "JWT_PRIVATE_KEY" || setting == "JWT_PUBLIC_KEY";
}

/// The keys of the settings, where these can be used; handlers may stand in for keys.
SettingsKeys require_usable(const Settings& settings, const Handlers& handlers, bool take_turns) {
  std::vector<SettingsProblem> problems;
  SettingsKeys keys = read_settings_keys(
      settings, {.users_own = bool(handlers.user_secret_key), .take_turns = take_turns}, problems);
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
      settings_keys(require_usable(settings, handlers, parts.keys.has_value())) {
  if (parts.verified_tokens > 0)
    verified_tokens = std::make_unique<jose::VerifiedTokenCache>(jose::VerifiedTokenLimits{
        .entries = parts.verified_tokens, .bytes = parts.verified_tokens * bytes_of_a_token});
  if (parts.sessions) sessions = std::make_unique<Sessions::Impl>(*parts.sessions, *this);
  if (parts.pairs)
    pairs = std::make_unique<Pairs::Impl>(*std::move(parts.pairs), *this,
                                          OtherKeys{.users_own = bool(handlers.user_secret_key),
                                                    .take_turns = parts.keys.has_value()});
  if (parts.throttle && parts.throttle->settings.enabled) throttle.emplace(*parts.throttle);
  if (parts.keys) use(*parts.keys);
  else keys.store(std::make_shared<const KeyRing>(settings_keys, settings));
  // The key objects have them now; one copy less in memory.
  settings.secret_key = settings.private_key = {};
  settings.private_key_passphrase = {};
}

Service::Impl::~Impl() = default;

bool Service::Impl::are_of_pair(const Json& claims) const {
  return claims.find("token_type") || (pairs && pairs->are_of_pair(claims));
}

void Service::Impl::use(const KeySchedule& schedule) {
  if (handlers.user_secret_key)
    throw std::invalid_argument("JWT_GET_USER_SECRET_KEY: excludes keys that take turns");
  auto ring = std::make_shared<const KeyRing>(settings_keys, settings, schedule);
  const bool signs = handlers.encode || ring->can_sign(clock());
  // A key that was ended is used no more, whatever else is wrong: somebody else may have it.
  const auto current = keys.load();
  if (signs || (current && current->has_retired_of(schedule))) keys.store(std::move(ring));
  if (!signs) throw std::invalid_argument("no key signs now; make one with: restjwt keys generate");
}

void Service::use_keys(const KeySchedule& schedule) { impl_->use(schedule); }

std::shared_ptr<const PublishedKeys> Service::published_keys() const {
  return impl_->keys.load()->published();
}

Service::Service(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Service::~Service() = default;

std::string Service::issue(const User& user, const Client& client) {
  auto issued = impl_->log_in(std::make_shared<const User>(user), "",
                              {.name = "login", .client = client}, impl_->issue_single());
  if (!issued) throw StoreError("the user is not active any more, or is gone");
  return std::move(issued->grant.token);
}

std::optional<Pairs> Service::pairs() noexcept {
  return impl_->pairs ? std::optional(Pairs(*impl_->pairs)) : std::nullopt;
}

std::optional<Sessions> Service::sessions() noexcept {
  return impl_->sessions ? std::optional(Sessions(*impl_->sessions)) : std::nullopt;
}

Json Service::response(const Grant& grant) const {
  return impl_->handlers.response ? impl_->handlers.response(grant)
                                  : default_response(grant, impl_->settings.profile);
}

const Settings& Service::settings() const noexcept { return impl_->settings; }
UserDirectory& Service::directory() noexcept { return impl_->directory; }

}  // namespace restjwt::auth
