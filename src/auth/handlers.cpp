#include <restjwt/auth/handlers.hpp>

namespace restjwt::auth {

Json default_payload(const User& user, const Settings& settings, TimePoint now) {
  // Cut after adding, as the original's timegm() does: a fraction in the delta rounds down.
  const auto exp = std::chrono::floor<std::chrono::seconds>(now + settings.expiration_delta);
  return Json::object({
      {"user_id", user.id.to_json()},
      {"username", user.username},
      {"email", user.email},
      {"exp", Json(std::int64_t{exp.time_since_epoch().count()})},
  });
}

Json default_user_id(const Json& claims) {
  const Json* id = claims.find("user_id");
  return id ? *id : Json();
}

}  // namespace restjwt::auth
