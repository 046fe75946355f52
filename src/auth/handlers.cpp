#include <restjwt/auth/handlers.hpp>

namespace restjwt::auth {
namespace {

Json claim(const Json& claims, std::string_view name) {
  const Json* value = claims.find(name);
  return value ? *value : Json();
}

Json payload_1_0_1(const User& user, const Issuing& issuing) {
  return Json::object({
      {"user_id", user.id.to_json()},
      {"username", user.username},
      {"email", user.email.value_or("")},
      {"exp", issuing.exp()},
  });
}

Json payload_1_11_0(const User& user, const Issuing& issuing) {
  Json claims = Json::object({
      {"user_id", user.id.to_json()},
      {"username", user.username},
      {"exp", issuing.exp()},
  });
  if (user.email) claims.set("email", *user.email);
  claims.set(issuing.settings.username_field, user.username);
  return claims;
}

Json payload_drf_jwt(const User& user, const Issuing& issuing) {
  Json claims = Json::object({
      {"username", user.username},
      {"iat", std::int64_t{issuing.now.time_since_epoch().count()}},
      {"exp", issuing.exp()},
  });
  if (!issuing.token_id.empty()) claims.set("jti", issuing.token_id);
  if (issuing.settings.payload_include_user_id) claims.set("user_id", user.id.to_json());
  // A number, where a stray comma in the original's source made a list of one.
  if (!user.profile_id.is_null()) claims.set("user_profile_id", user.profile_id);
  return claims;
}

}  // namespace

std::int64_t Issuing::exp() const {
  // Cut after adding, as the original's timegm() does: a fraction in the delta rounds down.
  const auto end = std::chrono::floor<std::chrono::seconds>(now + settings.expiration_delta);
  return end.time_since_epoch().count();
}

Json default_payload(const User& user, const Issuing& issuing) {
  switch (issuing.settings.profile) {
    case Profile::v1_11_0:
      return payload_1_11_0(user, issuing);
    case Profile::drf_jwt:
      return payload_drf_jwt(user, issuing);
    case Profile::v1_0_1:
      break;
  }
  return payload_1_0_1(user, issuing);
}

Json default_user_id(const Json& claims) { return claim(claims, "user_id"); }

Json default_username(const Json& claims) { return claim(claims, "username"); }

Json default_response(const Grant& grant, Profile profile) {
  if (profile != Profile::drf_jwt) return Json::object({{"token", grant.token}});
  return Json::object({{"pk", grant.issued_at}, {"token", grant.token}});
}

}  // namespace restjwt::auth
