// The settings that are plain values.
#include <algorithm>

#include "cli/migrate/mapping.hpp"
#include "cli/migrate/setting_value.hpp"
#include "server/config_nearest.hpp"

namespace restjwt::cli::migrate {
namespace {

class Values {
 public:
  Values(const DjangoSite& site, Mapping& mapping) : site_(site), mapping_(mapping) {}

  void map() {
    for (const auto& [name, kind] : value_settings()) {
      const Json* given = site_.jwt_auth.find(name);
      if (given && !given->is_null()) map_given(name, kind, *given);
      else map_default(name, kind);
    }
    if (mapping_.release.profile == auth::Profile::drf_jwt && mapping_.release.before(1, 17))
      write("JWT_TOKEN_ID", "off", mapping_.release.text() + " made no token ids");
    if (insecure_) write_top("allow_insecure", "needed by what Django did without a word");
    for (const auto& [name, value] : site_.jwt_auth.as_object()) refuse_unknown(name);
  }

 private:
  void add(std::string_view name, Fate fate, std::string text) {
    mapping_.settings.push_back({std::string(name), fate, std::move(text)});
  }
  void write(std::string_view name, Json value, std::string comment) {
    mapping_.config.push_back(
        {"JWT_AUTH", std::string(name), std::move(value), std::move(comment)});
  }
  Json default_value(std::string_view name) const {
    return effective_value(auth::Settings::of(mapping_.release.profile), name);
  }
  void write_top(const char* key, std::string comment) {
    mapping_.config.push_back({"", key, true, std::move(comment)});
  }

  void map_given(std::string_view name, Kind kind, const Json& given) {
    if (!is_known_to(mapping_.release, name))
      return add(name, Fate::unused, mapping_.release.text() + " does not read it; left out");
    const auto value = toml_setting(kind, given);
    if (!value) return refuse(name, value.error());
    if (name == "JWT_TOKEN_ID" && *value != Json("off") && *value != Json("include") &&
        *value != Json("require"))
      return refuse(name, "is none of off, include, require");
    if (*value == default_value(name)) return add(name, Fate::by_default, toml_value(*value));
    add(name, Fate::mapped, toml_value(*value) + remark(name, *value));
    write(name, *value, "JWT_AUTH");
  }

  /// Leaves a line with the default, for a person to decide.
  void refuse(std::string_view name, const std::string& why) {
    add(name, Fate::unmapped, why);
    mapping_.config.push_back({"JWT_AUTH", std::string(name), default_value(name), why, true});
  }

  /// A release whose default was another one than its profile's.
  void map_default(std::string_view name, Kind kind) {
    const Json* django = site_.defaults.find(name);
    if (!django || !is_known_to(mapping_.release, name)) return;
    const auto value = toml_setting(kind, *django);
    if (!value || value->is_null()) return;
    if (*value == default_value(name)) return;
    add(name, Fate::mapped, toml_value(*value) + ", the default of " + mapping_.release.text());
    write(name, *value, "the default of " + mapping_.release.text());
  }

  std::string remark(std::string_view name, const Json& value) {
    if ((name == "JWT_VERIFY" || name == "JWT_VERIFY_EXPIRATION") && value == Json(false)) {
      insecure_ = true;
      return name == "JWT_VERIFY" ? ". ANYBODY CAN BE ANYBODY, with Django now and with restjwt "
                                    "after: forged tokens are taken. Kept by allow_insecure = "
                                    "true, with a warning at every start; better delete both lines"
                                  : ". Stolen tokens live for ever. Kept by allow_insecure = true, "
                                    "with a warning at every start; better delete both lines";
    }
    if (name == "JWT_LEEWAY" && is_longer_than_an_hour(site_.jwt_auth.find(name))) {
      insecure_ = true;
      return ". More than an hour is taken only with allow_insecure = true, which is set";
    }
    if (name == "JWT_AUTH_COOKIE" && mapping_.release.profile == auth::Profile::v1_11_0)
      return ". The cookie gets Secure and SameSite=Lax, which it had not: browsers send it over "
             "HTTPS only (JWT_AUTH_COOKIE_SECURE = false undoes that)";
    return "";
  }

  static bool is_longer_than_an_hour(const Json* leeway) {
    const Json* delta = leeway ? leeway->find("timedelta") : nullptr;
    const Json* seconds = delta ? delta : leeway;
    return seconds && seconds->is_number() && seconds->as_double() > 3600;
  }

  void refuse_unknown(const std::string& name) {
    const auto names = known_settings();
    if (std::ranges::find(names, name) != names.end()) return;
    const auto near = server::nearest(name, names);
    add(name, Fate::unused,
        "no release knows this name; Django ignored it" +
            (near.empty() ? "" : ". Was " + std::string(near) + " meant? It had no effect"));
  }

  const DjangoSite& site_;
  Mapping& mapping_;
  bool insecure_ = false;
};

}  // namespace

std::vector<std::string> algorithms_of(const DjangoSite& site) {
  const Json* given = site.jwt_auth.find("JWT_ALGORITHM");
  if (!given || given->is_null()) return {"HS256"};
  const auto value = toml_setting(Kind::algorithms, *given);
  if (!value || value->is_null()) return {};
  if (value->is_string()) return {value->as_string()};
  std::vector<std::string> names;
  for (const auto& item : value->as_array()) names.push_back(item.as_string());
  return names;
}

void map_values(const DjangoSite& site, Mapping& mapping) { Values(site, mapping).map(); }

}  // namespace restjwt::cli::migrate
