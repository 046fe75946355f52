#pragma once
// The composition root: opens the store, builds the Service and the routes, starts the server. The
// only place where everything is wired, once.

#include <cstdint>
#include <memory>

#include <restjwt/auth/handlers.hpp>
#include <restjwt/clock.hpp>

#include "server/config.hpp"

namespace restjwt::server {

/// What a test replaces; the program never does.
struct Overrides {
  Clock clock = system_clock();
  auth::Handlers handlers{};
  /// Adds routes of a host program.
  std::function<void(http::Routes&, auth::Service&)> add_routes{};
};

class App {
 public:
  /// Opens and migrates the database, and reads the keys. Throws auth::StoreError,
  /// std::system_error (the address) or std::invalid_argument (settings).
  explicit App(Config config, Overrides overrides = {});
  ~App();

  std::uint16_t port() const noexcept;
  void start();
  void stop();
  /// Reads the keys that take turns again, where there are any, without waiting for it.
  void reload_keys();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::server
