#pragma once
// Who is asking? DRF's authentication classes: each looks at the request and finds a user, nobody,
// or a reason to refuse.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/message.hpp>

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
  std::string token{};   ///< what identified the user
  std::string detail{};  ///< refused: what the client reads

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
};

/// `Authorization: JWT <token>`. `service` must outlive it.
std::shared_ptr<const Authenticator> jwt_authentication(auth::Service& service);

}  // namespace restjwt::http
