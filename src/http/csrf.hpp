#pragma once
// Cross-site request forgery: a page of somebody else makes its visitor's browser send a request,
// and the browser adds the visitor's cookies. docs/decisions/0017-browsers.md says why this is
// enough.

#include <optional>
#include <string>
#include <string_view>

#include <restjwt/http/cors.hpp>
#include <restjwt/http/message.hpp>

namespace restjwt::http {

/// The cookie that a page of our own reads, to send its value back in the header X-CSRFToken.
/// Django's names, so that clients made for it need no change.
inline constexpr std::string_view csrf_cookie_name = "csrftoken";

/// Whether a browser sends requests of this method without being asked to change anything.
bool is_safe_method(std::string_view method) noexcept;

/// Tells requests of our own pages from those of others.
class CsrfCheck {
 public:
  /// `scheme`: how clients reach this host. Both must outlive it.
  CsrfCheck(std::string_view scheme, const Cors& cors) : scheme_(scheme), cors_(cors) {}

  /// Why the request may have been made by a foreign page, as the client reads it; nothing where no
  /// header says so. What no browser sent has no such header.
  std::optional<std::string> foreign(const Request& request) const;
  /// The same where a cookie says who asks: then the request must also show that its page can set
  /// headers or read our cookies, which no foreign one can.
  std::optional<std::string> forged(const Request& request) const;

 private:
  bool is_own(const Request& request, std::string_view origin) const;
  bool is_allowed(std::string_view origin) const;

  std::string_view scheme_;
  const Cors& cors_;
};

}  // namespace restjwt::http
