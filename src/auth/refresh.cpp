// A fresh token for a good one. Of the old token only orig_iat and its first id are carried over.

#include <restjwt/auth/service.hpp>

#include "auth/service_impl.hpp"
#include "auth/sessions_impl.hpp"

namespace restjwt::auth {
namespace {

/// drf-jwt asked for a value, the others for one that Python calls true.
bool is_missing(const Json& orig_iat, Profile profile) {
  if (profile == Profile::drf_jwt && (orig_iat.is_number() || orig_iat.is_bool())) return false;
  return is_falsy(orig_iat);
}

/// Whether `now` lies in the window that began at orig_iat. No error means it does.
std::error_code check_window(const Json* orig_iat, const Settings& settings, TimePoint now,
                             std::chrono::seconds ahead) {
  if (!orig_iat || is_missing(*orig_iat, settings.profile)) return AuthErrc::orig_iat_missing;
  if (!orig_iat->is_number() && !orig_iat->is_bool()) return jose::TokenErrc::invalid_claim;
  const double began = orig_iat->is_bool() ? 1 : orig_iat->as_double();  // Python: True == 1
  const auto instant = static_cast<double>(now.time_since_epoch().count());

  // A window from the future would widen itself (BEHAVIOUR.md §9 row 30).
  const std::chrono::duration<double> leeway = settings.leeway + ahead;
  if (began > instant + leeway.count()) return AuthErrc::refresh_expired;

  const auto length = std::chrono::floor<std::chrono::seconds>(settings.refresh_expiration_delta);
  if (instant > began + static_cast<double>(length.count())) return AuthErrc::refresh_expired;
  return {};
}

}  // namespace

Json first_id(const Json& claims) {
  for (const auto* name : {"orig_jti", "jti"})
    if (const Json* id = claims.find(name); id && !is_falsy(*id)) return *id;
  return {};
}

Result<Grant> Service::refresh(std::string_view token, Reach reach) {
  const TimePoint now = impl_->clock();
  const auto known = impl_->know_for_exchange(token, now, reach);
  if (!known) return known.error();
  const Json* orig_iat = known->claims.find("orig_iat");
  const auto ahead = impl_->sessions ? impl_->sessions->ahead() : std::chrono::seconds{0};
  if (const auto why = check_window(orig_iat, impl_->settings, now, ahead)) return why;
  if (impl_->handlers.payload_blocks && reach == Reach::memory) return AuthErrc::needs_store;
  Carried carried{.orig_iat = *orig_iat};
  // Also where no ids are made any more: it is what the session is known by.
  carried.orig_jti = first_id(known->claims);
  auto issued = impl_->issue(known->user, now, carried);
  if (impl_->sessions && !impl_->sessions->note_refreshed(issued, reach))
    return AuthErrc::needs_store;
  return std::move(issued.grant);
}

}  // namespace restjwt::auth
