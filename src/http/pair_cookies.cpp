#include "http/pair_cookies.hpp"

namespace restjwt::http {

PairCookies::PairCookies(const auth::PairSettings& pairs, const auth::CookieSettings& shared)
    : access{pairs.auth_cookie, shared,
             pairs.auth_token_classes.front() == auth::PairSettings::TokenClass::sliding
                 ? pairs.sliding_token_lifetime
                 : pairs.access_token_lifetime},
      refresh{pairs.auth_cookie_refresh, shared, pairs.refresh_token_lifetime} {
  refresh.attributes.path = pairs.auth_cookie_refresh_path;
  refresh.attributes.same_site = auth::SameSite::strict;
}

void PairCookies::take_away(Response& response) const {
  for (const auto* cookie : {&access, &refresh})
    if (!cookie->name.empty())
      response.headers.add("Set-Cookie", no_cookie(cookie->name, cookie->attributes));
}

}  // namespace restjwt::http
