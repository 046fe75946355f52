#pragma once
// Who is in the user table, counted. Reads only.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <restjwt/auth/user.hpp>

#include "cli/migrate/django_site.hpp"

namespace restjwt::cli::migrate {

/// A count and the first few names.
struct Group {
  static constexpr std::size_t most_names = 5;
  std::size_t count = 0;
  std::vector<std::string> names{};
  void add(std::string_view name);
};

struct HashGroup {
  std::string format{};
  std::string cost{};  ///< as auth::password_cost() says it
  std::size_t count = 0;
  bool self_test_passed = false;
  bool django_reads = false;
};

/// Accounts whose names a person takes for one.
struct Collision {
  enum class Kind { normalization, letter_case };
  Kind kind = Kind::normalization;
  std::vector<std::string> names{};
};

struct Census {
  std::size_t users = 0;
  std::vector<HashGroup> hashes{};  ///< the commonest first
  Group inactive{};
  Group unusable{};     ///< "!…": no password logs in, as meant
  Group unreadable{};   ///< neither empty nor "!…", and yet no hash we know
  Group blank_edges{};  ///< names that begin or end with white space
  std::size_t collision_count = 0;
  std::vector<Collision> collisions{};  ///< the first few
  bool all_tests_passed() const;
};

Census take_census(auth::UserStore& users, const DjangoSite& site);

}  // namespace restjwt::cli::migrate
