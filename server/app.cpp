#include "server/app.hpp"

#include <restjwt/auth/service.hpp>
#include <restjwt/http/routes.hpp>
#include <restjwt/storage/sqlite.hpp>

#include "server/claims.hpp"
#include "server/directory_watch.hpp"
#include "server/http_server.hpp"
#include "server/log.hpp"

namespace restjwt::server {
namespace {

// How long a request waits for another process's lock, which lasts milliseconds where all is well.
// Then the answer is 503: logins behind it wait too.
constexpr std::chrono::milliseconds patience{250};

/// Brings a database of ours up to date. In somebody else's nothing is written but what a login
/// needs to write, and no hash that its owner might not read.
storage::SqliteDatabase& prepare(storage::SqliteDatabase& database, auth::Settings& settings) {
  if (database.is_ours()) database.migrate();
  else settings.upgrade_passwords = false;
  return database;
}

http::Response status(int code, const char* word, const http::Messages& table) {
  return http::json_response(code, Json::object({{"status", word}}), table);
}

}  // namespace

struct App::Impl {
  Impl(Config config, Overrides overrides)
      : log(config.log),
        database({.file = config.database_file, .create = true, .busy_timeout = patience}),
        users(prepare(database, config.auth).users()),
        service({.settings = config.auth,
                 .users = *users,
                 .handlers = declared_handlers(config, database, std::move(overrides.handlers)),
                 .clock = std::move(overrides.clock)}),
        routes(config.auth.profile, config.behind_proxy ? "https" : "http"),
        server(add_routes(config, overrides), routes, log),
        watch(*users, service.directory(), log) {}

  /// Hands the options through, so that the routes are complete before the server knows them.
  HttpOptions add_routes(const Config& config, const Overrides& overrides) {
    http::add_token_routes(routes, service, config.body);
    if (config.demo_protected_url)
      routes.add("/protected-url/", http::user_view(service, {http::jwt_authentication(service)}));
    routes.add_plain("/healthz", http::Cost::fast,
                     [this](const http::Request&) { return status(200, "ok", routes.messages()); });
    routes.add_plain("/readyz", http::Cost::slow, [this](const http::Request&) {
      users->ping();  // throws where the store would not answer, which is 503
      return status(200, "ready", routes.messages());
    });
    routes.on_failure([this](const http::Request& request, const std::exception& error) {
      log.write(LogLevel::error, "request_failed", error.what(), request.request_id);
    });
    if (overrides.add_routes) overrides.add_routes(routes, service);
    return config.http;
  }

  Log log;
  storage::SqliteDatabase database;
  std::unique_ptr<auth::UserStore> users;
  auth::Service service;
  http::Routes routes;
  HttpServer server;
  DirectoryWatch watch;
};

App::App(Config config, Overrides overrides)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(overrides))) {}
App::~App() = default;

std::uint16_t App::port() const noexcept { return impl_->server.port(); }
void App::start() { impl_->server.start(); }
void App::stop() { impl_->server.stop(); }

}  // namespace restjwt::server
