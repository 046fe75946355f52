#include "cli/migrate/django_site.hpp"

#include <fstream>
#include <iterator>

#include "cli/command.hpp"
#include "cli/migrate/dump_member.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr std::string_view key_settings[] = {"JWT_SECRET_KEY", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY"};

// It becomes a part of a command that a person runs.
bool is_place(std::string_view text) {
  if (text == "settings.SECRET_KEY") return true;
  for (const std::string_view name : key_settings) {
    const auto front = "JWT_AUTH." + std::string(name);
    if (!text.starts_with(front)) continue;
    text.remove_prefix(front.size());
    if (text.empty()) return true;
    if (!text.starts_with('[') || !text.ends_with(']') || text.size() < 3 || text.size() > 6)
      return false;
    return text.find_first_not_of("0123456789", 1) == text.size() - 1;
  }
  return false;
}

SiteKey key_of(const Dump& dump) {
  const auto place = dump.at("secret");
  if (!is_place(place.text())) place.wrong("is no place of a key");
  return {.place = place.text(),
          .length = dump.at("length").size(),
          .is_pem = dump.at("kind").text_or("") == "pem",
          .is_bytes = dump.at("bytes").is_true(),
          .is_object = dump.at("kind").text_or("") == "object"};
}

bool is_key(const Json& value) {
  const Json* place = value.find("secret");
  return place && place->is_string();
}

SiteKeys read_keys(const Dump& dump) {
  SiteKeys keys;
  const Json& value = dump.json();
  if (is_key(value)) {
    keys.entries.push_back(key_of(dump));
  } else if (value.is_array()) {
    keys.shape = SiteKeys::Shape::list;
    for (const auto& item : dump.items()) keys.entries.push_back(key_of(item));
  } else if (value.is_object()) {
    keys.shape = SiteKeys::Shape::table;
    for (const auto& [kid, item] : dump.object().as_object()) {
      keys.entries.push_back(key_of(dump.at(kid)));
      keys.entries.back().kid = kid;
      keys.entries.back().is_in_table = true;
    }
  }
  return keys;
}

SiteUserModel read_user(const Dump& dump) {
  SiteUserModel user{.model = dump.at("model").text(),
                     .table = dump.at("table").identifier(),
                     .id_column = dump.at("pk").at("column").identifier(),
                     .id_kind = dump.at("pk").at("kind").text(),
                     .username_field = dump.at("USERNAME_FIELD").text(),
                     .username_column = dump.at("username").at("column").identifier(),
                     .username_max_length = dump.at("username").at("max_length").size_or(0),
                     .username_is_unique = dump.at("username").at("unique").flag(),
                     .password_max_length = dump.at("password_max_length").size_or(0),
                     .own_lookup = dump.at("get_by_natural_key").text_or(""),
                     .own_check_password = dump.at("check_password").text_or("")};
  for (const auto* name : {"password", "is_active", "email", "first_name", "last_name", "is_staff",
                           "is_superuser", "date_joined", "last_login"}) {
    const auto column = dump.at("columns").at(name);
    user.columns.push_back({name, column.is_null() ? "" : column.identifier()});
  }
  for (const auto& item : dump.at("required").items())
    user.required.push_back(item.at("column").text());
  user.other_tables = dump.at("other_tables").texts();
  if (const auto profile = dump.at("profile"); !profile.is_null()) {
    user.profile_table = profile.at("table").identifier();
    user.profile_id = profile.at("pk").identifier();
    user.profile_user = profile.at("user").identifier();
  }
  if (user.column("password").empty()) dump.at("columns").at("password").wrong("is missing");
  return user;
}

std::vector<SiteHasher> read_hashers(const Dump& dump) {
  std::vector<SiteHasher> hashers;
  for (const auto& item : dump.items())
    hashers.push_back(
        {item.at("class").text(), item.at("algorithm").text_or(""), item.at("usable").flag()});
  return hashers;
}

std::vector<SiteView> read_views(const Dump& dump) {
  std::vector<SiteView> views;
  for (const auto& item : dump.items())
    views.push_back({item.at("view").text(), item.at("path").text(), item.at("class").text_or("")});
  return views;
}

}  // namespace

const std::string& SiteUserModel::column(std::string_view name) const {
  static const std::string none;
  for (const auto& field : columns)
    if (field.name == name) return field.column;
  return none;
}

DjangoSite read_site(std::string_view text) {
  const Json json = parse_dump(text);
  const Dump dump(json);
  if (dump.at("format").size() != 1)
    dump.at("format").wrong("is not 1; make the dump with this version's snippet");
  const auto database = dump.at("database");
  DjangoSite site{.package = dump.at("package").at("name").text_or(""),
                  .version = dump.at("package").at("version").text_or(""),
                  .python = dump.at("python").text(),
                  .django = dump.at("django").text(),
                  .rest_framework = dump.at("rest_framework").text_or(""),
                  .settings_module = dump.at("settings_module").text_or(""),
                  .secret_key = key_of(dump.at("SECRET_KEY")),
                  .jwt_auth = dump.at("JWT_AUTH").object(),
                  .defaults = dump.at("DEFAULTS").object(),
                  .user = read_user(dump.at("user")),
                  .hashers = read_hashers(dump.at("PASSWORD_HASHERS")),
                  .backends = dump.at("AUTHENTICATION_BACKENDS").texts(),
                  .engine = database.at("engine").text(),
                  .database_file = database.at("file").text_or(""),
                  .database_url = database.at("url").text_or(""),
                  .has_blacklist = dump.at("blacklist").flag(),
                  .rest_framework_settings = dump.at("REST_FRAMEWORK").object(),
                  .append_slash = dump.at("APPEND_SLASH").flag(),
                  .language = dump.at("LANGUAGE_CODE").text_or("en-us"),
                  .middleware = dump.at("MIDDLEWARE").texts()};
  if (const auto views = dump.at("views"); !views.is_null()) site.views = read_views(views);
  for (const auto name : key_settings)
    read_keys(dump.at("JWT_AUTH").at(name));  // throws now, not later
  return site;
}

DjangoSite read_site_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw WrongUsage(file + ": cannot be read");
  std::string text;
  for (std::istreambuf_iterator<char> byte(in), end; byte != end && text.size() <= max_dump_size;
       ++byte)
    text += *byte;
  try {
    return read_site(text);
  } catch (const WrongUsage& wrong) {
    throw WrongUsage(file + ": " + wrong.what());
  }
}

SiteKeys keys_of(const Json& value) { return read_keys(Dump(value)); }

storage::UserTable user_table(const SiteUserModel& model) {
  storage::UserTable table{.name = model.table,
                           .id = model.id_column,
                           .username = model.username_column,
                           .password = model.column("password")};
  const auto set = [&](std::optional<std::string>& column, const char* name) {
    column = model.column(name);
  };
  set(table.is_active, "is_active");
  set(table.email, "email");
  set(table.first_name, "first_name");
  set(table.last_name, "last_name");
  set(table.is_staff, "is_staff");
  set(table.is_superuser, "is_superuser");
  set(table.date_joined, "date_joined");
  set(table.last_login, "last_login");
  return table;
}

}  // namespace restjwt::cli::migrate
