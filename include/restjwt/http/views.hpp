#pragma once
// Views: plain functions from a request value to a response value. They know of no socket and no
// framework, so that any web framework can host them.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <restjwt/auth/service.hpp>
#include <restjwt/http/authentication.hpp>
#include <restjwt/http/message.hpp>
#include <restjwt/http/messages.hpp>
#include <restjwt/http/parsers.hpp>
#include <restjwt/json.hpp>

namespace restjwt::http {

/// What runs a view's method. The host decides by it on which thread.
enum class Cost {
  fast,     ///< answered from memory on the thread that read the request
  slow,     ///< may wait for the store: worker pool
  hashing,  ///< hashes a password: the hashing pool
};

/// What a view is given: the request, and who is asking.
struct Call {
  const Request& request;
  const Identity& identity;
  auth::Reach reach;
};

/// An answer; nothing means "not from memory: call again with Reach::store".
using Answer = std::optional<Response>;
using Method = std::function<Answer(const Call&)>;

enum class Permission { allow_any, is_authenticated, is_admin_user };

/// One endpoint, in DRF's terms. Checks run in DRF's order: Accept and ?format, authentication,
/// permission, method, then the method itself reads the body.
struct View {
  std::string name{};         ///< OPTIONS tells it
  std::string description{};  ///< OPTIONS tells it
  Method get{};
  Method post{};
  Cost cost = Cost::fast;  ///< of get and post; everything else is fast
  std::vector<std::shared_ptr<const Authenticator>> authenticators{};
  Permission permission = Permission::allow_any;
  std::string vary = "Cookie";
  std::string allow = "POST, OPTIONS";
};

/// The three endpoints. `service` must outlive them.
View obtain_view(auth::Service& service, const BodyLimits& limits = {});
View refresh_view(auth::Service& service, const BodyLimits& limits = {});
View verify_view(auth::Service& service, const BodyLimits& limits = {});
/// The original's example: {"user": <name>} for GET and POST, to whoever may.
View user_view(auth::Service& service,
               std::vector<std::shared_ptr<const Authenticator>> authenticators,
               Permission permission = Permission::is_authenticated);

/// A JSON answer with the view's status, written in the profile's style.
Response json_response(int status, const Json& body, const Messages& table);

}  // namespace restjwt::http
