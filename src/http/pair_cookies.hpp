#pragma once
// The cookies of a pair.

#include <restjwt/auth/pair_settings.hpp>
#include <restjwt/http/message.hpp>

#include "http/cookies.hpp"

namespace restjwt::http {

/// How one token of a pair travels; without a name in the body.
struct PairCookie {
  std::string name{};
  auth::CookieSettings attributes{};
  std::chrono::microseconds lifetime{};
};

struct PairCookies {
  PairCookie access{};   ///< or sliding
  PairCookie refresh{};  ///< goes to its own path only, and with no request that another site began

  PairCookies(const auth::PairSettings& pairs, const auth::CookieSettings& shared);

  bool any() const noexcept { return !access.name.empty() || !refresh.name.empty(); }
  void take_away(Response& response) const;
};

}  // namespace restjwt::http
