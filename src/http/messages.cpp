#include <restjwt/http/messages.hpp>

#include <algorithm>

#include <restjwt/auth/error.hpp>
#include <restjwt/jose/error.hpp>

namespace restjwt::http {
namespace {

using auth::AuthErrc;
using auth::Profile;
using jose::TokenErrc;

// Both releases of GetBlimp's say the same of their views.
constexpr std::string_view verify_description_1_x =
    "API View that checks the veracity of a token, returning the token if it\n"
    "is valid.";
constexpr std::string_view refresh_description_1_x =
    "API View that returns a refreshed token (with new expiration) based on\n"
    "existing token\n\n"
    "If 'orig_iat' field (original issued-at-time) is found, will first check\n"
    "if it's within expiration window, then copy it to the new token";

// Measured, to the letter (BEHAVIOUR.md §4.4 and §4.5).
constexpr Messages v1_0_1{
    .profile = Profile::v1_0_1,
    .style = JsonStyle::spaced,
    .success = 200,
    .vary = "Cookie",
    .required = "This field is required.",
    .blank = "This field is required.",
    .null = "This field is required.",
    .not_a_string = "",
    .null_characters = "",
    .invalid_pk = "Invalid pk '{pk}' - object does not exist.",
    .incorrect_type = "Incorrect type.  Expected pk value, received {type}.",
    .not_an_object = "Invalid data",
    .no_data = "No input provided",
    .unsupported_media = "Unsupported media type '{media}' in request.",
    .not_acceptable = "Could not satisfy the request's Accept header",
    .method_not_allowed = "Method '{method}' not allowed.",
    .not_found = "Not found",
    .not_authenticated = "Authentication credentials were not provided.",
    .permission_denied = "You do not have permission to perform this action.",
    // DRF 2.4 forgot the space.
    .throttled = "Request was throttled.Expected available in {wait}.",
    .header_without_credentials = "Invalid Authorization header. No credentials provided.",
    .header_with_spaces =
        "Invalid Authorization header. Credentials string should not contain spaces.",
    .bad_credentials = "Unable to login with provided credentials.",
    .user_disabled = "User account is disabled.",
    .expired = "Signature has expired.",
    .undecodable = "Error decoding signature.",
    .refused = "Error decoding signature.",
    .invalid_payload_header = "Invalid payload",
    .invalid_payload_body = "Invalid payload",
    .user_not_found_header = "Invalid signature",
    .user_not_found_body = "User doesn't exist",
    .user_inactive_header = "Invalid signature",
    .user_inactive_body = "User doesn't exist",
    .orig_iat_missing = "orig_iat field is required",
    .refresh_expired = "Refresh has expired",
    .verify_description = verify_description_1_x,
    .refresh_description = refresh_description_1_x,
};

constexpr Messages v1_11_0{
    .profile = Profile::v1_11_0,
    .style = JsonStyle::compact,
    .success = 200,
    .vary = "Accept",
    .required = "This field is required.",
    .blank = "This field may not be blank.",
    .null = "This field may not be null.",
    .not_a_string = "Not a valid string.",
    .null_characters = "Null characters are not allowed.",
    .invalid_pk = "Invalid pk \"{pk}\" - object does not exist.",
    .incorrect_type = "Incorrect type. Expected pk value, received {type}.",
    .not_an_object = "Invalid data. Expected a dictionary, but got {type}.",
    .no_data = "No data provided",
    .unsupported_media = "Unsupported media type \"{media}\" in request.",
    .not_acceptable = "Could not satisfy the request Accept header.",
    .method_not_allowed = "Method \"{method}\" not allowed.",
    .not_found = "Not found.",
    .not_authenticated = "Authentication credentials were not provided.",
    .permission_denied = "You do not have permission to perform this action.",
    .throttled = "Request was throttled. Expected available in {wait}.",
    .header_without_credentials = "Invalid Authorization header. No credentials provided.",
    .header_with_spaces =
        "Invalid Authorization header. Credentials string should not contain spaces.",
    .bad_credentials = "Unable to log in with provided credentials.",
    // Since Django 1.10 a disabled user's password is not even looked at, so nothing tells.
    .user_disabled = "Unable to log in with provided credentials.",
    .expired = "Signature has expired.",
    .undecodable = "Error decoding signature.",
    .refused = "Incorrect authentication credentials.",
    .invalid_payload_header = "Invalid payload.",
    .invalid_payload_body = "Invalid payload.",
    .user_not_found_header = "Invalid signature.",
    .user_not_found_body = "User doesn't exist.",
    .user_inactive_header = "User account is disabled.",
    .user_inactive_body = "User account is disabled.",
    .orig_iat_missing = "orig_iat field is required.",
    .refresh_expired = "Refresh has expired.",
    .verify_description = verify_description_1_x,
    .refresh_description = refresh_description_1_x,
};

constexpr Messages drf_jwt = [] {
  Messages table = v1_11_0;
  table.profile = Profile::drf_jwt;
  table.success = 201;
  table.expired = "Token has expired.";
  table.undecodable = "Error decoding token.";
  table.refused = "Invalid token.";
  table.invalid_payload_body = "Invalid token.";
  table.user_not_found_header = "Invalid token.";
  table.orig_iat_missing = "orig_iat field not found in token.";
  table.verify_description =
      "API View that checks the validity of a token, returning the token if it\n"
      "is valid.";
  table.refresh_description =
      "API View that returns a refreshed token (with new expiration) based on\n"
      "existing token\n\n"
      "If 'orig_iat' field (original issued-at-time) is found it will first check\n"
      "if it's within expiration window, then copy it to the new token.";
  return table;
}();

std::string_view token_sentence(const Messages& table, TokenErrc why) {
  switch (why) {
    case TokenErrc::expired:
      return table.expired;
    case TokenErrc::too_long:
    case TokenErrc::malformed:
    case TokenErrc::signature_mismatch:
    case TokenErrc::invalid_claim:
      return table.undecodable;
    case TokenErrc::critical_header:
    case TokenErrc::algorithm_not_allowed:
    case TokenErrc::not_yet_valid:
    case TokenErrc::issued_in_future:
    case TokenErrc::missing_claim:
    case TokenErrc::wrong_audience:
    case TokenErrc::wrong_issuer:
    case TokenErrc::untyped_issued_at:
    case TokenErrc::unknown_key:
      return table.refused;
  }
  return table.undecodable;
}

std::string_view user_sentence(const Messages& table, AuthErrc why, Door door) {
  const bool header = door == Door::authentication;
  switch (why) {
    case AuthErrc::bad_credentials:
      return table.bad_credentials;
    case AuthErrc::user_disabled:
      return table.user_disabled;
    case AuthErrc::invalid_payload:
      return header ? table.invalid_payload_header : table.invalid_payload_body;
    case AuthErrc::user_not_found:
      return header ? table.user_not_found_header : table.user_not_found_body;
    case AuthErrc::user_inactive:
      return header ? table.user_inactive_header : table.user_inactive_body;
    case AuthErrc::orig_iat_missing:
      return table.orig_iat_missing;
    case AuthErrc::refresh_expired:
      return table.refresh_expired;
    case AuthErrc::token_revoked:
      return "Token is blacklisted.";  // drf-jwt's words; the older releases knew of no such thing
    case AuthErrc::wrong_token_type:
      return table.refused;
    case AuthErrc::token_without_id:
    case AuthErrc::token_without_type:
    case AuthErrc::token_reused:
    case AuthErrc::idle_limit:
    case AuthErrc::absolute_limit:
      break;  // of pairs, which have words of their own
    case AuthErrc::needs_store:
      break;  // never reaches a client
  }
  return table.undecodable;
}

}  // namespace

const Messages& messages(Profile profile) noexcept {
  switch (profile) {
    case Profile::v1_11_0:
      return v1_11_0;
    case Profile::drf_jwt:
      return drf_jwt;
    case Profile::v1_0_1:
      break;
  }
  return v1_0_1;
}

std::string_view sentence(const Messages& table, std::error_code why, Door door) noexcept {
  if (why.category() == make_error_code(AuthErrc{}).category())
    return user_sentence(table, static_cast<AuthErrc>(why.value()), door);
  if (why.category() == make_error_code(TokenErrc{}).category())
    return token_sentence(table, static_cast<TokenErrc>(why.value()));
  return table.undecodable;  // a host's own decode handler
}

std::string fill(std::string_view text, std::string_view name, std::string_view value) {
  std::string out(text);
  const std::string slot = "{" + std::string(name) + "}";
  if (const auto at = out.find(slot); at != out.npos) out.replace(at, slot.size(), value);
  return out;
}

}  // namespace restjwt::http
