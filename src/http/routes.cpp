#include <restjwt/http/routes.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "http/cors.hpp"
#include "http/csrf.hpp"
#include "http/details.hpp"
#include "http/negotiation.hpp"

namespace restjwt::http {
namespace {

using Kind = Identity::Kind;

/// The original's own headers, and those that harden an answer (shared hardening list, §2).
void add_common_headers(Response& response, const Messages& table) {
  const bool v1_0_1 = table.profile == auth::Profile::v1_0_1;
  response.headers.add("X-Frame-Options", v1_0_1 ? "SAMEORIGIN" : "DENY");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Referrer-Policy", v1_0_1 ? "no-referrer" : "same-origin");
  response.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  // What may be kept says so itself.
  if (!response.headers.find("Cache-Control")) response.headers.add("Cache-Control", "no-store");
}

Json detail_of(std::string_view sentence) { return Json::object({{"detail", sentence}}); }

Json body_of(const Identity& refused) {
  return refused.body.is_null() ? detail_of(refused.detail) : refused.body;
}

/// 401 with a challenge where the first authenticator has one, else 403.
Response refuse(const View& view, const Identity& identity, const Json& body,
                const Messages& table) {
  auto challenge =
      view.authenticators.empty() ? std::string() : view.authenticators.front()->challenge();
  if (!challenge.empty() && !identity.challenge.empty()) challenge = identity.challenge;
  Response response = json_response(challenge.empty() ? 403 : 401, body, table);
  if (!challenge.empty()) response.headers.add("WWW-Authenticate", challenge);
  return response;
}

/// `looked_at`: the header fields that were, as they go on in Vary.
Identity identify(const View& view, const Request& request, auth::Reach reach,
                  std::string& looked_at) {
  for (const auto& authenticator : view.authenticators) {
    if (const auto field = authenticator->vary(); !field.empty())
      looked_at.append(", ").append(field);
    Identity identity = authenticator->authenticate(request, reach);
    if (identity.kind != Kind::anonymous) return identity;
  }
  return {};
}

bool permits(Permission permission, const Identity& identity) {
  switch (permission) {
    case Permission::allow_any:
      return true;
    case Permission::is_authenticated:
      return identity.kind == Kind::user;
    case Permission::is_admin_user:
      return identity.kind == Kind::user && identity.user->is_staff;
    case Permission::is_superuser:
      return identity.kind == Kind::user && identity.user->is_superuser;
  }
  return false;
}

const Method* method_of(const View& view, std::string_view method) {
  if (method == "GET" || method == "HEAD") return view.get ? &view.get : nullptr;
  if (method == "DELETE") return view.remove ? &view.remove : nullptr;
  return method == "POST" && view.post ? &view.post : nullptr;
}

/// "email_address" is told as "Email address", "userName" as "Username".
std::string label_of(std::string name) {
  const auto lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
  std::ranges::replace(name, '_', ' ');
  std::ranges::transform(name, name.begin(), lower);
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] -= 'a' - 'A';
  return name;
}

Json told(const std::vector<Field>& fields) {
  Json told = Json::object();
  for (const auto& field : fields)
    told.set(field.name, Json::object({{"type", field.type},
                                       {"required", !field.read_only},
                                       {"read_only", field.read_only},
                                       {"label", label_of(field.name)}}));
  return told;
}

Response options(const View& view, const Messages& table) {
  Json body = Json::object({
      {"name", view.name},
      {"description", view.description},
  });
  if (table.profile == auth::Profile::v1_0_1) {
    body.set("renders", Json::array({"application/json"}));
    body.set("parses", Json::array({"application/x-www-form-urlencoded", "application/json"}));
    return json_response(200, body, table);
  }
  // Whoever asks for the browsable page gets JSON in its place.
  body.set("renders", Json::array({"application/json", "text/html"}));
  body.set("parses", Json::array({"application/json", "application/x-www-form-urlencoded",
                                  "multipart/form-data"}));
  if (!view.fields.empty()) body.set("actions", Json::object({{"POST", told(view.fields)}}));
  return json_response(200, body, table);
}

/// As DRF answers a client that asks too often.
Response throttled(std::chrono::seconds retry_after, const Messages& table) {
  const auto seconds = retry_after.count();
  auto wait = std::to_string(seconds);
  Response response = detail(
      429, fill(table.throttled, "wait", wait + (seconds == 1 ? " second" : " seconds")), table);
  // DRF 2 had no other.
  if (table.profile == auth::Profile::v1_0_1) response.headers.add("X-Throttle-Wait-Seconds", wait);
  response.headers.add("Retry-After", wait);
  return response;
}

/// Why the request may not do what it asks for: a page of somebody else may have sent it.
std::optional<std::string> forgery(const View& view, const Request& request,
                                   const Identity& identity, const CsrfCheck& csrf) {
  if (is_safe_method(request.method)) return std::nullopt;
  if (identity.kind == Kind::user && identity.by_cookie) return csrf.forged(request);
  return view.sets_cookies ? csrf.foreign(request) : std::nullopt;
}

/// Everything behind content negotiation, in DRF's order.
Answer dispatch(const View& view, const std::vector<std::string>& parameters,
                const Request& request, auth::Reach reach, const Messages& table,
                const CsrfCheck& csrf, std::string& looked_at) {
  const Identity identity = identify(view, request, reach, looked_at);
  if (identity.kind == Kind::needs_store) return {};
  if (identity.kind == Kind::refused)
    return identity.forbidden ? detail(403, identity.detail, table)
                              : refuse(view, identity, body_of(identity), table);
  if (const auto why = forgery(view, request, identity, csrf)) return detail(403, *why, table);
  if (!permits(view.permission, identity))
    return identity.kind == Kind::user
               ? detail(403, table.permission_denied, table)
               : refuse(view, identity, detail_of(table.not_authenticated), table);
  if (request.method == "OPTIONS") return options(view, table);
  if (const Method* method = method_of(view, request.method)) {
    if (view.cost == Cost::hashing && reach == auth::Reach::memory) {
      const auto wait = view.turned_away ? view.turned_away(request) : std::nullopt;
      return wait ? Answer(throttled(*wait, table)) : Answer();
    }
    return (*method)({request, identity, reach, parameters, [&] { return csrf.forged(request); }});
  }
  return detail(405, fill(table.method_not_allowed, "method", request.method), table);
}

/// Lays the JSON text out as the client asked.
void indent(Response& response, const Negotiated& wanted, const Messages& table) {
  // Django REST framework 3 leaves the parameter out.
  if (table.profile == auth::Profile::v1_0_1)
    response.headers.set("Content-Type", wanted.content_type);
  // DRF 3 takes an indent of 0 for none, DRF 2 breaks the lines.
  if (!wanted.indent || (*wanted.indent == 0 && table.profile != auth::Profile::v1_0_1)) return;
  if (const auto body = parse_json(response.body))
    response.body = to_text_indented(*body, table.style, *wanted.indent);
}

Answer answer_view(const View& view, const std::vector<std::string>& parameters,
                   const Request& request, auth::Reach reach, const Messages& table,
                   const CsrfCheck& csrf) {
  const Negotiated wanted = negotiate(request, table.profile != auth::Profile::v1_0_1);
  Answer response;
  std::string looked_at;
  switch (wanted.refusal) {
    case Refusal::not_acceptable:
      response = detail(406, table.not_acceptable, table);
      break;
    case Refusal::unknown_format:
      response = detail(404, table.not_found, table);
      break;
    case Refusal::none:
      try {
        response = dispatch(view, parameters, request, reach, table, csrf, looked_at);
      } catch (const auth::Throttled& refusal) {
        response = throttled(refusal.retry_after, table);
      }
      break;
  }
  if (!response) return response;
  if (wanted.content_type != "application/json") indent(*response, wanted, table);
  response->headers.add("Vary", view.vary + looked_at);
  response->headers.add("Allow", view.allow);
  return response;
}

/// Django's CommonMiddleware: the path without its slash leads to the one with it.
Response redirect_to_slash(const Request& request, const std::string& scheme,
                           const Messages& table) {
  std::string location;
  // Django said where on earth until 1.8.
  const auto host = request.headers.find("Host").value_or("");
  if (table.profile == auth::Profile::v1_0_1 && !host.empty())
    location = scheme + "://" + std::string(host);
  location += request.path + "/";
  if (!request.query.empty()) location += "?" + request.query;
  Response response{.status = 301};
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Location", location);
  return response;
}

/// The next segment of a path, which it takes away.
std::string_view take_segment(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

/// Whether the path is of the pattern; `take` gets what stands for each "{…}".
template <class Take>
bool matches(std::string_view pattern, std::string_view path, Take take) {
  if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return false;
  while (!pattern.empty()) {
    const auto wanted = take_segment(pattern);
    const auto found = take_segment(path);
    if (wanted.starts_with('{') ? found.empty() : wanted != found) return false;
    if (wanted.starts_with('{')) take(found);
  }
  return path.empty();
}

Response unavailable(const Messages& table) {
  Response response = detail(503, "The service is not available now. Try again later.", table);
  response.headers.add("Retry-After", "1");
  return response;
}

Response unforeseen(const Request& request, const Messages& table) {
  return json_response(500,
                       Json::object({{"detail", "An error occurred that nobody foresaw."},
                                     {"request_id", request.request_id}}),
                       table);
}

}  // namespace

Routes::Routes(auth::Profile profile, std::string scheme)
    : messages_(&http::messages(profile)), scheme_(std::move(scheme)) {}

void Routes::add(std::string path, View view) {
  if (path.find('{') == path.npos) views_.insert_or_assign(std::move(path), std::move(view));
  else patterns_.emplace_back(std::move(path), std::move(view));
}

void Routes::add_plain(std::string path, Cost cost,
                       std::function<Response(const Request&)> answer) {
  plain_.insert_or_assign(std::move(path), Plain{cost, std::move(answer)});
}

void Routes::allow(Cors cors) {
  for (const auto& origin : cors.allowed_origins)
    if (const auto why = refuse_origin(origin))
      throw std::invalid_argument("CORS_ALLOWED_ORIGINS: " + *why);
  cors_ = std::move(cors);
}

void Routes::on_failure(std::function<void(const Request&, const std::exception&)> report) {
  report_ = std::move(report);
}

const View* Routes::find(std::string_view path) const noexcept {
  if (const auto view = views_.find(path); view != views_.end()) return &view->second;
  for (const auto& [pattern, view] : patterns_)
    if (matches(pattern, path, [](std::string_view) {})) return &view;
  return nullptr;
}

std::vector<std::string> Routes::parameters_in(std::string_view path) const {
  if (views_.contains(path)) return {};
  for (const auto& [pattern, view] : patterns_) {
    std::vector<std::string> parameters;
    if (matches(pattern, path, [&](auto segment) { parameters.emplace_back(segment); }))
      return parameters;
  }
  return {};
}

Cost Routes::cost(const Request& request) const noexcept {
  if (const auto* view = find(request.path))
    return method_of(*view, request.method) ? view->cost : Cost::fast;
  const auto plain = plain_.find(request.path);
  return plain == plain_.end() ? Cost::fast : plain->second.cost;
}

Answer Routes::route(const Request& request, auth::Reach reach) const {
  if (const auto* view = find(request.path))
    return answer_view(*view, parameters_in(request.path), request, reach,
                       view->words ? *view->words : *messages_, {scheme_, cors_});
  if (const auto plain = plain_.find(request.path); plain != plain_.end()) {
    if (plain->second.cost != Cost::fast && reach == auth::Reach::memory) return {};
    return plain->second.answer(request);
  }
  if (views_.contains(request.path + "/")) return redirect_to_slash(request, scheme_, *messages_);
  Response response = detail(404, messages_->not_found, *messages_);
  if (messages_->profile == auth::Profile::v1_0_1) response.headers.add("Vary", "Cookie");
  return response;
}

Answer Routes::answer(const Request& request, auth::Reach reach) const {
  Answer response;
  try {
    response = preflight(request, cors_);
    if (!response) response = route(request, reach);
    if (!response) return response;
  } catch (const auth::StoreError& error) {
    if (report_) report_(request, error);
    response = unavailable(*messages_);
  } catch (const std::exception& error) {
    if (report_) report_(request, error);
    response = unforeseen(request, *messages_);
  } catch (...) {  // a host's own view may throw anything
    response = unforeseen(request, *messages_);
  }
  add_common_headers(*response, *messages_);
  add_cors_headers(*response, request, cors_);
  if (request.method == "HEAD") response->body.clear();
  return response;
}

Response Routes::refuse(const Request& request, int status, std::string_view sentence) const {
  Response response = error_response(status, sentence, *messages_);
  add_cors_headers(response, request, cors_);
  return response;
}

Response Routes::answer(const Request& request) const {
  return answer(request, auth::Reach::store).value();
}

void add_token_routes(Routes& routes, auth::Service& service, const BodyLimits& limits) {
  routes.add("/api-token-auth/", obtain_view(service, limits));
  routes.add("/api-token-refresh/", refresh_view(service, limits));
  routes.add("/api-token-verify/", verify_view(service, limits));
}

Response error_response(int status, std::string_view sentence, const Messages& table) {
  Response response = detail(status, sentence, table);
  add_common_headers(response, table);
  return response;
}

}  // namespace restjwt::http
