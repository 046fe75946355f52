// The table of the package's settings: which releases read each, and what it may hold.
#include <algorithm>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr Version never{99, 0, 0};
constexpr Version always{0, 0, 0};

/// Which releases read it: djangorestframework-jwt from `since` to before `until`, and drf-jwt from
/// `fork`.
struct Known {
  std::string_view name;
  Version since;
  Version until;
  Version fork;
};

constexpr Known all_settings[] = {
    {"JWT_ENCODE_HANDLER", always, never, always},
    {"JWT_DECODE_HANDLER", always, never, always},
    {"JWT_PAYLOAD_HANDLER", always, never, always},
    {"JWT_PAYLOAD_GET_USER_ID_HANDLER", {1, 0, 0}, {1, 7, 0}, never},
    {"JWT_PAYLOAD_GET_USERNAME_HANDLER", {1, 7, 0}, never, always},
    {"JWT_RESPONSE_PAYLOAD_HANDLER", {1, 2, 0}, never, always},
    {"JWT_GET_USER_SECRET_KEY", {1, 10, 0}, never, always},
    {"JWT_SECRET_KEY", always, never, always},
    {"JWT_PRIVATE_KEY", {1, 9, 0}, never, always},
    {"JWT_PUBLIC_KEY", {1, 9, 0}, never, always},
    {"JWT_ALGORITHM", always, never, always},
    {"JWT_INSIST_ON_KID", never, never, {1, 16, 0}},
    {"JWT_TOKEN_ID", never, never, {1, 17, 0}},
    {"JWT_VERIFY", always, never, always},
    {"JWT_VERIFY_EXPIRATION", always, never, always},
    {"JWT_LEEWAY", always, never, always},
    {"JWT_EXPIRATION_DELTA", always, never, always},
    {"JWT_AUDIENCE", {1, 3, 0}, never, always},
    {"JWT_ISSUER", {1, 3, 0}, never, always},
    {"JWT_ALLOW_REFRESH", {1, 0, 0}, never, always},
    {"JWT_REFRESH_EXPIRATION_DELTA", {1, 0, 0}, never, always},
    {"JWT_AUTH_HEADER_PREFIX", {1, 0, 0}, never, always},
    {"JWT_AUTH_COOKIE", {1, 10, 0}, never, always},
    {"JWT_AUTH_COOKIE_DOMAIN", never, never, {1, 14, 0}},
    {"JWT_AUTH_COOKIE_PATH", never, never, {1, 14, 0}},
    {"JWT_AUTH_COOKIE_SECURE", never, never, {1, 14, 0}},
    {"JWT_AUTH_COOKIE_SAMESITE", never, never, {1, 14, 0}},
    {"JWT_IMPERSONATION_COOKIE", never, never, {1, 14, 0}},
    {"JWT_PAYLOAD_INCLUDE_USER_ID", never, never, {1, 13, 3}},
    {"JWT_DELETE_STALE_BLACKLISTED_TOKENS", never, never, {1, 15, 0}},
};

constexpr NamedKind value_kinds[] = {
    {"JWT_ALGORITHM", Kind::algorithms},
    {"JWT_INSIST_ON_KID", Kind::flag},
    {"JWT_TOKEN_ID", Kind::text},
    {"JWT_VERIFY", Kind::flag},
    {"JWT_VERIFY_EXPIRATION", Kind::flag},
    {"JWT_LEEWAY", Kind::duration},
    {"JWT_EXPIRATION_DELTA", Kind::duration},
    {"JWT_AUDIENCE", Kind::audience},
    {"JWT_ISSUER", Kind::text},
    {"JWT_ALLOW_REFRESH", Kind::flag},
    {"JWT_REFRESH_EXPIRATION_DELTA", Kind::duration},
    {"JWT_AUTH_HEADER_PREFIX", Kind::word},
    {"JWT_AUTH_COOKIE", Kind::word},
    {"JWT_AUTH_COOKIE_DOMAIN", Kind::text},
    {"JWT_AUTH_COOKIE_PATH", Kind::text},
    {"JWT_AUTH_COOKIE_SECURE", Kind::flag},
    {"JWT_AUTH_COOKIE_SAMESITE", Kind::text},
    {"JWT_IMPERSONATION_COOKIE", Kind::word},
    {"JWT_PAYLOAD_INCLUDE_USER_ID", Kind::flag},
    {"JWT_DELETE_STALE_BLACKLISTED_TOKENS", Kind::flag},
};

const Known* find_known(std::string_view setting) {
  const auto found = std::ranges::find(all_settings, setting, &Known::name);
  return found == std::end(all_settings) ? nullptr : found;
}

}  // namespace

std::vector<std::string_view> known_settings() {
  std::vector<std::string_view> names;
  for (const auto& known : all_settings) names.push_back(known.name);
  return names;
}

bool is_known_to(const Release& release, std::string_view setting) {
  const Known* known = find_known(setting);
  if (!known) return false;
  if (release.profile == auth::Profile::drf_jwt) return release.version >= known->fork;
  return release.version >= known->since && release.version < known->until;
}

std::span<const NamedKind> value_settings() { return value_kinds; }

}  // namespace restjwt::cli::migrate
