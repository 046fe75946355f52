#pragma once
// A dump for tests: a plain 1.11.0 site, with whatever a test wants otherwise.

#include <string>

#include "cli/migrate/django_site.hpp"

namespace restjwt::test {

inline Json plain_dump() {
  const auto json = parse_json(R"({
    "format": 1,
    "package": {"name": "djangorestframework-jwt", "version": "1.11.0"},
    "python": "3.6.15", "django": "1.11.2", "rest_framework": "3.6.3",
    "settings_module": "mysite.settings",
    "SECRET_KEY": {"secret": "settings.SECRET_KEY", "length": 50},
    "JWT_AUTH": {}, "DEFAULTS": {},
    "user": {
      "model": "auth.User", "table": "auth_user", "pk": {"column": "id", "kind": "integer"},
      "USERNAME_FIELD": "username",
      "username": {"column": "username", "max_length": 150, "unique": true},
      "columns": {"password": "password", "is_active": "is_active", "email": "email",
                  "first_name": "first_name", "last_name": "last_name", "is_staff": "is_staff",
                  "is_superuser": "is_superuser", "date_joined": "date_joined",
                  "last_login": "last_login"},
      "required": [], "other_tables": [], "password_max_length": 128,
      "get_by_natural_key": null, "check_password": null, "profile": null},
    "PASSWORD_HASHERS": [{"class": "x", "algorithm": "pbkdf2_sha256", "usable": true}],
    "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
    "database": {"alias": "default", "engine": "django.db.backends.sqlite3", "file": "/srv/db"},
    "views": [{"view": "obtain", "path": "/api-token-auth/", "class": null}],
    "blacklist": false, "REST_FRAMEWORK": {}, "APPEND_SLASH": true, "USE_TZ": true,
    "LANGUAGE_CODE": "en-us", "MIDDLEWARE": []
  })");
  return *json;
}

inline cli::migrate::DjangoSite site_of(const Json& dump) {
  return cli::migrate::read_site(to_text(dump));
}

/// The plain site with JWT_AUTH as given in JSON.
inline cli::migrate::DjangoSite site_with(const char* jwt_auth, const char* version = "1.11.0",
                                          const char* package = "djangorestframework-jwt") {
  auto dump = plain_dump();
  dump.set("JWT_AUTH", *parse_json(jwt_auth));
  dump.set("package", Json::object({{"name", package}, {"version", version}}));
  return site_of(dump);
}

}  // namespace restjwt::test
