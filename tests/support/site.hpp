#pragma once
// A Service from memory parts, with one user and a clock that stands still until it is moved.

#include <memory>
#include <string>

#include <restjwt/auth.hpp>
#include <restjwt/jose.hpp>
#include <restjwt/storage/memory.hpp>

namespace restjwt::test {

inline constexpr std::string_view secret_text = "a-secret-for-tests-only-0123456789abcdef";

/// Small costs: these tests are about who gets in, not about how long hashing takes.
inline auth::PasswordHasher cheap_hasher() {
  return {.kind = auth::PasswordHasher::Kind::pbkdf2_sha256, .pbkdf2_iterations = 10};
}

inline auth::Settings test_settings() {
  return {
      .secret_key = Secret(secret_text), .allow_refresh = true, .password_hasher = cheap_hasher()};
}

/// The defaults of a release, where refreshing is allowed.
inline auth::Settings settings_of(auth::Profile profile) {
  auto settings = auth::Settings::of(profile);
  settings.secret_key = Secret(secret_text);
  settings.allow_refresh = true;
  settings.password_hasher = cheap_hasher();
  return settings;
}

class Site {
 public:
  explicit Site(auth::Settings settings = test_settings(), auth::Handlers handlers = {})
      : users(storage::open_memory()),
        service({.settings = std::move(settings),
                 .users = *users,
                 .handlers = std::move(handlers),
                 .clock = [this] { return now; }}) {
    admin = add("admin", "abc123");
  }

  auth::User add(std::string name, std::string_view password, bool active = true) {
    return users
        ->add({.username = name,
               .email = name + "@example.com",
               .is_active = active,
               .is_staff = name == "admin",
               .password = auth::make_password(Secret(password), cheap_hasher(), system_random())})
        .value();
  }

  std::string token() { return service.issue(admin); }

  /// A token with these claims, signed as the service signs.
  static std::string sign(const Json& claims) {
    return jose::encode(
        claims, jose::SigningKey::from_secret(Secret(secret_text), jose::Algorithm::HS256).value());
  }

  std::int64_t seconds(std::chrono::seconds offset = {}) const {
    return (now + offset).time_since_epoch().count();
  }

  /// The claims the service would give `admin`, to be bent by a test.
  Json claims() const {
    return Json::object({{"user_id", admin.id.to_json()},
                         {"username", "admin"},
                         {"email", "admin@example.com"},
                         {"exp", seconds(std::chrono::minutes{5})},
                         {"orig_iat", seconds()}});
  }

  TimePoint now{std::chrono::seconds{1'795'473'400}};
  std::unique_ptr<auth::UserStore> users;
  auth::Service service;
  auth::User admin;
};

}  // namespace restjwt::test
