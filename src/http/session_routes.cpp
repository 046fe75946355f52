#include <restjwt/http/session_routes.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "http/cookies.hpp"
#include "http/details.hpp"
#include "http/pair_cookies.hpp"
#include "http/serializers.hpp"

namespace restjwt::http {
namespace {

using auth::Logout;

Json told(const auth::User& user) {
  Json body = Json::object({{"id", user.id.to_json()}, {"username", user.username}});
  if (user.email) body.set("email", *user.email);
  body.set("first_name", user.first_name);
  body.set("last_name", user.last_name);
  body.set("is_active", user.is_active);
  body.set("is_staff", user.is_staff);
  body.set("is_superuser", user.is_superuser);
  return body;
}

class SessionRoutes {
 public:
  SessionRoutes(auth::Service& service,
                std::vector<std::shared_ptr<const Authenticator>> authenticators,
                const BodyLimits& limits)
      : service_(service),
        sessions_(*service.sessions()),
        authenticators_(std::move(authenticators)),
        table_(messages(service.settings().profile)),
        limits_(limits_of(limits, table_.profile)) {}

  void add_to(Routes& routes) const {
    add(routes, "/auth/me", "Me", "Who you are.", Permission::is_authenticated, {.get = fast_me()},
        Cost::fast);
    add(routes, "/auth/logout", "Logout", "Ends this session, the others, or all of them.",
        Permission::is_authenticated, {.post = slow(&SessionRoutes::logout)});
    add(routes, "/auth/sessions", "Sessions", "Where you are logged in.",
        Permission::is_authenticated, {.get = slow(&SessionRoutes::list)});
    add(routes, "/auth/sessions/{session}", "Session", "Ends one session.",
        Permission::is_authenticated, {.remove = slow(&SessionRoutes::end)});

    add(routes, "/admin/users/{user}", "User", "One user.", Permission::is_admin_user,
        {.get = for_user(&SessionRoutes::show_user)});
    add(routes, "/admin/users/{user}/logout", "User logout", "Ends all sessions of a user.",
        Permission::is_admin_user, {.post = for_user(&SessionRoutes::logout_user)});
    add(routes, "/admin/users/{user}/sessions", "User sessions", "Where a user is logged in.",
        Permission::is_admin_user, {.get = for_user(&SessionRoutes::list_of_user)});
    add(routes, "/admin/users/{user}/sessions/{session}", "User session",
        "Ends one session of a user.", Permission::is_admin_user,
        {.remove = for_user(&SessionRoutes::end_of_user)});

    if (table_.profile == auth::Profile::drf_jwt)
      add(routes, "/api-token-blacklist/", "Blacklist",
          "API View that blacklists a token: the one that was presented, or one in the body.",
          Permission::is_authenticated, {.post = slow(&SessionRoutes::blacklist)});
  }

 private:
  using Handler = Response (SessionRoutes::*)(const Call&) const;
  using UserHandler = Response (SessionRoutes::*)(const Call&, const auth::User&) const;
  struct Methods {
    Method get{}, post{}, remove{};
  };

  Method fast_me() const {
    return [self = *this](const Call& call) -> Answer { return self.me(call); };
  }

  /// Everything else waits for the store.
  Method slow(Handler handler) const {
    return [self = *this, handler](const Call& call) -> Answer {
      if (call.reach == auth::Reach::memory) return {};
      return (self.*handler)(call);
    };
  }

  /// The user whose id stands first in the path; 404 where nobody has it.
  Method for_user(UserHandler handler) const {
    return [self = *this, handler](const Call& call) -> Answer {
      if (call.reach == auth::Reach::memory) return {};
      const auto& text = call.parameters.front();
      auto id = auth::UserId::from_json(Json(text));
      auto user = id ? self.service_.directory().find(*id, call.reach)
                     : Result<auth::UserPtr>(auth::AuthErrc::user_not_found);
      if (!user) return detail(404, self.table_.not_found, self.table_);
      return (self.*handler)(call, **user);
    };
  }

  void add(Routes& routes, const char* path, const char* name, const char* description,
           Permission permission, Methods methods, Cost cost = Cost::slow) const {
    std::string allow;
    if (methods.get) allow += "GET, HEAD, ";
    if (methods.post) allow += "POST, ";
    if (methods.remove) allow += "DELETE, ";
    View view{.name = name,
              .description = description,
              .get = std::move(methods.get),
              .post = std::move(methods.post),
              .remove = std::move(methods.remove),
              .cost = cost,
              .authenticators = authenticators_,
              .permission = permission,
              .vary = std::string(table_.vary),
              .allow = allow + "OPTIONS"};
    routes.add(path, std::move(view));
  }

  Response answer(const Json& body) const { return json_response(200, body, table_); }
  Response not_found() const { return detail(404, table_.not_found, table_); }
  Response ended() const { return Response{.status = 204}; }
  Response refusal(std::error_code why) const {
    return json_response(400, non_field_error(sentence(table_, why, Door::verify)), table_);
  }

  auth::Actor actor(const Call& call) const {
    return {call.identity.user->username, client_of(call.request)};
  }

  std::optional<auth::Fingerprint> own_session(const Call& call) const {
    const auto own = sessions_.of(call.identity.token, call.reach);
    return own ? std::optional(own->id) : std::nullopt;
  }

  Response me(const Call& call) const {
    Json body = told(*call.identity.user);
    if (const auto session = own_session(call)) body.set("session", session->text());
    return answer(body);
  }

  Response list(const Call& call) const { return list_for(*call.identity.user, own_session(call)); }

  Response list_for(const auth::User& user, const std::optional<auth::Fingerprint>& own) const {
    Json::Array listed;
    for (const auto& session : sessions_.list(user.id)) {
      Json one = auth::to_json(session);
      one.set("current", own == session.id);
      listed.push_back(std::move(one));
    }
    return answer(Json::object({{"sessions", Json(std::move(listed))}}));
  }

  Response end(const Call& call) const {
    return end_one(*call.identity.user, call.parameters.front(), {{}, client_of(call.request)});
  }

  Response end_one(const auth::User& user, const std::string& text, const auth::Actor& by) const {
    const auto id = auth::Fingerprint::from_text(text);
    return id && sessions_.end(user, *id, by) ? ended() : not_found();
  }

  Response logout(const Call& call) const {
    const auto scope = read_scope(call);
    if (!scope) return scope.error();
    const auto count = sessions_.logout(call.identity.token, *scope, client_of(call.request));
    if (!count) return refusal(count.error());
    Response response = answer(Json::object({{"ended", static_cast<std::int64_t>(*count)}}));
    if (*scope != Logout::others) take_cookies_away(response);
    return response;
  }

  void take_cookies_away(Response& response) const {
    const auto& cookies = service_.settings().cookies;
    for (const auto& name : {cookies.auth, cookies.impersonation})
      if (!name.empty()) response.headers.add("Set-Cookie", no_cookie(name, cookies));
    if (const auto pairs = service_.pairs())
      PairCookies(pairs->settings(), cookies).take_away(response);
  }

  /// The body, where there is one that is an object.
  Result<Json, Response> read_object(const Call& call) const {
    if (call.request.body.empty()) return Json::object();
    auto body = read_body(call.request, limits_, table_);
    if (!body) return body.error();
    return body->is_object() ? *std::move(body) : Json::object();
  }

  Result<Logout, Response> read_scope(const Call& call) const {
    const auto body = read_object(call);
    if (!body) return body.error();
    const Json* scope = body->find("scope");
    if (!scope) return Logout::this_one;
    using namespace std::string_view_literals;
    for (const auto& [name, which] : {std::pair{"this"sv, Logout::this_one},
                                      {"others"sv, Logout::others},
                                      {"all"sv, Logout::all}})
      if (scope->is_string() && scope->as_string() == name) return which;
    return json_response(
        400, Json::object({{"scope", Json::array({"Expected \"this\", \"others\" or \"all\"."})}}),
        table_);
  }

  Response show_user(const Call&, const auth::User& user) const { return answer(told(user)); }

  Response logout_user(const Call& call, const auth::User& user) const {
    sessions_.end_all(user, actor(call));
    return ended();
  }

  Response list_of_user(const Call& call, const auth::User& user) const {
    return list_for(user, own_session(call));
  }

  Response end_of_user(const Call& call, const auth::User& user) const {
    return end_one(user, call.parameters.back(), actor(call));
  }

  Response blacklist(const Call& call) const {
    const auto body = read_object(call);
    if (!body) return body.error();
    std::string token = call.identity.token;
    if (body->find("token")) {
      auto fields = read_fields(*body, {"token"}, table_);
      if (!fields) return json_response(400, fields.error(), table_);
      token = std::move(fields->front());
    }
    const auto grant = sessions_.blacklist(*call.identity.user, token, client_of(call.request));
    // Whose it is nobody is told.
    if (!grant && grant.error() == auth::AuthErrc::user_not_found)
      return refusal(jose::TokenErrc::signature_mismatch);
    if (!grant) return refusal(grant.error());
    Response response = json_response(201, Json::object({{"token", grant->token}}), table_);
    if (token == call.identity.token) take_cookies_away(response);
    return response;
  }

  auth::Service& service_;
  mutable auth::Sessions sessions_;
  std::vector<std::shared_ptr<const Authenticator>> authenticators_;
  const Messages& table_;
  BodyLimits limits_;
};

}  // namespace

void add_session_routes(Routes& routes, auth::Service& service,
                        std::vector<std::shared_ptr<const Authenticator>> authenticators,
                        const BodyLimits& limits) {
  if (!service.sessions()) throw std::invalid_argument("the Service keeps no sessions");
  SessionRoutes(service, std::move(authenticators), limits).add_to(routes);
}

}  // namespace restjwt::http
