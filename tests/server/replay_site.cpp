#include "server/replay_site.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include <restjwt/auth/password.hpp>
#include <restjwt/http/authentication.hpp>
#include <restjwt/http/views.hpp>
#include <restjwt/storage/sqlite.hpp>

#include "server/replay_pairs.hpp"
#include "server/replay_settings.hpp"

namespace restjwt::test {
namespace {

using auth::User;
using http::Identity;

std::string hash(std::string_view password) {
  return auth::make_password(Secret(password), {}, system_random());
}

/// In the order of their ids, from 1.
std::vector<User> site_users() {
  return {
      {.username = "admin",
       .email = "admin@example.com",
       .is_staff = true,
       .is_superuser = true,
       .password = hash("abc123")},
      {.username = "inactive", .is_active = false, .password = hash("abc123")},
      {.username = "ünïcødé", .email = "uni@example.com", .password = hash("pässwörd✓")},
      {.username = "spaced", .password = hash(" abc 123 ")},
      {.username = "unusable", .password = auth::make_unusable_password(system_random())},
      {.username = "quo\"te\\back", .password = hash("abc123")},
      {.username = "plain", .email = "plain@example.com", .password = hash("abc123")},
      {.username = "longpw", .password = hash(std::string(5000, 'x'))},
      {.username = "123", .password = hash("456")},
  };
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void run(const std::filesystem::path& file, const std::string& script) {
  sqlite3* handle = nullptr;
  const bool done = sqlite3_open(file.c_str(), &handle) == SQLITE_OK &&
                    sqlite3_exec(handle, script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(handle);
  if (!done) throw std::runtime_error("cannot make " + file.string());
}

/// Django's own tables: who serves beside Django takes refresh tokens that only Django has seen.
void make_djangos_tables(const std::filesystem::path& file) {
  const std::string schemas = text_of("data/auth_user.sqlite.sql");
  const auto begin = schemas.find('\n', schemas.find("-- Django 3.2"));
  run(file, schemas.substr(begin, schemas.find("-- drf-jwt", begin) - begin));
}

void fill(const std::filesystem::path& file) {
  storage::SqliteDatabase database({.file = file, .create = true});
  database.migrate();
  const auto store = database.users();
  for (const auto& user : site_users())
    if (!store->add(user)) throw std::runtime_error("cannot add " + user.username);
}

/// The site's custom user models, in the tables that Django made for them.
void fill_custom(const std::filesystem::path& file) {
  std::string script = text_of("data/custom_users.sqlite.sql");
  script +=
      "INSERT INTO accounts_emailuser (id, password, is_superuser, email, is_active, is_staff)"
      " VALUES (1, '" +
      hash("abc123") +
      "', 0, 'jp@example.com', 1, 0);"
      "INSERT INTO accounts_uuiduser (id, password, login, is_active)"
      " VALUES ('12345678123456781234567812345678', '" +
      hash("abc123") + "', 'jp', 1);";
  run(file, script);
}

constexpr std::string_view email_model = "emailuser.EmailUser";
constexpr std::string_view uuid_model = "emailuser.UuidUser";

storage::UserTable table_of(std::string_view model) {
  if (model == email_model) return {.name = "accounts_emailuser", .username = "email"};
  if (model == uuid_model) return {.name = "accounts_uuiduser", .username = "login"};
  return {};
}

/// DRF's SessionAuthentication where nobody has a session.
struct SessionAuthenticator : http::Authenticator {
  Identity authenticate(const http::Request&, auth::Reach) const override { return {}; }
  std::string_view vary() const override { return old ? "" : "Cookie"; }
  bool old = true;
};

/// DRF's BasicAuthentication.
class BasicAuthenticator : public http::Authenticator {
 public:
  explicit BasicAuthenticator(auth::Service& service) : service_(service) {}

  Identity authenticate(const http::Request& request, auth::Reach reach) const override {
    constexpr std::string_view scheme = "Basic ";
    const auto header = request.headers.find("Authorization");
    if (!header || !header->starts_with(scheme)) return {};
    if (reach == auth::Reach::memory) return {.kind = Identity::Kind::needs_store};
    const std::string pair = from_base64(std::string(header->substr(scheme.size())));
    const auto colon = pair.find(':');
    auto user = service_.check_credentials(pair.substr(0, colon), Secret(pair.substr(colon + 1)));
    return user ? Identity::of(*user) : Identity::refuse("Invalid username/password");
  }
  std::string challenge() const override { return "Basic realm=\"api\""; }

 private:
  auth::Service& service_;
};

}  // namespace

std::filesystem::path RecordedUsers::fresh_database(const Exchange& exchange) {
  const bool custom = !recorded_model(exchange.settings).empty();
  const std::string kind = exchange.pairs ? "pairs" : custom ? "custom" : "site";
  auto& original = templates_[kind];
  if (original.empty()) {
    original = folder_.path() / (kind + ".db");
    if (exchange.pairs) make_djangos_tables(original);
    custom ? fill_custom(original) : fill(original);
  }
  const auto copy = folder_.path() / (std::to_string(++copies_) + ".db");
  std::filesystem::copy_file(original, copy);
  return copy;
}

server::Config recorded_config(const Exchange& exchange) {
  server::Config config;
  const auto& settings = exchange.settings;
  if (exchange.pairs) {
    config.auth = recorded_settings(exchange.profile, {});
    config.pairs = recorded_pairs(settings);
    return config;
  }
  config.auth = recorded_settings(exchange.profile, settings);
  config.users = table_of(recorded_model(settings));
  if (settings.contains("JWT_GET_USER_SECRET_KEY"))
    config.users.secret_key_sql = "SELECT 'secret-of-' || id FROM auth_user WHERE id = ?1";
  if (settings.contains("JWT_RESPONSE_PAYLOAD_HANDLER"))
    config.response =
        parse_json(R"({"token":"{token}","user":{"id":"{user.id}","username":"{user.username}"}})")
            .value();
  return config;
}

std::string recorded_model(const std::map<std::string, std::string>& settings) {
  const auto model = settings.find("REF_USER_MODEL");
  return model == settings.end() ? "" : model->second;
}

void add_recorded_views(http::Routes& routes, auth::Service& service) {
  if (service.pairs())
    return routes.add("/protected-url/",
                      http::user_view(service, {http::pair_authentication(service)}));
  const auto jwt = http::jwt_authentication(service);
  const auto basic = std::make_shared<BasicAuthenticator>(service);
  const auto session = std::make_shared<SessionAuthenticator>();
  session->old = service.settings().profile == auth::Profile::v1_0_1;
  using http::Permission;
  using http::user_view;
  routes.add("/protected-url/", user_view(service, {jwt}));
  routes.add("/public/", user_view(service, {jwt}, Permission::allow_any));
  routes.add("/admin-only/", user_view(service, {jwt}, Permission::is_admin_user));
  routes.add("/protected-readme101/", user_view(service, {session, basic, jwt}));
  routes.add("/protected-readme111/", user_view(service, {jwt, session, basic}));
  routes.add("/protected-jwt-basic/", user_view(service, {jwt, basic}));
}

}  // namespace restjwt::test
