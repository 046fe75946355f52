#pragma once
// The host site that the exchanges were recorded on: its users, its views, its authenticators.

#include <filesystem>
#include <map>
#include <string>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/routes.hpp>

#include "server/config.hpp"
#include "server/replay_exchange.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::test {

/// Databases with the site's users, whose ids are the recorded ones. Hashing them takes a while, so
/// each kind is made once and copied.
class RecordedUsers {
 public:
  /// A file nobody else uses.
  std::filesystem::path fresh_database(const Exchange& exchange);

 private:
  TemporaryFolder folder_;
  std::map<std::string, std::filesystem::path> templates_;
  int copies_ = 0;
};

/// REF_USER_MODEL of the settings, "" for Django's own.
std::string recorded_model(const std::map<std::string, std::string>& settings);

/// What the site's settings are for the server: its table of users, and the handlers named there
/// in the server's own words.
server::Config recorded_config(const Exchange& exchange);

/// /protected-url/, /public/, /admin-only/ and the views with several authenticators; where there
/// are pairs, /protected-url/ as simplejwt's site has it.
void add_recorded_views(http::Routes& routes, auth::Service& service);

}  // namespace restjwt::test
