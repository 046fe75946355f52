#include "http/pair_refusal.hpp"

#include <restjwt/auth/error.hpp>
#include <restjwt/jose/error.hpp>

namespace restjwt::http {
namespace {

using auth::AuthErrc;
using jose::TokenErrc;

Json refusal(std::string_view detail, std::string_view code) {
  return Json::object({{"detail", detail}, {"code", code}});
}

}  // namespace

std::string_view pair_sentence(std::error_code why) noexcept {
  if (why == TokenErrc::missing_claim) return "Token has no 'exp' claim";
  if (why == AuthErrc::token_without_id) return "Token has no id";
  if (why == AuthErrc::token_without_type) return "Token has no type";
  if (why == AuthErrc::wrong_token_type) return "Token has wrong type";
  if (why == AuthErrc::token_revoked || why == AuthErrc::token_reused)
    return "Token is blacklisted";
  if (why == AuthErrc::invalid_payload)
    return "Token contained no recognizable user identification";
  if (why == AuthErrc::user_not_found) return "User not found";
  if (why == AuthErrc::user_inactive) return "User is inactive";
  return "Token is invalid or expired";
}

Json pair_refusal(std::error_code why) {
  const auto detail = pair_sentence(why);
  if (why == AuthErrc::user_not_found) return refusal(detail, "user_not_found");
  if (why == AuthErrc::user_inactive) return refusal(detail, "user_inactive");
  Json body = refusal(detail, "token_not_valid");
  if (why == AuthErrc::idle_limit) body.set("limit", "idle");
  if (why == AuthErrc::absolute_limit) body.set("limit", "absolute");
  return body;
}

}  // namespace restjwt::http
