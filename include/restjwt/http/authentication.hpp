#pragma once
// Who is asking? DRF's authentication classes: each looks at the request and finds a user, nobody,
// or a reason to refuse.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/message.hpp>
#include <restjwt/json.hpp>

namespace restjwt::http {

/// What one authenticator says.
struct Identity {
  enum class Kind {
    anonymous,  ///< no credentials of this kind: the next authenticator is asked
    user,
    refused,      ///< credentials of this kind, and they are wrong
    needs_store,  ///< ask again with Reach::store
  };
  Kind kind = Kind::anonymous;
  auth::UserPtr user{};
  std::string token{};      ///< what identified the user
  std::string detail{};     ///< refused: what the client reads
  Json body{};              ///< refused: in place of {"detail": detail}, where there is more to say
  std::string challenge{};  ///< refused: in place of that of the view's first authenticator
  bool forbidden = false;   ///< refused: with 403, whatever the challenge
  /// user: a cookie said so, which browsers also send for pages of others. What is not GET, HEAD,
  /// OPTIONS or TRACE must then show that it is no forgery.
  bool by_cookie = false;

  static Identity of(auth::UserPtr user, std::string token = {});
  static Identity refuse(std::string_view detail);
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual Identity authenticate(const Request& request, auth::Reach reach) const = 0;
  /// The WWW-Authenticate challenge. Empty: a refusal is 403 and not 401, where this is the first
  /// authenticator of its view.
  virtual std::string challenge() const { return {}; }
  /// The header field, beside Authorization, that decides too and belongs into Vary.
  virtual std::string_view vary() const { return {}; }
};

/// Told of every request that a token of the impersonation cookie let in. Called from many threads
/// at once.
using ImpersonationSeen = std::function<void(const Request&, const auth::User&)>;

/// `Authorization: JWT <token>`, and the cookies of the settings. The header decides where it is
/// of use, then JWT_IMPERSONATION_COOKIE, then JWT_AUTH_COOKIE. Cookies are not looked at beside
/// an Authorization header (in profile drf-jwt: beside one of two words), whatever its scheme.
/// `service` must outlive it.
std::shared_ptr<const Authenticator> jwt_authentication(auth::Service& service,
                                                        ImpersonationSeen seen = {});

/// `Authorization: Bearer <access token>`, as simplejwt's JWTAuthentication. `service` must outlive
/// it and have pairs; std::invalid_argument otherwise.
std::shared_ptr<const Authenticator> pair_authentication(auth::Service& service);

/// What a protected route of a service asks, in its order: the single token, then, where there are
/// pairs, the access token. Where both have the same scheme the claims of the token decide.
std::vector<std::shared_ptr<const Authenticator>> all_authentication(auth::Service& service,
                                                                     ImpersonationSeen seen = {});

}  // namespace restjwt::http
