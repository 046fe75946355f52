#include "cli/migrate/departures.hpp"

#include "cli/migrate/setting_value.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr bool yes = true, no = false;

//  row, 1.0.1, 1.11.0, drf-jwt, setting, common
constexpr Departure all_departures[] = {
    {13, no, yes, yes, "", yes,
     "Tokens name the user by key and by name, and both must agree: renaming a user ends his "
     "tokens, and a new account of an old name does not get the old one's."},
    {15, no, yes, yes, "", yes,
     "White space around a password is part of it. A client that sends \"secret \" for \"secret\" "
     "logged in and is refused now; a user whose password has outer blanks can log in at last."},
    {16, yes, yes, yes, "", yes, "A chunked body is read; it counted as empty."},
    {19, yes, no, no, "JWT_AUTH_HEADER_PREFIX", yes,
     "WWW-Authenticate names the configured prefix; it always said JWT."},
    {20, no, yes, no, "JWT_AUTH_COOKIE", yes,
     "The cookie is set with Secure and SameSite=Lax: browsers send it over HTTPS only, and not "
     "with requests that other sites start."},
    {20, no, yes, yes, "JWT_AUTH_COOKIE", yes,
     "What a cookie logs in changes nothing without a header that foreign pages cannot send: "
     "X-Requested-With, or X-CSRFToken with the value of the cookie csrftoken, which the login "
     "sets; "
     "otherwise 403. Pages of other origins cannot log in at all. A proxy in front must pass Host "
     "on."},
    {31, yes, yes, yes, "", yes,
     "Paths are exact: /api-token-auth/anything was a login too and is 404 now."},
    {33, no, no, yes, "user.profile", yes,
     "The claim user_profile_id is a number; it was a list of one."},
    {38, yes, yes, yes, "", yes,
     "Every error is JSON, also 404 and 500, which were HTML. Bodies over 64 KiB get 413, longer "
     "headers 431; [limits] changes that."},
    {0, no, yes, yes, "", yes,
     "The browsable HTML pages of the endpoints are not there; a browser gets JSON."},
    {0, no, no, yes, "", no,
     "Blanks around the value of the Authorization header are no part of it (RFC 9110 section "
     "5.5); "
     "such a request counted as anonymous."},
    {14, no, no, yes, "AllowAllUsersModelBackend", yes,
     "A disabled user gets no token, although the site's backend lets him in."},
    {26, no, yes, no, "AllowAllUsersModelBackend", yes,
     "A disabled user with the right password is told \"Unable to log in with provided "
     "credentials.\"; it was \"User account is disabled.\""},
    {11, no, yes, yes, "JWT_GET_USER_SECRET_KEY", no,
     "With secrets per user, the claim that chooses the secret must be the user's the token is "
     "for; who knew one user's secret could be anybody."},
    {12, no, yes, yes, "JWT_GET_USER_SECRET_KEY", no,
     "With secrets per user, a token of an unknown user is refused like a forged one; it was a "
     "500 or told that the user does not exist."},
    {30, yes, yes, yes, "JWT_ALLOW_REFRESH", no,
     "An orig_iat in the future is refused at refresh; it widened the window."},
    {2, no, yes, no, "", no,
     "Verify and refresh answer 400 for every bad token; some faults (wrong algorithm, wrong "
     "audience) were a 500."},
    {1, yes, no, no, "", no,
     "Only JWT_ALGORITHM is taken; tokens signed with another HS algorithm and the same secret "
     "were too."},
    {3, yes, yes, yes, "", no,
     "Odd types in tokens and bodies, a missing alg, multipart without boundary: 400 or 401; they "
     "were 500."},
    {4, yes, no, no, "", no, "A token whose exp is text or a list is refused; it never expired."},
    {5, yes, yes, yes, "", no,
     "A token has one spelling: padding, other alphabets and junk characters in it are refused."},
    {6, no, no, yes, "", no,
     "A blacklisted token is refused in every spelling; one more \"=\" got it past."},
    {8, no, no, yes, "", no,
     "Blacklisting a token ends its session: all that it was refreshed from, and to."},
    {9, no, no, yes, "", no,
     "A blacklisted token stays refused until its exp and the leeway; with a leeway it came back "
     "to "
     "life."},
    {10, no, no, yes, "", no,
     "Only one's own tokens can be blacklisted, and a bad one is a 400; anybody's could be, and it "
     "was a 500."},
    {17, yes, yes, yes, "", no,
     "A token with crit in its header is refused, and nbf counts everywhere."},
    {34, yes, yes, yes, "", no,
     "A wrong type in the settings stops the start; it was a 500 at the first request."},
    {35, yes, yes, yes, "", no,
     "A token in which a name stands twice is refused; the last one counted."},
    {36, yes, yes, yes, "", no,
     "A token whose iat is no number, or lies more than a minute ahead, is refused."},
    {37, yes, no, no, "", no, "_method, _content and X-HTTP-Method-Override are not honoured."},
    {39, yes, yes, yes, "", no,
     "Deep nesting, lone surrogates and NaN in JSON are a 400; the answers depended on Python."},
};

bool is_allow_all(const DjangoSite& site) {
  for (const auto& backend : site.backends)
    if (backend.find("AllowAllUsers") != std::string::npos) return true;
  return false;
}

/// Whether the site uses what a departure depends on.
bool uses(const DjangoSite& site, const Release& release, std::string_view setting) {
  if (setting.empty()) return true;
  if (setting == "AllowAllUsersModelBackend") {
    // ModelBackend hides disabled users from Django 1.10 on.
    const bool tells = version_of(site.django) < Version{1, 10, 0};
    return is_allow_all(site) || (tells && release.profile == auth::Profile::v1_11_0);
  }
  if (setting == "user.profile") return !site.user.profile_table.empty();
  const Json* given = site.jwt_auth.find(setting);
  if (setting == "JWT_ALLOW_REFRESH") {
    const Json* stated = given ? given : site.defaults.find(setting);
    return (stated ? *stated : effective_value(auth::Settings::of(release.profile), setting)) ==
           Json(true);
  }
  return given && !given->is_null() && is_known_to(release, setting);
}

}  // namespace

bool Departure::concerns(auth::Profile profile) const {
  switch (profile) {
    case auth::Profile::v1_0_1:
      return in_1_0_1;
    case auth::Profile::v1_11_0:
      return in_1_11_0;
    case auth::Profile::drf_jwt:
      return in_drf_jwt;
  }
  return false;
}

std::span<const Departure> departures() { return all_departures; }

std::vector<Departure> departures_for(const DjangoSite& site, const Release& release) {
  std::vector<Departure> found;
  for (const auto& departure : all_departures)
    if (departure.concerns(release.profile) && uses(site, release, departure.setting))
      found.push_back(departure);
  return found;
}

}  // namespace restjwt::cli::migrate
