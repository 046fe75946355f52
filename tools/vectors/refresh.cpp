// Cases of jwt_claims with the option "refresh": the window in which a token may be exchanged.
#include <restjwt/auth/service.hpp>
#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/jose/unverified.hpp>
#include <restjwt/storage/memory.hpp>

#include "vectors/judge.hpp"

namespace restjwt::vectors {
namespace {

/// The secret of a JWK of kty oct; nothing for another.
Secret secret_in(const Json& jwk) {
  const auto key = jose::Jwk::parse(jwk);
  if (!key || text(jwk, "kty") != "oct") return {};
  const auto json = parse_json(key->reveal_private_json().reveal());
  return Secret::take(jose::base64url_decode(text(*json, "k")).value());
}

auth::Settings settings_of(const Json& options, Secret secret, jose::Algorithm algorithm) {
  auth::Settings settings;
  settings.secret_key = auth::Keys(std::move(secret));
  settings.algorithms = {algorithm};
  settings.allow_refresh = true;
  if (const Json* leeway = options.find("leeway"))
    settings.leeway = std::chrono::seconds(leeway->as_int());
  if (const Json* delta = options.find("refresh_delta"))
    settings.refresh_expiration_delta = std::chrono::seconds(delta->as_int());
  return settings;
}

bool is_of_class(std::error_code error, std::string_view name) {
  if (name == "refresh_expired") return error == auth::AuthErrc::refresh_expired;
  const bool is_missing = error == auth::AuthErrc::orig_iat_missing;  // said of null and "", too
  if (name == "bad_type") return error == jose::TokenErrc::invalid_claim || is_missing;
  if (name == "expired") return error == jose::TokenErrc::expired;
  if (name == "missing") return is_missing;
  return true;
}

}  // namespace

Verdict judge_refresh(const Json& one, const VectorFile& file) {
  Secret secret = secret_in(file.key_of(one));
  const auto seen = jose::peek(text(one, "token"));
  const auto algorithm =
      seen ? jose::algorithm_named(text_if_any(seen->header, "alg")) : std::nullopt;
  if (secret.empty() || !algorithm || !is_hmac(*algorithm))
    return skipped("of refreshing needs a secret: a public key issues nothing");

  const auto users = storage::open_memory();
  const auth::UserId anybody = users->add({.username = "anybody"})->id;
  auth::Handlers handlers;  // the tokens of these cases name no user
  handlers.user_id = [&](const Json&) { return anybody.to_json(); };
  const TimePoint now{std::chrono::seconds(member(one, "now").as_int())};
  auth::Service service({.settings = settings_of(member(one, "options"), secret, *algorithm),
                         .users = *users,
                         .handlers = handlers,
                         .clock = [now] { return now; }});
  const auto grant = service.refresh(text(one, "token"));
  const auto verdict = compare(one, grant.has_value());
  if (grant || text(one, "expect") == "either" || verdict.kind != Verdict::Kind::passed)
    return verdict;
  if (is_of_class(grant.error(), text_if_any(one, "error"))) return verdict;
  return failed("expected " + text(one, "error") + ", was refused: " + grant.error().message());
}

}  // namespace restjwt::vectors
