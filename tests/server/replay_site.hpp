#pragma once
// The host site that the exchanges were recorded on: its users, its views, its authenticators.

#include <filesystem>
#include <map>
#include <string>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/routes.hpp>

#include "support/temporary_folder.hpp"

namespace restjwt::test {

/// Databases with the site's users, whose ids are the recorded ones. Hashing them takes a while, so
/// each kind is made once and copied.
class RecordedUsers {
 public:
  /// A file nobody else uses. `email_users`: the site's second user model, whose username is an
  /// e-mail address.
  std::filesystem::path fresh_database(bool email_users);

 private:
  TemporaryFolder folder_;
  std::map<bool, std::filesystem::path> templates_;
  int copies_ = 0;
};

/// /protected-url/, /public/, /admin-only/ and the views with several authenticators.
void add_recorded_views(http::Routes& routes, auth::Service& service);

}  // namespace restjwt::test
