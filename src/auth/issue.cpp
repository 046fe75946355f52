// Who gets which claims, signed with which key.

#include <stdexcept>

#include "auth/service_impl.hpp"

namespace restjwt::auth {
namespace {

Json audience_claim(const Settings& settings) {
  if (settings.audience.size() == 1 && !settings.audience_is_list) return settings.audience.front();
  return Json(Json::Array(settings.audience.begin(), settings.audience.end()));
}

}  // namespace

jose::SigningKey Service::Impl::own_signing_key(const User& user) const {
  auto key =
      jose::SigningKey::from_secret(handlers.user_secret_key(user), settings.algorithms.front(),
                                    {.allow_short_secret = settings.allow_short_secret});
  if (!key)
    throw StoreError("the user's own secret key (JWT_GET_USER_SECRET_KEY) cannot be used: " +
                     key.error().message());
  return *std::move(key);
}

Json issued_at_of(const Json& claims) {
  const Json* issued_at = claims.find("iat");
  return issued_at ? *issued_at : Json();
}

bool Service::Impl::signs_with_own_key() const {
  return handlers.user_secret_key && jose::is_hmac(settings.algorithms.front());
}

std::string Service::Impl::encode(const Json& claims, const User& user) const {
  if (handlers.encode) return handlers.encode(claims);
  return jose::encode(claims, signs_with_own_key() ? own_signing_key(user) : keys.signing.value());
}

Grant Service::Impl::issue(const UserPtr& user, TimePoint now, const Carried& carried) const {
  Issuing issuing{.settings = settings, .now = now};
  if (settings.token_id != TokenId::off) issuing.token_id = random_uuid(random);
  Json claims = handlers.payload(*user, issuing);
  if (!carried.orig_iat.is_null()) claims.set("orig_iat", carried.orig_iat);
  if (!settings.audience.empty()) claims.set("aud", audience_claim(settings));
  if (settings.issuer) claims.set("iss", *settings.issuer);
  if (!carried.orig_jti.is_null()) claims.set("orig_jti", carried.orig_jti);
  std::string token = encode(claims, *user);
  if (token.size() > settings.max_token_length)
    throw StoreError("the token would be longer than max_token_length, so nobody would take it");
  return {std::move(token), user, issued_at_of(claims), now};
}

Grant Service::Impl::issue_first(const UserPtr& user) const {
  const TimePoint now = clock();
  Carried carried;
  if (settings.allow_refresh) carried.orig_iat = std::int64_t{now.time_since_epoch().count()};
  return issue(user, now, carried);
}

}  // namespace restjwt::auth
