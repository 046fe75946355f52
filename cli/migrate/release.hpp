#pragma once
// Which release a site runs, the profile that stands for it, and how the two differ.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/profile.hpp>

#include "cli/migrate/django_site.hpp"

namespace restjwt::cli::migrate {

using Version = std::array<unsigned, 3>;
/// "1.11.0" and "1.11"; what is no number counts as 0.
Version version_of(std::string_view text);

struct Release {
  std::string package{};
  Version version{};
  bool is_known = true;  ///< false: the dump names no version, the profile's own is assumed
  auth::Profile profile = auth::Profile::v1_0_1;

  bool before(unsigned major, unsigned minor, unsigned patch = 0) const {
    return version < Version{major, minor, patch};
  }
  std::string text() const;
};

Release release_of(const DjangoSite& site);
/// As it stands in restjwt.toml.
std::string_view profile_name(auth::Profile profile);
/// What the release did otherwise than the release its profile is named after: a sentence each.
std::vector<std::string> differences(const Release& release);

}  // namespace restjwt::cli::migrate
