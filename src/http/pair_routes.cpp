#include <restjwt/http/pair_routes.hpp>

#include <stdexcept>
#include <utility>

#include "http/details.hpp"
#include "http/pair_cookies.hpp"
#include "http/pair_refusal.hpp"
#include "http/serializers.hpp"

namespace restjwt::http {
namespace {

using auth::AuthErrc;

/// simplejwt speaks with the voice of Django REST framework 3, whatever the single token does.
const Messages& words_of_pairs() { return messages(auth::Profile::v1_11_0); }

class PairRoutes {
 public:
  PairRoutes(auth::Service& service, const BodyLimits& limits)
      : service_(service),
        pairs_(*service.pairs()),
        keeps_sessions_(service.sessions().has_value()),
        username_field_(service.settings().username_field),
        cookies_(pairs_.settings(), service.settings().cookies),
        limits_(limits_of(limits, table_.profile)) {}

  void add_to(Routes& routes) const {
    const std::vector<Field> login{{.name = username_field_}, {.name = "password"}};
    if (pairs_.slides()) {
      add(routes, "/api/token/", "Token Obtain Sliding",
          "Takes a set of user credentials and returns a sliding JSON web token to\n"
          "prove the authentication of those credentials.",
          &PairRoutes::obtain_sliding, Cost::hashing, login);
      add(routes, "/api/token/refresh/", "Token Refresh Sliding",
          "Takes a sliding JSON web token and returns a new, refreshed version if the\n"
          "token's refresh period has not expired.",
          &PairRoutes::refresh_sliding, Cost::fast, {{.name = "token"}});
    } else {
      add(routes, "/api/token/", "Token Obtain Pair",
          "Takes a set of user credentials and returns an access and refresh JSON web\n"
          "token pair to prove the authentication of those credentials.",
          &PairRoutes::obtain, Cost::hashing, login);
      add(routes, "/api/token/refresh/", "Token Refresh",
          "Takes a refresh type JSON web token and returns an access type JSON web\n"
          "token if the refresh token is valid.",
          &PairRoutes::refresh, Cost::slow,
          {{.name = "refresh"}, {.name = "access", .read_only = true}});
    }
    add(routes, "/api/token/verify/", "Token Verify",
        "Takes a token and indicates if it is valid.  This view provides no\n"
        "information about a token's fitness for a particular use.",
        &PairRoutes::verify, Cost::fast, {{.name = "token"}});
    if (keeps_sessions_ && !pairs_.slides())
      add(routes, "/api/token/blacklist/", "Token Blacklist",
          "Takes a token and blacklists it. Must be used with the\n"
          "`rest_framework_simplejwt.token_blacklist` app installed.",
          &PairRoutes::blacklist, Cost::slow, {{.name = "refresh"}});
  }

 private:
  using Handler = Answer (PairRoutes::*)(const Call&) const;

  void add(Routes& routes, const char* path, const char* name, const char* description,
           Handler handler, Cost cost, std::vector<Field> fields) const {
    routes.add(path, {.name = name,
                      .description = description,
                      .post = [self = *this, handler](const Call& call) -> Answer {
                        return (self.*handler)(call);
                      },
                      .cost = cost,
                      .turned_away =
                          [&service = service_](const Request& request) {
                            return service.turned_away(client_of(request));
                          },
                      .fields = std::move(fields),
                      .sets_cookies = cookies_.any(),
                      .vary = std::string(table_.vary),
                      .words = &table_});
  }

  Result<std::vector<std::string>, Response> read(
      const Call& call, const std::vector<std::string_view>& names) const {
    const auto data = read_body(call.request, limits_, table_);
    if (!data) return data.error();
    auto fields = read_fields(*data, names, table_);
    if (!fields) return json_response(400, fields.error(), table_);
    return *std::move(fields);
  }

  /// The token in the body, or else that of the cookie, if the page that asks may use it.
  Result<std::string, Response> presented(const Call& call, const char* field,
                                          const PairCookie& cookie) const {
    const auto data = read_body(call.request, limits_, table_);
    if (!data) return data.error();
    if (!cookie.name.empty() && call.forged && data->is_object() && !data->find(field)) {
      auto token = find_cookie(call.request, cookie.name);
      if (token && !token->empty()) {
        if (const auto why = call.forged()) return detail(403, *why, table_);
        return *std::move(token);
      }
    }
    auto fields = read_fields(*data, {field}, table_);
    if (!fields) return json_response(400, fields.error(), table_);
    return std::move(fields->front());
  }

  Response answer(const Json& body) const { return token_response(body, table_); }

  struct Carried {
    const char* field;
    const std::string& token;  ///< empty: not handed out
    const PairCookie& cookie;
  };

  /// What goes into a cookie is not in the body, where any script of the page could read it.
  Response hand_out(const Call& call, TimePoint made, std::initializer_list<Carried> tokens) const {
    Json body = Json::object();
    for (const auto& one : tokens)
      if (!one.token.empty() && one.cookie.name.empty()) body.set(one.field, one.token);
    Response response = answer(body);
    for (const auto& [field, token, cookie] : tokens)
      if (!token.empty() && !cookie.name.empty())
        add_token_cookie(response, call.request, {cookie.name, token, made, cookie.lifetime},
                         cookie.attributes);
    return response;
  }

  Response refuse(const Json& body) const {
    Response response = json_response(401, body, table_);
    response.headers.add("WWW-Authenticate",
                         pairs_.settings().auth_header_types.front() + " realm=\"api\"");
    return response;
  }

  Answer refuse(std::error_code why) const {
    if (why == AuthErrc::needs_store) return {};
    return refuse(pair_refusal(why));
  }

  Response refuse_login() const {
    return refuse(Json::object({{"detail", "No active account found with the given credentials"}}));
  }

  /// Name and password; `log_in` takes them and the client.
  Answer log_in(const Call& call, auto log_in, auto answer_of) const {
    auto fields = read(call, {username_field_, "password"});
    if (!fields) return fields.error();
    const auto password = Secret::take(std::move(fields->back()));
    const auto granted = log_in(fields->front(), password, client_of(call.request));
    return granted ? answer_of(*granted) : refuse_login();
  }

  Answer obtain(const Call& call) const {
    return log_in(
        call, [this](const auto&... asked) { return pairs_.obtain(asked...); },
        [&](const auth::TokenPair& pair) {
          return hand_out(call, pair.at,
                          {{"refresh", pair.refresh, cookies_.refresh},
                           {"access", pair.access, cookies_.access}});
        });
  }

  Answer obtain_sliding(const Call& call) const {
    return log_in(
        call, [this](const auto&... asked) { return pairs_.obtain_sliding(asked...); },
        [&](const auth::Grant& grant) {
          return hand_out(call, grant.at, {{"token", grant.token, cookies_.access}});
        });
  }

  Answer refresh(const Call& call) const {
    if (call.reach == auth::Reach::memory) return {};
    const auto token = presented(call, "refresh", cookies_.refresh);
    if (!token) return token.error();
    const auto pair = pairs_.refresh(*token, client_of(call.request));
    if (!pair) return refuse(pair.error());
    return hand_out(
        call, pair->at,
        {{"access", pair->access, cookies_.access}, {"refresh", pair->refresh, cookies_.refresh}});
  }

  Answer refresh_sliding(const Call& call) const {
    const auto token = presented(call, "token", cookies_.access);
    if (!token) return token.error();
    const auto grant = pairs_.refresh_sliding(*token, call.reach);
    if (!grant) {
      const auto claim = "'" + pairs_.settings().sliding_token_refresh_exp_claim + "' claim";
      Json body = pair_refusal(grant.error());
      if (grant.error() == AuthErrc::absolute_limit)
        body.set("detail", "Token " + claim + " has expired");
      else if (grant.error() == AuthErrc::orig_iat_missing)
        body.set("detail", "Token has no " + claim);
      else return refuse(grant.error());
      return refuse(body);
    }
    return hand_out(call, grant->at, {{"token", grant->token, cookies_.access}});
  }

  Answer verify(const Call& call) const {
    const auto fields = read(call, {"token"});
    if (!fields) return fields.error();
    const auto user = pairs_.verify(fields->front(), call.reach);
    return user ? answer(Json::object()) : refuse(user.error());
  }

  Answer blacklist(const Call& call) const {
    if (call.reach == auth::Reach::memory) return {};
    const auto token = presented(call, "refresh", cookies_.refresh);
    if (!token) return token.error();
    if (const auto why = pairs_.blacklist(*token, client_of(call.request))) return refuse(why);
    Response response = answer(Json::object());
    // Whoever ends another of his sessions stays where he is.
    const auto& own = cookies_.refresh.name;
    if (own.empty() || find_cookie(call.request, own) == *token) cookies_.take_away(response);
    return response;
  }

  const Messages& table_ = words_of_pairs();
  auth::Service& service_;
  mutable auth::Pairs pairs_;
  bool keeps_sessions_;
  std::string username_field_;
  PairCookies cookies_;
  BodyLimits limits_;
};

}  // namespace

void add_pair_routes(Routes& routes, auth::Service& service, const BodyLimits& limits) {
  if (!service.pairs()) throw std::invalid_argument("the Service has no pairs");
  PairRoutes(service, limits).add_to(routes);
}

}  // namespace restjwt::http
