#include "cli/migrate/release.hpp"

#include <charconv>

namespace restjwt::cli::migrate {
namespace {

using auth::Profile;

struct Difference {
  Profile profile;
  Version before;  ///< releases before this one
  Version from;    ///< and from this one on
  const char* sentence;
};

// BEHAVIOUR.md, §§2 to 7.
constexpr Difference known_differences[] = {
    {Profile::v1_0_1,
     {1, 0, 0},
     {0, 0, 0},
     "Before 1.0.0 the sentences about a malformed Authorization header began otherwise."},
    {Profile::v1_11_0,
     {1, 4, 0},
     {1, 1, 0},
     "JWT_ALGORITHM was not pinned before 1.4.0: tokens signed with another HS algorithm and the "
     "same secret were taken. They are refused now; no honest client has one."},
    {Profile::v1_11_0,
     {1, 2, 0},
     {1, 1, 0},
     "Before 1.2.0 \"Invalid payload\", \"orig_iat field is required\" and \"Refresh has "
     "expired\" had no final dot."},
    {Profile::v1_11_0,
     {1, 10, 0},
     {1, 1, 0},
     "Before 1.10.0 a failed login was answered \"Unable to login with provided credentials.\"; "
     "now it is \"Unable to log in with provided credentials.\""},
    {Profile::v1_11_0,
     {1, 3, 0},
     {1, 1, 0},
     "There was no verify endpoint before 1.3.0; there is one now."},
    {Profile::v1_11_0,
     {1, 6, 0},
     {1, 3, 0},
     "Before 1.6.0 verify answered with a new token; now with the very token it was given."},
    {Profile::v1_11_0,
     {1, 7, 0},
     {1, 1, 0},
     "Before 1.7.0 a token found its user by user_id alone; now user_id and username must agree, "
     "so renaming a user ends his tokens."},
    {Profile::v1_11_0,
     {1, 7, 0},
     {1, 1, 0},
     "Before 1.7.0 a protected view answered \"Invalid signature.\" for a disabled user; now "
     "\"User account is disabled.\""},
    {Profile::v1_11_0,
     {1, 7, 0},
     {1, 1, 0},
     "Before 1.7.0 a custom USERNAME_FIELD added no claim of its own name; now it does."},
    {Profile::v1_11_0,
     {1, 8, 0},
     {1, 1, 0},
     "Before 1.8.0 WWW-Authenticate named JWT whatever the prefix; now it names the prefix."},
    {Profile::v1_11_0,
     {1, 8, 0},
     {1, 3, 0},
     "Before 1.8.0 JWT_AUDIENCE and JWT_ISSUER were demanded of tokens but not put into them; now "
     "they are."},
    {Profile::drf_jwt,
     {1, 17, 3},
     {1, 12, 0},
     "Before 1.17.3 obtain, refresh and verify answered 200 when all was well; now 201. A client "
     "that compares with 200 and not with any success must be mended first."},
    {Profile::drf_jwt,
     {1, 15, 0},
     {1, 12, 0},
     "Before 1.15.0 any white space parted the words of the Authorization header, and the prefix "
     "alone or three words were refused with a sentence of their own; now all of these count as no "
     "credentials."},
    {Profile::drf_jwt,
     {1, 17, 0},
     {1, 15, 0},
     "In 1.15 and 1.16 another scheme in the Authorization header was a 401; now the request "
     "counts as anonymous."},
};

unsigned number_at(std::string_view& text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with('.')) text.remove_prefix(1);
  else text = {};
  return error == std::errc() ? value : 0;
}

Version newest_of(Profile profile) {
  switch (profile) {
    case Profile::v1_0_1:
      return {1, 0, 1};
    case Profile::v1_11_0:
      return {1, 11, 0};
    case Profile::drf_jwt:
      return {1, 17, 3};
  }
  return {};
}

Profile profile_of(const DjangoSite& site, const Version& version, bool is_known) {
  if (site.package == "drf-jwt") return Profile::drf_jwt;
  if (!is_known) return Profile::v1_11_0;  // what most sites run
  if (version < Version{1, 1, 0}) return Profile::v1_0_1;
  return version < Version{1, 12, 0} ? Profile::v1_11_0 : Profile::drf_jwt;
}

}  // namespace

Version version_of(std::string_view text) {
  Version version{};
  for (auto& part : version) part = number_at(text);
  return version;
}

std::string Release::text() const {
  if (!is_known)
    return (package.empty() ? "djangorestframework-jwt" : package) + " of unknown version";
  std::string text = package + " ";
  for (const auto part : version) text += std::to_string(part) + ".";
  text.pop_back();
  return text;
}

Release release_of(const DjangoSite& site) {
  Release release{.version = version_of(site.version)};
  release.is_known = release.version != Version{};
  release.profile = profile_of(site, release.version, release.is_known);
  release.package = release.profile == Profile::drf_jwt ? "drf-jwt" : "djangorestframework-jwt";
  if (!release.is_known) release.version = newest_of(release.profile);
  return release;
}

std::string_view profile_name(Profile profile) {
  switch (profile) {
    case Profile::v1_0_1:
      return "1.0.1";
    case Profile::v1_11_0:
      return "1.11.0";
    case Profile::drf_jwt:
      return "drf-jwt";
  }
  return {};
}

std::vector<std::string> differences(const Release& release) {
  std::vector<std::string> found;
  for (const auto& entry : known_differences)
    if (entry.profile == release.profile && release.version < entry.before &&
        release.version >= entry.from)
      found.emplace_back(entry.sentence);
  return found;
}

}  // namespace restjwt::cli::migrate
