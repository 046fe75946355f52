#pragma once
// Views: plain functions from a request value to a response value. They know of no socket and no
// framework, so that any web framework can host them.

#include <chrono>
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
  /// What stands in the path where its route has "{…}", in its order, as it came.
  std::vector<std::string> parameters{};
  /// Why a cookie of this request must not count as its sender's will, as he reads it (a page of
  /// somebody else may have sent it); nothing where it may. Routes sets it. Where a cookie
  /// identified him it has been asked already.
  std::function<std::optional<std::string>()> forged{};
};

/// An answer; nothing means "not from memory: call again with Reach::store".
using Answer = std::optional<Response>;
using Method = std::function<Answer(const Call&)>;

enum class Permission { allow_any, is_authenticated, is_admin_user, is_superuser };

/// What OPTIONS tells of a field from profile 1.11.0 on.
struct Field {
  std::string name{};
  std::string type = "string";
  bool read_only = false;
};

/// One endpoint, in DRF's terms. Checks run in DRF's order: Accept and ?format, authentication,
/// permission, method, then the method itself reads the body.
struct View {
  std::string name{};         ///< OPTIONS tells it
  std::string description{};  ///< OPTIONS tells it
  Method get{};
  Method post{};
  Method remove{};         ///< DELETE
  Cost cost = Cost::fast;  ///< of these three; everything else is fast
  /// For a view that hashes: how long whoever asks has still to wait, where that is known without
  /// asking anybody. Then the answer is 429, and no place in the queue is taken.
  std::function<std::optional<std::chrono::seconds>(const Request&)> turned_away{};
  std::vector<std::shared_ptr<const Authenticator>> authenticators{};
  Permission permission = Permission::allow_any;
  std::vector<Field> fields{};  ///< of a POST; none: OPTIONS does not tell
  /// Whether its answers set cookies: then a page of another origin may not ask it, or could log
  /// its visitor in as somebody else.
  bool sets_cookies = false;
  std::string vary = "Cookie";
  std::string allow = "POST, OPTIONS";
  /// In whose words it answers; null: those of its Routes.
  const Messages* words = nullptr;
};

/// The three endpoints. `service` must outlive them.
View obtain_view(auth::Service& service, const BodyLimits& limits = {});
View refresh_view(auth::Service& service, const BodyLimits& limits = {});
View verify_view(auth::Service& service, const BodyLimits& limits = {});
/// The original's example: {"user": <name>} for GET and POST, to whoever may.
View user_view(auth::Service& service,
               std::vector<std::shared_ptr<const Authenticator>> authenticators,
               Permission permission = Permission::is_authenticated);

/// Told of every token handed out to an impersonator. Called from many threads at once.
using ImpersonationIssued =
    std::function<void(const Request&, const auth::User& impersonator, const auth::User& user)>;

/// drf-jwt's impersonate_jwt_token: {"user": <id>} from a superuser answers that user's token, and
/// sets JWT_IMPERSONATION_COOKIE.
View impersonate_view(auth::Service& service,
                      std::vector<std::shared_ptr<const Authenticator>> authenticators,
                      ImpersonationIssued issued = {}, const BodyLimits& limits = {});

/// Where a request comes from, for the store of sessions.
auth::Client client_of(const Request& request);

/// A JSON answer with the view's status, written in the profile's style.
Response json_response(int status, const Json& body, const Messages& table);

}  // namespace restjwt::http
