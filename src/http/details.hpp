#pragma once
// What the views share.

#include <restjwt/http/views.hpp>

namespace restjwt::http {

/// DRF's shape for what is wrong with a request as a whole: {"detail": sentence}
inline Response detail(int status, std::string_view sentence, const Messages& table) {
  return json_response(status, Json::object({{"detail", sentence}}), table);
}

/// The body as JSON, or the answer that refuses it.
Result<Json, Response> read_body(const Request& request, const BodyLimits& limits,
                                 const Messages& table);

/// The limits of that release where they are narrower.
BodyLimits limits_of(BodyLimits limits, auth::Profile profile);

/// The answer that hands out a token: never kept by anybody on its way (RFC 6749 §5.1;
/// Cache-Control is on every answer).
Response token_response(const Json& body, const Messages& table);

}  // namespace restjwt::http
