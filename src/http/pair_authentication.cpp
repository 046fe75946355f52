// simplejwt's JWTAuthentication.

#include <algorithm>
#include <stdexcept>

#include <restjwt/http/authentication.hpp>

#include "http/cookies.hpp"
#include "http/pair_refusal.hpp"
#include "http/words.hpp"

namespace restjwt::http {
namespace {

using auth::AuthErrc;
using TokenClass = auth::PairSettings::TokenClass;

/// Not about the token: about the user it names.
bool is_about_user(std::error_code why) {
  return why == AuthErrc::invalid_payload || why == AuthErrc::user_not_found ||
         why == AuthErrc::user_inactive;
}

class PairAuthentication final : public Authenticator {
 public:
  explicit PairAuthentication(auth::Pairs pairs) : pairs_(pairs) {}

  Identity authenticate(const Request& request, auth::Reach reach) const override {
    const auto& settings = pairs_.settings();
    const auto header = request.headers.joined(settings.auth_header_name);
    if (!header) return by_cookie(request, reach);
    const auto parts = words(*header);
    const auto is_scheme = [&](const std::string& type) { return same_name(type, parts[0]); };
    if (parts.empty() || std::ranges::none_of(settings.auth_header_types, is_scheme)) return {};
    if (parts.size() != 2)
      return refuse(
          Json::object({{"detail", "Authorization header must contain two space-delimited values"},
                        {"code", "bad_authorization_header"}}));

    return identify(std::string(parts[1]), reach);
  }

  std::string challenge() const override {
    return pairs_.settings().auth_header_types.front() + " realm=\"api\"";
  }

  std::string_view vary() const override {
    const auto& name = pairs_.settings().auth_header_name;
    return same_name(name, "Authorization") ? std::string_view() : name;
  }

 private:
  Identity refuse(Json body) const {
    return {.kind = Identity::Kind::refused, .body = std::move(body), .challenge = challenge()};
  }

  Identity by_cookie(const Request& request, auth::Reach reach) const {
    const auto& name = pairs_.settings().auth_cookie;
    if (name.empty() || request.headers.find("Authorization")) return {};
    auto token = find_cookie(request, name);
    if (!token || token->empty()) return {};
    Identity identity = identify(*std::move(token), reach);
    identity.by_cookie = true;
    return identity;
  }

  Identity identify(std::string token, auth::Reach reach) const {
    auto user = pairs_.authenticate(token, reach);
    if (user) return Identity::of(*std::move(user), std::move(token));
    if (user.error() == AuthErrc::needs_store) return {.kind = Identity::Kind::needs_store};
    return refuse(is_about_user(user.error()) ? pair_refusal(user.error())
                                              : refusal_of_classes(user.error()));
  }

  Json refusal_of_classes(std::error_code why) const {
    Json::Array said;
    for (const auto one : pairs_.settings().auth_token_classes) {
      const bool access = one == TokenClass::access;
      said.push_back(Json::object({{"token_class", access ? "AccessToken" : "SlidingToken"},
                                   {"token_type", access ? "access" : "sliding"},
                                   {"message", pair_sentence(why)}}));
    }
    return Json::object({{"detail", "Given token not valid for any token type"},
                         {"code", "token_not_valid"},
                         {"messages", Json(std::move(said))}});
  }

  mutable auth::Pairs pairs_;
};

}  // namespace

std::shared_ptr<const Authenticator> pair_authentication(auth::Service& service) {
  const auto pairs = service.pairs();
  if (!pairs) throw std::invalid_argument("the Service has no pairs");
  return std::make_shared<PairAuthentication>(*pairs);
}

}  // namespace restjwt::http
