#include "cli/migrate/rollback.hpp"
#include "cli/migrate/setting_value.hpp"

namespace restjwt::cli::migrate {
namespace {

/// What Django runs with: the site's value, else the release's default, else the profile's.
Result<Json, std::string> django_value(const DjangoSite& site, const Release& release,
                                       const NamedKind& setting) {
  for (const Json* values : {&site.jwt_auth, &site.defaults}) {
    const Json* given = values->find(setting.name);
    if (given && !given->is_null()) return toml_setting(setting.kind, *given);
  }
  return effective_value(auth::Settings::of(release.profile), setting.name);
}

/// A list of one algorithm and the algorithm are the same.
Json unlisted(const NamedKind& setting, Json value) {
  if (setting.kind == Kind::algorithms && value.is_array() && value.as_array().size() == 1)
    return Json(value.as_array().front());
  return value;
}

Check compare(const DjangoSite& site, const Release& release, const auth::Settings& settings,
              const NamedKind& setting) {
  Check check{.name = std::string(setting.name)};
  const auto theirs = django_value(site, release, setting);
  if (!theirs) {
    check.text = "Django's value " + theirs.error();
    return check;
  }
  const auto django = unlisted(setting, *theirs);
  const auto ours = effective_value(settings, setting.name);
  const auto text = [](const Json& value) {
    return value.is_null() ? "not set" : toml_value(value);
  };
  check.passed = django == ours;
  check.text = check.passed ? text(ours)
                            : "is " + text(ours) + " here and " + text(django) +
                                  " in Django; make them equal on either side";
  return check;
}

struct KeyPart {
  std::string kid;
  std::size_t length;
  friend bool operator==(const KeyPart&, const KeyPart&) = default;
};

Check compare_keys(const char* name, const SiteKeys& django, const auth::Keys& ours, bool lengths) {
  std::vector<KeyPart> there, here;
  for (const auto& key : django.entries) there.push_back({key.kid, lengths ? key.length : 0});
  for (const auto& entry : ours.entries())
    here.push_back({entry.kid, lengths ? entry.text.size() : 0});
  Check check{.name = name, .passed = there == here};
  const auto count = std::to_string(here.size()) + (here.size() == 1 ? " key" : " keys");
  check.text = check.passed
                   ? count + (lengths ? ", with the kids and lengths of Django's"
                                      : ", with the kids of Django's")
                   : "differs in number, order, kid or length from Django's; write the files "
                     "anew with the commands that `plan` prints";
  return check;
}

SiteKeys keys_in(const DjangoSite& site, const Release& release, const char* name) {
  const Json* value = site.jwt_auth.find(name);
  return value && is_known_to(release, name) ? keys_of(*value) : SiteKeys{};
}

}  // namespace

std::vector<Check> check_settings(const DjangoSite& site, const Release& release,
                                  const auth::Settings& settings) {
  std::vector<Check> checks;
  checks.push_back({"profile", settings.profile == release.profile,
                    std::string(profile_name(settings.profile)) + " for " + release.text()});
  checks.push_back({"USERNAME_FIELD", settings.username_field == site.user.username_field,
                    settings.username_field + " here, " + site.user.username_field + " in Django"});
  for (const auto& setting : value_settings())
    if (is_known_to(release, setting.name))
      checks.push_back(compare(site, release, settings, setting));
  return checks;
}

std::vector<Check> check_keys(const DjangoSite& site, const Release& release,
                              const auth::Settings& settings) {
  std::vector<Check> checks;
  bool secrets = false, pairs = false;
  for (const auto algorithm : settings.algorithms)
    (jose::family(algorithm) == jose::Family::hmac ? secrets : pairs) = true;
  auto secret = keys_in(site, release, "JWT_SECRET_KEY");
  if (secrets) {
    if (secret.entries.empty()) secret.entries.push_back(site.secret_key);
    checks.push_back(compare_keys("JWT_SECRET_KEY", secret, settings.secret_key, true));
  }
  if (!pairs) return checks;
  const auto own = keys_in(site, release, "JWT_PRIVATE_KEY");
  const auto& signing = settings.private_key.empty() ? settings.secret_key : settings.private_key;
  checks.push_back(
      compare_keys("JWT_PRIVATE_KEY", own.entries.empty() ? secret : own, signing, false));
  const auto published = keys_in(site, release, "JWT_PUBLIC_KEY");
  if (!published.entries.empty())
    checks.push_back(compare_keys("JWT_PUBLIC_KEY", published, settings.public_key, false));
  return checks;
}

}  // namespace restjwt::cli::migrate
