// Functions of the site's own: Python cannot run here, so each is named with what to do instead.
#include <algorithm>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr const char* in_a_program =
    "a function of the site's own. The server has no setting for it: only a program that uses the "
    "C++ library can replace it. If it does what the package does, take it out of JWT_AUTH";

struct Handler {
  std::string_view name;
  const char* instead;  ///< what to do, for a person
  ConfigLine todo;      ///< the line to finish; no key: there is none
};

const std::vector<Handler>& handlers() {
  static const std::vector<Handler> all{
      {"JWT_ENCODE_HANDLER", in_a_program, {}},
      {"JWT_DECODE_HANDLER", in_a_program, {}},
      {"JWT_PAYLOAD_HANDLER",
       "a function of the site's own. Write all the claims it makes into [claims] of restjwt.toml, "
       "which replaces the package's own: a fixed value, a column of the user, or a SELECT; exp is "
       "always added. The claims that say who it is (user_id, and from 1.7.0 on username) must be "
       "among them",
       {"claims", "user_id", Json::object({{"column", "id"}}), "", true}},
      {"JWT_PAYLOAD_GET_USER_ID_HANDLER",
       "a function of the site's own. Write the name of the claim it reads",
       {"JWT_AUTH", "JWT_PAYLOAD_GET_USER_ID_HANDLER", "user_id", "", true}},
      {"JWT_PAYLOAD_GET_USERNAME_HANDLER",
       "a function of the site's own. Write the name of the claim it reads",
       {"JWT_AUTH", "JWT_PAYLOAD_GET_USERNAME_HANDLER", "username", "", true}},
      {"JWT_RESPONSE_PAYLOAD_HANDLER",
       "a function of the site's own. Write its answer as a template: whole strings such as "
       "\"{token}\", \"{user.id}\", \"{user.username}\" and \"{user.email}\" are filled in",
       {"JWT_AUTH", "JWT_RESPONSE_PAYLOAD_HANDLER",
        Json::object(
            {{"token", "{token}"},
             {"user", Json::object({{"id", "{user.id}"}, {"username", "{user.username}"}})}}),
        "", true}},
      {"JWT_GET_USER_SECRET_KEY",
       "a function of the site's own. Name the column of the user table that holds the secret, or "
       "a SELECT with one ? for the user's id; where Python computes it, store it in a column "
       "first",
       {"JWT_AUTH", "JWT_GET_USER_SECRET_KEY", Json::object({{"column", "jwt_secret"}}), "", true}},
  };
  return all;
}

/// The package's own function under its own setting.
bool is_builtin(std::string_view path) { return path.starts_with("rest_framework_jwt."); }

void map_handler(const Handler& handler, const Json& value, Mapping& mapping) {
  const auto add = [&](Fate fate, std::string text) {
    mapping.settings.push_back({std::string(handler.name), fate, std::move(text)});
  };
  const Json* function = value.find("function");
  if (!function || !function->is_string()) return add(Fate::unmapped, "is no function");
  const auto& path = function->as_string();
  if (is_builtin(path)) return add(Fate::by_default, path);
  if (!is_known_to(mapping.release, handler.name))
    return add(Fate::unused, path + ": " + mapping.release.text() + " does not call it; left out");
  add(Fate::unmapped, path + ": " + handler.instead);
  if (handler.todo.key.empty()) return;
  auto line = handler.todo;
  line.comment = "in place of " + path;
  mapping.config.push_back(line);
  if (handler.name != "JWT_PAYLOAD_HANDLER" || mapping.release.profile == auth::Profile::v1_0_1)
    return;
  line.key = "username";
  line.value = Json::object({{"column", "username"}});
  mapping.config.push_back(std::move(line));
}

}  // namespace

std::vector<std::string_view> own_handlers(const DjangoSite& site, const Release& release) {
  std::vector<std::string_view> names;
  for (const auto& handler : handlers()) {
    const Json* value = site.jwt_auth.find(handler.name);
    const Json* function = value ? value->find("function") : nullptr;
    if (function && function->is_string() && !is_builtin(function->as_string()) &&
        is_known_to(release, handler.name))
      names.push_back(handler.name);
  }
  return names;
}

void map_handlers(const DjangoSite& site, Mapping& mapping) {
  for (const auto& handler : handlers())
    if (const Json* value = site.jwt_auth.find(handler.name); value && !value->is_null())
      map_handler(handler, *value, mapping);
}

}  // namespace restjwt::cli::migrate
