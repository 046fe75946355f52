// Keys: a file each, written by the site's own Python, so that no secret passes through a dump.
#include <algorithm>

#include <restjwt/jose/algorithm.hpp>

#include "cli/migrate/mapping.hpp"

namespace restjwt::cli::migrate {
namespace {

using jose::Family;

class KeyMap {
 public:
  KeyMap(const DjangoSite& site, Mapping& mapping) : site_(site), mapping_(mapping) {
    for (const auto& algorithm : algorithms_of(site)) {
      const auto known = *jose::algorithm_named(algorithm);
      if (jose::family(known) == Family::hmac)
        shortest_ = std::max(shortest_, jose::hash_size(known));
      else pairs_ = true;
    }
  }

  void map() {
    if (shortest_ == 0 && !pairs_) return;  // JWT_ALGORITHM itself cannot be mapped
    if (shortest_ != 0) map_secrets();
    if (pairs_) map_pairs();
    if (shortest_ == 0 && !secret_used_) say_unused("JWT_SECRET_KEY", "no HS algorithm is used");
    if (!pairs_) map_unused_pairs();
  }

 private:
  SiteKeys given(const char* name) const {
    const Json* value = site_.jwt_auth.find(name);
    return value && is_known_to(mapping_.release, name) ? keys_of(*value) : SiteKeys{};
  }

  void add(std::string_view name, Fate fate, std::string text) {
    if (fate == Fate::unmapped)
      mapping_.config.push_back({"JWT_AUTH", std::string(name) + "_FILE", "", text, true});
    mapping_.settings.push_back({std::string(name), fate, std::move(text)});
  }
  void say_unused(const char* name, const char* why) {
    if (!given(name).entries.empty()) add(name, Fate::unused, why);
  }

  /// The value of a …_FILE setting: a name, a list or a table of names.
  Json file_names(const SiteKeys& keys, const std::string& stem, const std::string& extension) {
    Json::Array list;
    Json::Object table;
    for (const auto& key : keys.entries) {
      const bool one = keys.entries.size() == 1;
      const auto name = stem + (one ? "" : "_" + std::to_string(list.size() + 1)) + extension;
      mapping_.key_files.push_back({name, key});
      list.push_back(name);
      table.emplace_back(key.kid, name);
    }
    switch (keys.shape) {
      case SiteKeys::Shape::one:
        return list.front();
      case SiteKeys::Shape::list:
        return list;
      case SiteKeys::Shape::table:
        return table;
    }
    return {};
  }

  void write(const char* setting, const SiteKeys& keys, const std::string& stem,
             const std::string& extension) {
    std::string places;
    for (const auto& key : keys.entries) places += (places.empty() ? "" : ", ") + key.place;
    mapping_.config.push_back(
        {"JWT_AUTH", std::string(setting) + "_FILE", file_names(keys, stem, extension), places});
  }

  void map_secrets() {
    SiteKeys keys = given("JWT_SECRET_KEY");
    const bool own = !keys.entries.empty();
    if (!own) keys.entries.push_back(site_.secret_key);
    std::size_t length = keys.entries.front().length;
    for (const auto& key : keys.entries) {
      length = std::min(length, key.length);
      if (key.length == 0)
        return add("JWT_SECRET_KEY", Fate::unmapped,
                   key.place + " is empty or no text; set a secret of 32 bytes or more");
    }
    write("JWT_SECRET_KEY", keys, "jwt_secret_key", "");
    std::string text = summary(keys) + "; becomes " + files();
    if (length < shortest_) text += allow_short(length);
    add("JWT_SECRET_KEY", Fate::mapped, text);
  }

  std::string allow_short(std::size_t length) {
    mapping_.config.push_back({"", "allow_short_secret", true,
                               "the secret has " + std::to_string(length) + " bytes, the hash " +
                                   std::to_string(shortest_)});
    return ". " + std::to_string(length) + " bytes are fewer than the " +
           std::to_string(shortest_) +
           " of the hash (RFC 7518 section 3.2): who has one token may find the secret. Taken by "
           "allow_short_secret = true, with a warning at every start. Better: a new secret, and "
           "everybody logs in anew";
  }

  std::string summary(const SiteKeys& keys) const {
    if (keys.entries.size() == 1)
      return keys.entries.front().place + ", " + std::to_string(keys.entries.front().length) +
             " bytes";
    return std::to_string(keys.entries.size()) + " keys, the first signs, all verify";
  }

  std::string files() const {
    const auto& names = mapping_.config.back().value;
    return mapping_.config.back().key + " = " + toml_value(names);
  }

  void map_pairs() {
    SiteKeys keys = given("JWT_PRIVATE_KEY");
    const char* name = "JWT_PRIVATE_KEY";
    if (keys.entries.empty() && mapping_.release.profile != auth::Profile::drf_jwt) {
      keys = given("JWT_SECRET_KEY");  // before 1.9.0 the only place, and later still a place
      name = "JWT_SECRET_KEY";
      secret_used_ = true;
    }
    if (keys.entries.empty() || !is_private(keys.entries.front()))
      return add(name, Fate::unmapped,
                 "there is no private key in PEM; restjwt signs tokens and needs one");
    if (keys.entries.size() > 1)
      return add(name, Fate::unmapped, "several private keys: name the one that signs");
    const bool old = mapping_.release.profile == auth::Profile::v1_0_1;
    write(old ? "JWT_SECRET_KEY" : "JWT_PRIVATE_KEY", keys, "jwt_private_key", ".pem");
    add(name, Fate::mapped, keys.entries.front().place + "; becomes " + files());
    map_public();
  }

  static bool is_private(const SiteKey& key) { return key.is_pem || key.is_object; }

  void map_public() {
    const auto keys = given("JWT_PUBLIC_KEY");
    if (keys.entries.empty()) return;
    if (!std::ranges::all_of(keys.entries, is_private))
      return add("JWT_PUBLIC_KEY", Fate::unmapped, "a key of it is not in PEM");
    write("JWT_PUBLIC_KEY", keys, "jwt_public_key", ".pem");
    const auto count = keys.entries.size();
    add("JWT_PUBLIC_KEY", Fate::mapped,
        (count == 1 ? keys.entries.front().place : std::to_string(count) + " keys, all verify") +
            "; becomes " + files());
  }

  void map_unused_pairs() {
    for (const char* name : {"JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY"}) {
      if (given(name).entries.empty()) continue;
      if (mapping_.release.profile == auth::Profile::drf_jwt)
        add(name, Fate::unused, "JWT_ALGORITHM names only HS algorithms; left out");
      else
        add(name, Fate::unmapped,
            "a key pair with an HS algorithm: set JWT_ALGORITHM to what the pair is for, or take "
            "the key out");
    }
  }

  const DjangoSite& site_;
  Mapping& mapping_;
  std::size_t shortest_ = 0;  ///< bytes a secret should have; 0 when there is no HS algorithm
  bool pairs_ = false;
  bool secret_used_ = false;
};

}  // namespace

void map_keys(const DjangoSite& site, Mapping& mapping) { KeyMap(site, mapping).map(); }

}  // namespace restjwt::cli::migrate
