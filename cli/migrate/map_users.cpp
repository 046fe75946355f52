// The user model, its table, and who may log in.
#include <algorithm>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr std::string_view django_backends = "django.contrib.auth.backends.";

class UserMap {
 public:
  UserMap(const DjangoSite& site, Mapping& mapping)
      : site_(site), user_(site.user), mapping_(mapping) {}

  void map() {
    map_database();
    map_table();
    map_columns();
    map_profile();
    map_own_methods();
    map_hashers();
    if (!user_.required.empty()) say_required();
    for (const auto& backend : site_.backends) map_backend(backend);
  }

 private:
  void add(std::string subject, Fate fate, std::string text) {
    mapping_.site.push_back({std::move(subject), fate, std::move(text)});
  }
  void write(std::string key, Json value, std::string comment) {
    mapping_.config.push_back({"users", std::move(key), std::move(value), std::move(comment)});
  }

  void map_database() {
    if (is_on_postgres()) {
      mapping_.config.push_back({"", "database", site_.database_url, "settings.DATABASES"});
      return add("database", Fate::mapped,
                 "PostgreSQL, " + site_.database_url +
                     "; the password stays outside, in PGPASSWORD or a file that PGPASSFILE names");
    }
    if (!site_.engine.ends_with("sqlite3")) {
      mapping_.config.push_back({"", "database", "sqlite:restjwt.db", site_.engine, true});
      return add("database", Fate::unmapped,
                 site_.engine + ": only SQLite and PostgreSQL are there");
    }
    add("database", Fate::mapped, "SQLite, " + site_.database_file);
    mapping_.config.push_back({"", "database", url(), "settings.DATABASES"});
  }
  bool is_on_postgres() const { return !site_.database_url.empty(); }
  std::string url() const { return "sqlite://" + site_.database_file; }

  void map_table() {
    const std::string model = user_.model + ", table " + user_.table;
    if (!user_.other_tables.empty())
      return add(
          "user model", Fate::unmapped,
          model + ": a part of its columns stands in table " + user_.other_tables.front() +
              ", since the model inherits from another; restjwt reads one table. A view that "
              "joins them, named as [users] table, may serve");
    if (user_.id_kind == "other")
      return add("user model", Fate::unmapped,
                 model + ": its primary key is neither a number nor a UUID");
    if (!user_.username_is_unique)
      return add(
          "user model", Fate::unmapped,
          model + ": " + user_.username_field + " is not unique, so a name may mean two users");
    add("user model", Fate::mapped,
        model + ", logs in with " + user_.username_field + ", key " + user_.id_column +
            (user_.id_kind == "uuid" ? " (UUID)" : " (number)"));
  }

  void map_columns() {
    const auto unless = [&](const char* key, const std::string& value, std::string_view usual,
                            const char* comment) {
      if (value != usual) write(key, value, comment);
    };
    unless("table", user_.table, "auth_user", "AUTH_USER_MODEL");
    unless("USERNAME_FIELD", user_.username_field, "username", "AUTH_USER_MODEL");
    unless("id", user_.id_column, "id", "its primary key");
    unless("username", user_.username_column, user_.username_field, "the column of USERNAME_FIELD");
    for (const auto& [field, column] : user_.columns)
      if (!column.empty()) unless(field.c_str(), column, field, "its column");
    if (user_.table != "auth_user") name_missing_columns();
  }

  // What the model does not have is absent for good, even if the table has a column of that name.
  void name_missing_columns() {
    for (const auto& [field, column] : user_.columns)
      if (column.empty()) write(field, "", "the model has none");
  }

  void map_profile() {
    if (mapping_.release.profile != auth::Profile::drf_jwt || user_.profile_table.empty()) return;
    if (is_on_postgres())
      return add("user.profile", Fate::unmapped,
                 "its key would go into the claim user_profile_id, which takes a statement, and "
                 "those are for SQLite only; tokens from here do not have the claim");
    const auto quoted = [](const std::string& identifier) {
      std::string text = "\"";
      for (const char c : identifier) text += c == '"' ? "\"\"" : std::string(1, c);
      return text + "\"";
    };
    const auto sql = "SELECT " + quoted(user_.profile_id) + " FROM " + quoted(user_.profile_table) +
                     " WHERE " + quoted(user_.profile_user) + " = ?";
    write("user_profile_id", Json::object({{"sql", sql}}), "user.profile");
    add("user.profile", Fate::mapped, "its key goes into the claim user_profile_id");
  }

  /// What a new password gets must be read by Django.
  void map_hashers() {
    const auto usable = [&](std::string_view algorithm) {
      return std::ranges::any_of(site_.hashers, [&](const SiteHasher& hasher) {
        return hasher.is_usable && hasher.algorithm == algorithm;
      });
    };
    const std::string never = ". A login rewrites no hash here ([users] write)";
    const bool prefers_argon2 =
        !site_.hashers.empty() && site_.hashers.front().algorithm == "argon2";
    if (usable("argon2") && (prefers_argon2 || !usable("pbkdf2_sha256"))) {
      add("PASSWORD_HASHERS", Fate::mapped, "new passwords get argon2, as in Django" + never);
      mapping_.config.push_back({"", "PASSWORD_HASHER", "argon2", "settings.PASSWORD_HASHERS"});
    } else if (usable("pbkdf2_sha256")) {
      add("PASSWORD_HASHERS", Fate::by_default,
          "new passwords get pbkdf2_sha256, which Django reads" + never);
    } else {
      add("PASSWORD_HASHERS", Fate::unmapped,
          "Django reads neither argon2 nor pbkdf2_sha256 there, the only hashes restjwt makes. "
          "Add PBKDF2PasswordHasher, or let no password be changed here ([users] write = "
          "\"nothing\")");
    }
  }

  void say_required() {
    std::string columns;
    for (const auto& column : user_.required) columns += (columns.empty() ? "" : ", ") + column;
    add("new users", Fate::mapped,
        "are for Django to make: `restjwt users add` cannot fill " + columns +
            ", which the table demands. Logins and tokens do not need it");
  }

  void map_own_methods() {
    if (!user_.own_lookup.empty())
      add("get_by_natural_key", Fate::unmapped,
          user_.own_lookup +
              ": a lookup of the site's own. restjwt finds names exactly, with regard to case; if "
              "this one does not, bring the stored names to one form first and let clients send "
              "that");
    if (!user_.own_check_password.empty())
      add("check_password", Fate::unmapped,
          user_.own_check_password +
              ": passwords are checked in the site's own way; restjwt checks Django's hashes");
  }

  void map_backend(const std::string& backend) {
    if (backend == std::string(django_backends) + "ModelBackend")
      return add("login", Fate::mapped, backend);
    if (backend.starts_with(std::string(django_backends) + "AllowAllUsers"))
      return add("login", Fate::mapped, backend + ": disabled users are refused all the same");
    add("login", Fate::unmapped,
        backend +
            ": logins through it would end, since restjwt checks the passwords of the user table "
            "and nothing else. If the token endpoints do not need it, this is no matter");
  }

  const DjangoSite& site_;
  const SiteUserModel& user_;
  Mapping& mapping_;
};

}  // namespace

void map_users(const DjangoSite& site, Mapping& mapping) { UserMap(site, mapping).map(); }

}  // namespace restjwt::cli::migrate
