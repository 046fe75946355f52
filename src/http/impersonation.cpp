// A superuser asks for the token of another user (drf-jwt 1.14.0).

#include "http/cookies.hpp"
#include "http/details.hpp"
#include "http/serializers.hpp"

namespace restjwt::http {
namespace {

Response field_error(std::string_view sentence, const Messages& table) {
  return json_response(400, Json::object({{"user", Json::array({sentence})}}), table);
}

class Impersonate {
 public:
  Impersonate(auth::Service& service, ImpersonationIssued issued, const BodyLimits& limits)
      : service_(service),
        issued_(std::move(issued)),
        table_(messages(service.settings().profile)),
        limits_(limits_of(limits, table_.profile)) {}

  Answer operator()(const Call& call) const {
    if (call.reach == auth::Reach::memory) return {};  // rare, and its users need not be in memory
    const auto data = read_body(call.request, limits_, table_);
    if (!data) return data.error();
    const auto field = read_field(*data, "user", table_);
    if (!field) return json_response(400, field.error(), table_);
    const auto id = (*field)->is_bool() ? std::nullopt : auth::UserId::from_json(**field);
    // Whoever asks is a user too: their ids are of one kind.
    if (!id || (!id->is_number() && call.identity.user->id.is_number()))
      return field_error(fill(table_.incorrect_type, "type", python_type(**field)), table_);

    const auto grant = service_.impersonate(
        *id, {.username = call.identity.user->username, .client = client_of(call.request)});
    if (grant) return hand_out(*grant, call);
    if (grant.error() == auth::AuthErrc::user_not_found)
      return field_error(fill(table_.invalid_pk, "pk", shown(**field)), table_);
    return json_response(400, non_field_error(sentence(table_, grant.error(), Door::verify)),
                         table_);
  }

 private:
  static std::string shown(const Json& id) { return id.is_string() ? id.as_string() : to_text(id); }

  Response hand_out(const auth::Grant& grant, const Call& call) const {
    if (issued_) issued_(call.request, *call.identity.user, *grant.user);
    Response response = token_response(Json::object({{"token", grant.token}}), table_);
    const auto& settings = service_.settings();
    if (const auto& cookie = settings.cookies.impersonation; !cookie.empty())
      add_token_cookie(response, call.request,
                       {cookie, grant.token, grant.at, settings.expiration_delta},
                       settings.cookies);
    return response;
  }

  auth::Service& service_;
  ImpersonationIssued issued_;
  const Messages& table_;
  BodyLimits limits_;
};

}  // namespace

View impersonate_view(auth::Service& service,
                      std::vector<std::shared_ptr<const Authenticator>> authenticators,
                      ImpersonationIssued issued, const BodyLimits& limits) {
  return {
      .name = "Impersonate Json Web Token",
      .description = "API View that allows a superuser to impersonate another user.",
      .post = Impersonate(service, std::move(issued), limits),
      .cost = Cost::slow,
      .authenticators = std::move(authenticators),
      .permission = Permission::is_superuser,
      .fields = {{.name = "user", .type = "field"}},
      .sets_cookies = !service.settings().cookies.impersonation.empty(),
      .vary = std::string(messages(service.settings().profile).vary),
  };
}

}  // namespace restjwt::http
