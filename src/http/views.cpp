#include <restjwt/http/views.hpp>

#include <algorithm>

#include <restjwt/secret.hpp>

#include "http/cookies.hpp"
#include "http/details.hpp"
#include "http/serializers.hpp"

namespace restjwt::http {
namespace {

Response body_refusal(const BodyError& error, const Request& request, const Messages& table) {
  switch (error.kind) {
    case BodyError::Kind::unsupported_media_type: {
      const auto media = request.headers.find("Content-Type").value_or("");
      return detail(415, fill(table.unsupported_media, "media", media), table);
    }
    case BodyError::Kind::json:
      return detail(400, "JSON parse error - " + error.detail, table);
    case BodyError::Kind::multipart:
      return detail(400, "Multipart form parse error - " + error.detail, table);
    case BodyError::Kind::form:
      return detail(400, error.detail, table);
  }
  return detail(400, error.detail, table);
}

Result<std::vector<std::string>, Response> read_fields(const Request& request,
                                                       const std::vector<std::string_view>& names,
                                                       const BodyLimits& limits,
                                                       const Messages& table) {
  const auto data = read_body(request, limits, table);
  if (!data) return data.error();
  auto fields = http::read_fields(*data, names, table);
  if (!fields) return json_response(400, fields.error(), table);
  return *std::move(fields);
}

/// The token for a grant, the sentence for a refusal, or nothing when only the store would know.
Answer answer_grant(const auth::Service& service, const Result<auth::Grant>& grant, Door door,
                    const Request& request, const Messages& table) {
  if (!grant && grant.error() == auth::AuthErrc::needs_store) return {};
  if (!grant)
    return json_response(400, non_field_error(sentence(table, grant.error(), door)), table);
  Response response = token_response(service.response(*grant), table);
  const auto& settings = service.settings();
  if (const auto& cookie = settings.cookies.auth; !cookie.empty())
    add_token_cookie(response, request,
                     {cookie, grant->token, grant->at, settings.expiration_delta},
                     settings.cookies);
  return response;
}

using TokenCall = Result<auth::Grant> (auth::Service::*)(std::string_view, auth::Reach);

Method take_token(auth::Service& service, TokenCall call, Door door, BodyLimits limits) {
  const auto profile = service.settings().profile;
  return [&service, &table = messages(profile), call, door,
          limits = limits_of(limits, profile)](const Call& asked) -> Answer {
    const auto fields = read_fields(asked.request, {"token"}, limits, table);
    if (!fields) return fields.error();
    return answer_grant(service, (service.*call)(fields->front(), asked.reach), door, asked.request,
                        table);
  };
}

/// Fields in the order of the release's serializer, which is that of the errors too.
std::vector<std::string_view> login_fields(const auth::Settings& settings) {
  if (settings.profile == auth::Profile::drf_jwt) return {"password", settings.username_field};
  return {settings.username_field, "password"};
}

std::vector<Field> told_login_fields(const auth::Settings& settings) {
  std::vector<Field> fields;
  for (const auto name : login_fields(settings)) fields.push_back({.name = std::string(name)});
  if (settings.profile == auth::Profile::drf_jwt)
    fields.insert(fields.begin() + 1, {.name = "token", .read_only = true});
  return fields;
}

std::string vary_of(const auth::Service& service) {
  return std::string(messages(service.settings().profile).vary);
}

}  // namespace

Result<Json, Response> read_body(const Request& request, const BodyLimits& limits,
                                 const Messages& table) {
  const auto type = request.headers.find("Content-Type").value_or("");
  auto data = parse_body(type, request.body, limits);
  if (!data) return body_refusal(data.error(), request, table);
  return *std::move(data);
}

BodyLimits limits_of(BodyLimits limits, auth::Profile profile) {
  // Python's cgi module of that time parted form fields at ";" too.
  limits.semicolon_separates = profile == auth::Profile::v1_0_1;
  limits.max_form_fields = limits.max_fields;
  // Django's DATA_UPLOAD_MAX_NUMBER_FIELDS, since 1.10.
  constexpr std::size_t django_limit = 1000;
  if (profile != auth::Profile::v1_0_1)
    limits.max_form_fields = std::min(limits.max_form_fields, django_limit);
  return limits;
}

Response token_response(const Json& body, const Messages& table) {
  Response response = json_response(table.success, body, table);
  response.headers.add("Pragma", "no-cache");
  return response;
}

auth::Client client_of(const Request& request) {
  return {request.remote_address, std::string(request.headers.find("User-Agent").value_or(""))};
}

Response json_response(int status, const Json& body, const Messages& table) {
  Response response{.status = status};
  response.headers.add("Content-Type", "application/json");
  response.body = to_text(body, table.style);
  return response;
}

View obtain_view(auth::Service& service, const BodyLimits& limits) {
  const auto& settings = service.settings();
  const auto names = login_fields(settings);
  const std::size_t password_at = names.front() == "password" ? 0 : 1;
  return {
      .name = "Obtain Json Web Token",
      .description =
          "API View that receives a POST with a user's username and password.\n\n"
          "Returns a JSON Web Token that can be used for authenticated requests.",
      .post = [&service, &table = messages(settings.profile), names, password_at,
               limits = limits_of(limits, settings.profile)](const Call& call) -> Answer {
        auto fields = read_fields(call.request, names, limits, table);
        if (!fields) return fields.error();
        const auto password = Secret::take(std::move((*fields)[password_at]));
        return answer_grant(
            service, service.obtain((*fields)[1 - password_at], password, client_of(call.request)),
            Door::verify, call.request, table);
      },
      .cost = Cost::hashing,
      .turned_away =
          [&service](const Request& request) { return service.turned_away(client_of(request)); },
      .fields = told_login_fields(settings),
      .sets_cookies = !settings.cookies.auth.empty(),
      .vary = vary_of(service),
  };
}

View refresh_view(auth::Service& service, const BodyLimits& limits) {
  return {
      .name = "Refresh Json Web Token",
      .description = std::string(messages(service.settings().profile).refresh_description),
      .post = take_token(service, &auth::Service::refresh, Door::refresh, limits),
      .fields = {{.name = "token"}},
      .sets_cookies = !service.settings().cookies.auth.empty(),
      .vary = vary_of(service),
  };
}

View verify_view(auth::Service& service, const BodyLimits& limits) {
  return {
      .name = "Verify Json Web Token",
      .description = std::string(messages(service.settings().profile).verify_description),
      .post = take_token(service, &auth::Service::verify, Door::verify, limits),
      .fields = {{.name = "token"}},
      .sets_cookies = !service.settings().cookies.auth.empty(),
      .vary = vary_of(service),
  };
}

View user_view(auth::Service& service,
               std::vector<std::shared_ptr<const Authenticator>> authenticators,
               Permission permission) {
  const Messages& table = messages(service.settings().profile);
  Method answer = [&table](const Call& call) -> Answer {
    const auto& user = call.identity.user;
    return json_response(200, Json::object({{"user", user ? user->username : ""}}), table);
  };
  return {
      .name = "Protected",
      .description = "Says who you are.",
      .get = answer,
      .post = answer,
      .authenticators = std::move(authenticators),
      .permission = permission,
      // Since 1.11.0 the example's views no longer looked at a session.
      .vary = table.profile == auth::Profile::v1_0_1 ? "Accept, Cookie" : "Accept",
      .allow = "GET, POST, HEAD, OPTIONS",
  };
}

}  // namespace restjwt::http
