#include "cli/migrate/mapping.hpp"

#include <algorithm>

namespace restjwt::cli::migrate {

std::string_view name(Fate fate) {
  switch (fate) {
    case Fate::mapped:
      return "mapped";
    case Fate::by_default:
      return "default";
    case Fate::unused:
      return "unused";
    case Fate::unmapped:
      return "NOT MAPPED";
  }
  return {};
}

bool Mapping::is_complete() const {
  const auto open = [](const Finding& finding) { return finding.fate == Fate::unmapped; };
  return std::ranges::none_of(settings, open) && std::ranges::none_of(site, open);
}

Mapping map_site(const DjangoSite& site) {
  Mapping mapping{.release = release_of(site)};
  const auto profile = profile_name(mapping.release.profile);
  mapping.config.push_back({"", "profile", profile, mapping.release.text()});
  map_users(site, mapping);
  map_keys(site, mapping);
  map_values(site, mapping);
  map_handlers(site, mapping);
  map_endpoints(site, mapping);
  return mapping;
}

}  // namespace restjwt::cli::migrate
