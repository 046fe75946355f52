#include "server/replay_site.hpp"

#include <stdexcept>
#include <vector>

#include <restjwt/auth/password.hpp>
#include <restjwt/http/authentication.hpp>
#include <restjwt/http/views.hpp>
#include <restjwt/storage/sqlite.hpp>

#include "server/replay_exchange.hpp"

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

std::vector<User> email_users() {
  return {{.username = "jp@example.com", .email = "jp@example.com", .password = hash("abc123")}};
}

void fill(const std::filesystem::path& file, const std::vector<User>& users) {
  storage::SqliteDatabase database({.file = file, .create = true});
  database.migrate();
  const auto store = database.users();
  for (const auto& user : users)
    if (!store->add(user)) throw std::runtime_error("cannot add " + user.username);
}

/// DRF's SessionAuthentication where nobody has a session.
struct SessionAuthenticator : http::Authenticator {
  Identity authenticate(const http::Request&, auth::Reach) const override { return {}; }
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

std::filesystem::path RecordedUsers::fresh_database(bool email_users_wanted) {
  auto& original = templates_[email_users_wanted];
  if (original.empty()) {
    original = folder_.path() / (email_users_wanted ? "email.db" : "site.db");
    fill(original, email_users_wanted ? email_users() : site_users());
  }
  const auto copy = folder_.path() / (std::to_string(++copies_) + ".db");
  std::filesystem::copy_file(original, copy);
  return copy;
}

void add_recorded_views(http::Routes& routes, auth::Service& service) {
  const auto jwt = http::jwt_authentication(service);
  const auto basic = std::make_shared<BasicAuthenticator>(service);
  const auto session = std::make_shared<SessionAuthenticator>();
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
