#pragma once
// Whether Django could take over at once. Pure: what is checked is handed in.

#include <string>
#include <vector>

#include <restjwt/auth/settings.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>
#include <restjwt/jose/unverified.hpp>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {

struct Check {
  std::string name{};
  bool passed = false;
  std::string text{};  ///< what was seen; where it failed, what to do
};

/// What restjwt runs with is what JWT_AUTH says.
std::vector<Check> check_settings(const DjangoSite& site, const Release& release,
                                  const auth::Settings& settings);
/// The keys have the kids and the lengths of Django's. Whether they are the same no dump can tell.
std::vector<Check> check_keys(const DjangoSite& site, const Release& release,
                              const auth::Settings& settings);
/// A token made for `user` at `now` has what the release demands.
std::vector<Check> check_token(const DjangoSite& site, const Release& release,
                               const auth::Settings& settings, const jose::UnverifiedToken& token,
                               const auth::User& user, TimePoint now);
/// Every user is one that Django could have written.
std::vector<Check> check_users(const DjangoSite& site, auth::UserStore& users);

}  // namespace restjwt::cli::migrate
