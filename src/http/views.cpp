#include <restjwt/http/views.hpp>

#include <restjwt/secret.hpp>

#include "http/details.hpp"
#include "http/serializers.hpp"

namespace restjwt::http {
namespace {

using Fields = Result<std::vector<std::string>, Response>;

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

Fields read_body(const Request& request, const std::vector<std::string_view>& names,
                 const BodyLimits& limits, const Messages& table) {
  const auto type = request.headers.find("Content-Type").value_or("");
  const auto data = parse_body(type, request.body, limits);
  if (!data) return body_refusal(data.error(), request, table);
  auto fields = read_fields(*data, names, table);
  if (!fields) return json_response(400, fields.error(), table);
  return *std::move(fields);
}

/// The token for a grant, the sentence for a refusal, or nothing when only the store would know.
Answer answer_grant(const Result<auth::Grant>& grant, Door door, const Messages& table) {
  if (grant) {
    Response response = json_response(200, Json::object({{"token", grant->token}}), table);
    response.headers.add("Pragma", "no-cache");  // RFC 6749 §5.1; Cache-Control is on every answer
    return response;
  }
  if (grant.error() == auth::AuthErrc::needs_store) return {};
  return json_response(400, non_field_error(sentence(table, grant.error(), door)), table);
}

BodyLimits limits_of(BodyLimits limits, auth::Profile profile) {
  // Python's cgi module of that time parted form fields at ";" too.
  limits.semicolon_separates = profile == auth::Profile::v1_0_1;
  return limits;
}

using TokenCall = Result<auth::Grant> (auth::Service::*)(std::string_view, auth::Reach);

Method take_token(auth::Service& service, TokenCall call, Door door, BodyLimits limits) {
  const auto profile = service.settings().profile;
  return [&service, &table = messages(profile), call, door,
          limits = limits_of(limits, profile)](const Call& asked) -> Answer {
    const auto fields = read_body(asked.request, {"token"}, limits, table);
    if (!fields) return fields.error();
    return answer_grant((service.*call)(fields->front(), asked.reach), door, table);
  };
}

}  // namespace

Response json_response(int status, const Json& body, const Messages& table) {
  Response response{.status = status};
  response.headers.add("Content-Type", "application/json");
  response.body = to_text(body, table.style);
  return response;
}

View obtain_view(auth::Service& service, const BodyLimits& limits) {
  const auto profile = service.settings().profile;
  return {
      .name = "Obtain Json Web Token",
      .description =
          "API View that receives a POST with a user's username and password.\n\n"
          "Returns a JSON Web Token that can be used for authenticated requests.",
      .post = [&service, &table = messages(profile),
               limits = limits_of(limits, profile)](const Call& call) -> Answer {
        auto fields =
            read_body(call.request, {service.settings().username_field, "password"}, limits, table);
        if (!fields) return fields.error();
        const auto password = Secret::take(std::move(fields->back()));
        return answer_grant(service.obtain(fields->front(), password), Door::verify, table);
      },
      .cost = Cost::hashing,
  };
}

View refresh_view(auth::Service& service, const BodyLimits& limits) {
  return {
      .name = "Refresh Json Web Token",
      .description =
          "API View that returns a refreshed token (with new expiration) based on\n"
          "existing token\n\n"
          "If 'orig_iat' field (original issued-at-time) is found, will first check\n"
          "if it's within expiration window, then copy it to the new token",
      .post = take_token(service, &auth::Service::refresh, Door::refresh, limits),
  };
}

View verify_view(auth::Service& service, const BodyLimits& limits) {
  return {
      .name = "Verify Json Web Token",
      .description =
          "API View that checks the veracity of a token, returning the token if it\n"
          "is valid.",
      .post = take_token(service, &auth::Service::verify, Door::verify, limits),
  };
}

View user_view(auth::Service& service,
               std::vector<std::shared_ptr<const Authenticator>> authenticators,
               Permission permission) {
  Method answer = [&table = messages(service.settings().profile)](const Call& call) -> Answer {
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
      .vary = "Accept, Cookie",
      .allow = "GET, POST, HEAD, OPTIONS",
  };
}

}  // namespace restjwt::http
