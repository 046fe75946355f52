#pragma once
// The whole server on a free port, with two users and a clock that stands still until it is moved.

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <restjwt/storage/sqlite.hpp>

#include "server/app.hpp"
#include "support/http_client.hpp"
#include "support/site.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::test {

inline constexpr std::string_view login_form = "username=admin&password=abc123";

inline std::string authorization(std::string_view token) {
  return "Authorization: JWT " + std::string(token) + "\r\n";
}

inline std::string json_post(std::string_view target, const Json& body) {
  return request_text("POST", target, "Content-Type: application/json\r\n", to_text(body));
}

inline std::string login_request() {
  return request_text("POST", "/api-token-auth/",
                      "Content-Type: application/x-www-form-urlencoded\r\n", login_form);
}

inline std::string token_of(const http::Response& answer) {
  const auto body = parse_json(answer.body);
  const Json* token = body ? body->find("token") : nullptr;
  return token && token->is_string() ? token->as_string() : "no token: " + answer.body;
}

class AppTest : public testing::Test {
 protected:
  ~AppTest() override {
    if (app_) app_->stop();
  }

  void start(auth::Handlers handlers = {}) {
    app_ = std::make_unique<server::App>(
        config_,
        server::Overrides{.clock = [this] { return TimePoint(std::chrono::seconds(now_.load())); },
                          .handlers = std::move(handlers)});
    app_->start();
  }

  http::Response ask(std::string_view request) { return exchange(app_->port(), request); }
  std::string login() { return token_of(ask(login_request())); }
  http::Response verify(std::string_view token) {
    return ask(json_post("/api-token-verify/", Json::object({{"token", token}})));
  }

  /// A token of ours with claims the server never hands out.
  std::string minted(Json claims) const {
    claims.set("exp", now_ + 300);
    return test::Site::sign(claims);
  }

  /// admin is 1, inactive is 2; both have the password abc123.
  static std::filesystem::path database_with_users(const std::filesystem::path& file) {
    storage::SqliteDatabase database({.file = file, .create = true});
    database.migrate();
    const auto users = database.users();
    const auto password = auth::make_password(Secret("abc123"), cheap_hasher(), system_random());
    users->add({.username = "admin", .password = password});
    users->add({.username = "inactive", .is_active = false, .password = password});
    return file;
  }

  static server::Config quiet_config(const std::filesystem::path& database) {
    server::Config config;
    config.auth = test_settings();
    config.database_file = database;
    config.http.port = 0;
    config.http.io_threads = 1;
    config.demo_protected_url = true;
    config.log = {.level = server::LogLevel::off, .access = false};
    return config;
  }

  std::atomic<std::int64_t> now_{1'800'000'000};
  TemporaryFolder folder_;
  std::filesystem::path database_ = database_with_users(folder_.path() / "users.db");
  server::Config config_ = quiet_config(database_);
  std::unique_ptr<server::App> app_;
};

}  // namespace restjwt::test
