// Who gets which claims, signed with which key.

#include <algorithm>
#include <stdexcept>

#include "auth/service_impl.hpp"
#include "auth/sessions_impl.hpp"

namespace restjwt::auth {

Json audience_claim(const Settings& settings) {
  if (settings.audience.size() == 1 && !settings.audience_is_list) return settings.audience.front();
  return Json(Json::Array(settings.audience.begin(), settings.audience.end()));
}

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

std::string Service::Impl::encode(const Json& claims, const User& user, TimePoint now) const {
  if (handlers.encode) return handlers.encode(claims);
  if (signs_with_own_key()) return jose::encode(claims, own_signing_key(user));
  return jose::encode(claims, keys.load()->signing(now));
}

Issued Service::Impl::issue(const UserPtr& user, TimePoint now, const Carried& carried) const {
  Issuing issuing{.settings = settings, .now = now};
  if (settings.token_id != TokenId::off) issuing.token_id = random_uuid(random);
  Json claims = handlers.payload(*user, issuing);
  if (are_of_pair(claims))
    throw std::logic_error("the payload has the claim that tells tokens of pairs (token_type)");
  if (!carried.orig_iat.is_null()) claims.set("orig_iat", carried.orig_iat);
  if (!settings.audience.empty()) claims.set("aud", audience_claim(settings));
  if (settings.issuer) claims.set("iss", *settings.issuer);
  if (!carried.orig_jti.is_null()) claims.set("orig_jti", carried.orig_jti);
  std::string token = encode(claims, *user, now);
  if (token.size() > settings.max_token_length)
    throw StoreError("the token would be longer than max_token_length, so nobody would take it");
  return {{std::move(token), user, issued_at_of(claims), now}, std::move(claims)};
}

Service::Impl::Issue Service::Impl::issue_single() const {
  return [this](const UserPtr& user, TimePoint now) {
    Carried carried;
    if (settings.allow_refresh) carried.orig_iat = std::int64_t{now.time_since_epoch().count()};
    return issue(user, now, carried);
  };
}

Result<Issued> Service::Impl::log_in(const UserPtr& user, std::string_view password,
                                     const AuditEvent& event, const Issue& issue_now) {
  const TimePoint called = clock();
  TimePoint now = called;
  do {
    auto issued = issue_now(user, now);
    if (!sessions) return issued;
    const auto opening = sessions->open(issued, password, event);
    if (opening.outcome == Opening::Outcome::opened) return issued;
    if (opening.outcome == Opening::Outcome::user_changed) return AuthErrc::bad_credentials;
    now = std::max(now + std::chrono::seconds{1}, opening.from);  // always on: claims may tell less
  } while (now - called <= furthest_start);
  throw StoreBusy("sessions of the user were ended faster than time goes on");
}

}  // namespace restjwt::auth
