#pragma once
// What becomes of everything a Django site has set. Pure: no file, no database.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/migrate/django_site.hpp"
#include "cli/migrate/release.hpp"
#include "cli/migrate/setting_value.hpp"
#include "cli/migrate/toml_writer.hpp"

namespace restjwt::cli::migrate {

enum class Fate {
  mapped,      ///< stands in restjwt.toml, or is done without a word
  by_default,  ///< what the profile does anyway
  unused,      ///< the release ignored it, and so do we
  unmapped,    ///< somebody has to do something
};
std::string_view name(Fate fate);

struct Finding {
  std::string subject{};
  Fate fate = Fate::mapped;
  std::string text{};
};

/// A key to be written into a file of its own by the site's Python.
struct KeyFile {
  std::string name{};
  SiteKey key{};
};

struct Mapping {
  Release release{};
  std::vector<Finding> settings{};  ///< of JWT_AUTH, one by one
  std::vector<Finding> site{};      ///< users, logins, endpoints
  std::vector<ConfigLine> config{};
  std::vector<KeyFile> key_files{};
  bool is_complete() const;
};

Mapping map_site(const DjangoSite& site);

/// The algorithms the site signs and verifies with; the first signs. Unknown names are left out.
std::vector<std::string> algorithms_of(const DjangoSite& site);
/// The names of all settings that any release reads.
std::vector<std::string_view> known_settings();
/// The settings that are plain values.
struct NamedKind {
  std::string_view name;
  Kind kind;
};
std::span<const NamedKind> value_settings();
/// The handlers that the site has replaced with functions of its own.
std::vector<std::string_view> own_handlers(const DjangoSite& site, const Release& release);
/// Where restjwt serves a view ("obtain", "refresh" …); empty where it does not.
std::string_view our_path(std::string_view view_kind);
/// Whether the release reads a setting of this name.
bool is_known_to(const Release& release, std::string_view setting);

// The parts of map_site(): each appends to `mapping`.
void map_values(const DjangoSite& site, Mapping& mapping);
void map_keys(const DjangoSite& site, Mapping& mapping);
void map_handlers(const DjangoSite& site, Mapping& mapping);
void map_users(const DjangoSite& site, Mapping& mapping);
void map_endpoints(const DjangoSite& site, Mapping& mapping);

}  // namespace restjwt::cli::migrate
