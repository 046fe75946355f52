#include "server/app.hpp"

#include <restjwt/auth/service.hpp>
#include <restjwt/http/key_routes.hpp>
#include <restjwt/http/pair_routes.hpp>
#include <restjwt/http/routes.hpp>
#include <restjwt/http/session_routes.hpp>

#include "server/claims.hpp"
#include "server/database.hpp"
#include "server/http_server.hpp"
#include "server/key_store.hpp"
#include "server/key_watch.hpp"
#include "server/log.hpp"
#include "server/ownership.hpp"
#include "server/session_keeper.hpp"
#include "server/session_stores.hpp"
#include "server/store_watch.hpp"

namespace restjwt::server {
namespace {

// A request waits that long for another process's lock, which lasts milliseconds where all is well.
// Then the answer is 503: logins behind it wait too.
constexpr DatabaseOptions for_requests{
    .create = true, .readers = 4, .patience = std::chrono::milliseconds{250}};

Database& prepare(Database& database) {
  database.prepare();
  return database;
}

auth::Settings settings_for(const Config& config, const Database& database,
                            auth::UserStore& users) {
  auto settings = config.auth;
  settings.upgrade_passwords = settings.upgrade_passwords && may_upgrade(config, database);
  if (settings.upgrade_passwords) settings.password_hasher = hasher_for(config, database, users);
  return settings;
}

/// The keys that take turns, where there are such.
std::optional<KeptKeys> keys_of(const Config& config) {
  if (!config.keys.are_kept()) return std::nullopt;
  auto kept = read_kept_keys(config);
  if (!kept) throw std::invalid_argument(kept.error().text());
  return *std::move(kept);
}

std::optional<auth::KeySchedule> schedule_of(const std::optional<KeptKeys>& keys) {
  return keys ? std::optional(keys->schedule) : std::nullopt;
}

http::Response status(int code, const char* word, const http::Messages& table) {
  return http::json_response(code, Json::object({{"status", word}}), table);
}

}  // namespace

struct App::Impl {
  Impl(Config config, Overrides overrides)
      : log(config.log),
        database(config, for_requests),
        users(prepare(database).users()),
        sessions(database, config),
        throttle(database.throttle()),
        keys(keys_of(config)),
        clock(std::move(overrides.clock)),
        service({.settings = settings_for(config, database, *users),
                 .users = *users,
                 .handlers = declared_handlers(config, database, std::move(overrides.handlers)),
                 .keys = schedule_of(keys),
                 .sessions = sessions.parts(),
                 .pairs = config.pairs,
                 .throttle = auth::ThrottleParts{*throttle, config.throttle},
                 .verified_tokens = std::max<std::size_t>(config.verified_token_cache,
                                                          config.verified_token_cache > 0 ? 16 : 0),
                 .clock = clock}),
        routes(config.auth.profile, config.behind_proxy ? "https" : "http"),
        server(add_routes(config, overrides), routes, log),
        watch({.users = *users,
               .directory = service.directory(),
               .sessions = caught_up(service),
               .listener = database.listener(),
               .log = log},
              {.stale_limit = sessions.stale_limit}) {
    if (auto kept = service.sessions()) {
      kept->tidy();  // tells how long tokens live
      keeper.emplace(*kept, log);
    }
    if (keys) {
      key_watch.emplace(*keys->store, service, keys->schedule, keys->version, clock, log);
      keys->schedule = {};  // the Service has them now
    }
    if (database.is_new())
      log.write(LogLevel::warning, "database_made",
                database.name() + " did not exist; it is new and has no users");
  }

  /// Hands the options through, so that the routes are complete before the server knows them.
  HttpOptions add_routes(const Config& config, const Overrides& overrides) {
    const auto all =
        http::all_authentication(service, [this](const auto& request, const auto& user) {
          log.write(LogLevel::info, "impersonation_used", "as " + to_text(Json(user.username)),
                    request.request_id);
        });
    auto cors = config.cors;
    if (config.pairs) cors.more_headers.push_back(config.pairs->auth_header_name);
    routes.allow(std::move(cors));
    http::add_token_routes(routes, service, config.body);
    if (service.pairs()) http::add_pair_routes(routes, service, config.body);
    if (service.sessions()) http::add_session_routes(routes, service, all, config.body);
    http::add_key_routes(routes, service,
                         {.max_age = config.keys.cache_max_age, .jwks_uri = config.keys.jwks_uri});
    if (config.auth.profile == auth::Profile::drf_jwt && config.impersonation)
      routes.add("/api-token-impersonate/", impersonate_view(all, config.body));
    if (config.demo_protected_url) routes.add("/protected-url/", http::user_view(service, all));
    routes.add_plain("/healthz", http::Cost::fast,
                     [this](const http::Request&) { return status(200, "ok", routes.messages()); });
    // Asks nobody who might hang; what is thrown is 503.
    routes.add_plain("/readyz", http::Cost::fast, [this](const http::Request&) {
      if (!watch.hears()) throw auth::StoreError("the store does not answer");
      if (const auto sessions_now = service.sessions();
          sessions_now && !sessions_now->report().complete)
        throw auth::RevocationsUnknown("what was revoked is not known");
      return status(200, "ready", routes.messages());
    });
    routes.on_failure([this](const http::Request& request, const std::exception& error) {
      log.write(LogLevel::error, "request_failed", error.what(), request.request_id);
    });
    if (overrides.add_routes) overrides.add_routes(routes, service);
    return config.http;
  }

  http::View impersonate_view(std::vector<std::shared_ptr<const http::Authenticator>> all,
                              const http::BodyLimits& limits) {
    return http::impersonate_view(
        service, std::move(all),
        [this](const http::Request& request, const auth::User& by, const auth::User& user) {
          log.write(LogLevel::warning, "impersonation",
                    to_text(Json(by.username)) + " as " + to_text(Json(user.username)),
                    request.request_id);
        },
        limits);
  }

  Log log;
  Database database;
  std::unique_ptr<auth::UserStore> users;
  SessionStores sessions;
  std::unique_ptr<auth::ThrottleStore> throttle;
  std::optional<KeptKeys> keys;
  Clock clock;
  auth::Service service;
  http::Routes routes;
  HttpServer server;
  StoreWatch watch;
  std::optional<SessionKeeper> keeper;
  std::optional<KeyWatch> key_watch;
};

App::App(Config config, Overrides overrides)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(overrides))) {}
App::~App() = default;

std::uint16_t App::port() const noexcept { return impl_->server.port(); }
void App::start() { impl_->server.start(); }
void App::stop() { impl_->server.stop(); }
void App::reload_keys() {
  if (impl_->key_watch) impl_->key_watch->look_now();
}

}  // namespace restjwt::server
