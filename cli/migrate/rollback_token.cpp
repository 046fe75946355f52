#include <algorithm>
#include <cstdlib>

#include "cli/migrate/rollback.hpp"

namespace restjwt::cli::migrate {
namespace {

class TokenChecks {
 public:
  TokenChecks(const DjangoSite& site, const Release& release, const auth::Settings& settings,
              const jose::UnverifiedToken& token)
      : site_(site), release_(release), settings_(settings), token_(token) {}

  std::vector<Check> run(const auth::User& user, TimePoint now) && {
    check_header();
    check_identity(user);
    check_times(now);
    check_addressee();
    if (settings_.token_id != auth::TokenId::off)
      add("claim jti", has_text("jti"), "demanded by JWT_TOKEN_ID");
    return std::move(checks_);
  }

 private:
  void add(std::string name, bool passed, std::string text) {
    checks_.push_back({std::move(name), passed, std::move(text)});
  }
  const Json* claim(std::string_view name) const { return token_.claims.find(name); }
  bool has_text(std::string_view name) const {
    const Json* value = claim(name);
    return value && value->is_string() && !value->as_string().empty();
  }
  std::string shown(const Json* value) const { return value ? to_text(*value) : "missing"; }

  void check_header() {
    const Json* alg = token_.header.find("alg");
    const auto accepted = algorithms_of(site_);
    const bool good =
        alg && alg->is_string() && std::ranges::find(accepted, alg->as_string()) != accepted.end();
    add("header alg", good,
        shown(alg) + (good ? "" : ": Django does not accept it; see JWT_ALGORITHM"));

    const Json* kid = token_.header.find("kid");
    const auto expected = signing_kid();
    const bool same = expected.empty() ? !kid : kid && *kid == Json(expected);
    add("header kid", same,
        same ? (kid ? shown(kid) : "none, as Django's")
             : shown(kid) + ", but Django signs with " + (expected.empty() ? "none" : expected));
  }

  /// The kid that Django's own tokens name: the first of the table that signs.
  std::string signing_kid() const {
    const bool hmac =
        algorithms_of(site_).empty() || algorithms_of(site_).front().starts_with("HS");
    const Json* keys = site_.jwt_auth.find(hmac ? "JWT_SECRET_KEY" : "JWT_PRIVATE_KEY");
    const auto found = keys ? keys_of(*keys).entries : std::vector<SiteKey>{};
    return found.empty() ? "" : found.front().kid;
  }

  void check_identity(const auth::User& user) {
    const bool by_name = !release_.before(1, 7);
    const char* setting =
        by_name ? "JWT_PAYLOAD_GET_USERNAME_HANDLER" : "JWT_PAYLOAD_GET_USER_ID_HANDLER";
    const Json* handler = site_.jwt_auth.find(setting);
    const Json* path = handler ? handler->find("function") : nullptr;
    if (path && path->is_string() && !path->as_string().starts_with("rest_framework_jwt."))
      return add(
          "claim of the user", true,
          path->as_string() + " reads it there; no dump can tell which. Try a token in Django");
    const char* name = by_name ? "username" : "user_id";
    const Json* value = claim(name);
    const bool good = value && *value == (by_name ? Json(user.username) : user.id.to_json());
    add(std::string("claim ") + name, good,
        good ? "names the user"
             : std::string("Django finds the user by ") + name + ", and it is " + shown(value) +
                   "; see [claims]");
  }

  void check_times(TimePoint now) {
    const Json* exp = claim("exp");
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(settings_.expiration_delta);
    const auto expected = (now + life).time_since_epoch().count();
    const bool good = exp && exp->is_int() && std::abs(exp->as_int() - expected) <= 2;
    add("claim exp", good, good ? "now + JWT_EXPIRATION_DELTA, in whole seconds" : shown(exp));
    if (!settings_.allow_refresh) return;
    const Json* first = claim("orig_iat");
    const bool fresh =
        first && first->is_int() && std::abs(first->as_int() - now.time_since_epoch().count()) <= 2;
    add("claim orig_iat", fresh, fresh ? "now, so that Django can refresh it" : shown(first));
  }

  void check_addressee() {
    for (const auto& [setting, name] : {std::pair{"JWT_AUDIENCE", "aud"}, {"JWT_ISSUER", "iss"}}) {
      const Json* given = site_.jwt_auth.find(setting);
      const bool demanded = given && !given->is_null() && is_known_to(release_, setting);
      const Json* value = claim(name);
      // A token with an audience is refused where none is configured.
      const bool good = demanded ? value && *value == *given : !value || name == std::string("iss");
      if (demanded || value)
        add(std::string("claim ") + name, good,
            good ? "as " + std::string(setting) + " says" : shown(value) + "; see " + setting);
    }
  }

  const DjangoSite& site_;
  const Release& release_;
  const auth::Settings& settings_;
  const jose::UnverifiedToken& token_;
  std::vector<Check> checks_{};
};

}  // namespace

std::vector<Check> check_token(const DjangoSite& site, const Release& release,
                               const auth::Settings& settings, const jose::UnverifiedToken& token,
                               const auth::User& user, TimePoint now) {
  return TokenChecks(site, release, settings, token).run(user, now);
}

}  // namespace restjwt::cli::migrate
