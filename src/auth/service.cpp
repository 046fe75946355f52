#include <restjwt/auth/service.hpp>

#include <stdexcept>

#include <restjwt/jose/unverified.hpp>

#include "auth/service_impl.hpp"

namespace restjwt::auth {
namespace {

jose::Validation rules_of(const Settings& settings) {
  return {
      .leeway = settings.leeway,
      .max_length = settings.max_token_length,
      // BEHAVIOUR.md §9 row 18: kept in the profiles, as clients saw it.
      .accept_at_expiry = true,
      .untyped_expiry_is_past = true,
      .ignore_expiry = !settings.verify_expiration,
  };
}

void require_usable(const Settings& settings, const Handlers& handlers) {
  const bool own_key = !handlers.encode || !handlers.decode;
  for (const auto& problem : check(settings)) {
    if (problem.setting == "JWT_SECRET_KEY" && !own_key) continue;
    throw std::invalid_argument(problem.setting + ": " + problem.reason);
  }
}

}  // namespace

bool is_falsy(const Json& value) {
  if (value.is_null()) return true;
  if (value.is_bool()) return !value.as_bool();
  if (value.is_number()) return value.as_double() == 0;
  if (value.is_string()) return value.as_string().empty();
  return value.is_array() ? value.as_array().empty() : value.as_object().empty();
}

Service::Impl::Impl(Parts parts)
    : settings(std::move(parts.settings)),
      users(parts.users),
      handlers(std::move(parts.handlers)),
      clock(std::move(parts.clock)),
      random(std::move(parts.random)),
      directory(parts.users),
      rules(rules_of(settings)) {
  require_usable(settings, handlers);
  if (!settings.secret_key.empty()) {
    key = jose::family(settings.algorithm) == jose::Family::hmac
              ? jose::SigningKey::from_secret(settings.secret_key, settings.algorithm,
                                              {.allow_short_secret = settings.allow_short_secret})
                    .value()
              : jose::SigningKey::from_pem(settings.secret_key, settings.algorithm).value();
    verification_keys.push_back(key->verification_key());
    settings.secret_key = {};  // the key objects have it now; one copy less in memory
  }
}

Result<Json> Service::Impl::decode(std::string_view token, TimePoint now) const {
  if (handlers.decode) {
    auto claims = handlers.decode(token, now);
    if (claims && !claims->is_object()) return jose::TokenErrc::malformed;
    return claims;
  }
  if (!settings.verify) {
    auto seen = jose::peek(token, settings.max_token_length);
    if (!seen) return seen.error();
    return std::move(seen->claims);
  }
  auto verified = jose::decode(token, verification_keys, rules, now);
  if (!verified) return verified.error();
  return (*std::move(verified)).take_claims();
}

Result<UserPtr> Service::Impl::identify(const Json& claims, Reach reach) {
  const Json claim = handlers.user_id(claims);
  if (is_falsy(claim)) return AuthErrc::invalid_payload;
  const auto id = UserId::from_json(claim);
  if (!id) return AuthErrc::user_not_found;
  auto user = directory.find(*id, reach);
  if (user && !(*user)->is_active) return AuthErrc::user_inactive;
  return user;
}

std::string Service::Impl::encode(const Json& claims) const {
  return handlers.encode ? handlers.encode(claims) : jose::encode(claims, *key);
}

std::string Service::Impl::issue(const User& user, TimePoint now,
                                 std::optional<Json> orig_iat) const {
  Json claims = handlers.payload(user, settings, now);
  if (orig_iat) claims.set("orig_iat", *std::move(orig_iat));
  return encode(claims);
}

Service::Service(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Service::~Service() = default;

std::string Service::issue(const User& user) const {
  const TimePoint now = impl_->clock();
  std::optional<Json> orig_iat;
  if (impl_->settings.allow_refresh) orig_iat = std::int64_t{now.time_since_epoch().count()};
  return impl_->issue(user, now, std::move(orig_iat));
}

const Settings& Service::settings() const noexcept { return impl_->settings; }
UserDirectory& Service::directory() noexcept { return impl_->directory; }

}  // namespace restjwt::auth
