#include "http/csrf.hpp"

#include <algorithm>

#include <restjwt/secret.hpp>

#include "http/cookies.hpp"
#include "http/origin.hpp"

namespace restjwt::http {
namespace {

std::string failed(std::string reason) { return "CSRF Failed: " + std::move(reason); }

std::string not_trusted(const char* header, std::string_view origin) {
  return failed(std::string(header) + " checking failed - " + std::string(origin) +
                " does not match any trusted origins.");
}

}  // namespace

bool is_safe_method(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

bool CsrfCheck::is_own(const Request& request, std::string_view origin) const {
  const auto host = request.headers.find("Host");
  if (!host) return false;
  const auto is = [&](std::string_view scheme) {
    return origin == origin_of(std::string(scheme) + "://" + std::string(*host));
  };
  // A proxy on this machine may speak TLS without our being told; a page that came over it is no
  // less ours. Not the other way round: whoever is on the wire can be the page without TLS.
  return is(scheme_) || is("https");
}

bool CsrfCheck::is_allowed(std::string_view origin) const {
  return cors_.allow_credentials &&
         std::ranges::find(cors_.allowed_origins, origin) != cors_.allowed_origins.end();
}

std::optional<std::string> CsrfCheck::foreign(const Request& request) const {
  const auto origin = request.headers.joined("Origin");
  if (origin && is_allowed(*origin)) return std::nullopt;
  if (request.headers.joined("Sec-Fetch-Site") == "cross-site")
    return failed("Origin checking failed - the request comes from another site.");
  if (origin) {
    if (is_own(request, *origin)) return std::nullopt;
    const bool can_be_shown = *origin == "null" || origin_of(*origin) == *origin;
    return not_trusted("Origin", can_be_shown ? *origin : "what was sent");
  }
  const auto referer = request.headers.joined("Referer");
  if (!referer) return std::nullopt;
  const auto page = origin_of(*referer);
  if (!page) return failed("Referer checking failed - Referer is malformed.");
  if (is_own(request, *page) || is_allowed(*page)) return std::nullopt;
  return not_trusted("Referer", *page);
}

std::optional<std::string> CsrfCheck::forged(const Request& request) const {
  if (auto why = foreign(request)) return why;
  // A form cannot set it, and a script of another origin is asked for in a preflight first.
  if (request.headers.find("X-Requested-With")) return std::nullopt;
  const auto cookie = find_cookie(request, csrf_cookie_name);
  if (!cookie || cookie->empty()) return failed("CSRF cookie not set.");
  const auto header = request.headers.joined("X-CSRFToken");
  if (!header) return failed("CSRF token missing.");
  if (!constant_time_equal(*header, *cookie))
    return failed("CSRF token from the 'X-Csrftoken' HTTP header incorrect.");
  return std::nullopt;
}

}  // namespace restjwt::http
