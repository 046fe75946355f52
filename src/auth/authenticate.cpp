// Who is it? From a token to claims one can believe, and to the user they name.

#include <algorithm>
#include <span>

#include <restjwt/jose/unverified.hpp>

#include "auth/pairs_impl.hpp"
#include "auth/service_impl.hpp"
#include "auth/sessions_impl.hpp"

namespace restjwt::auth {
namespace {

/// Whether the token was refused before its signature vouched for anything.
bool is_before_claims(std::error_code why) {
  using jose::TokenErrc;
  return why == TokenErrc::signature_mismatch || why == TokenErrc::algorithm_not_allowed ||
         why == TokenErrc::unknown_key || why == TokenErrc::critical_header;
}

Known known_of(const jose::VerifiedToken& token) {
  return {.claims = token.claims().to_json(), .user = nullptr, .kid = std::string(token.kid())};
}

/// As long as the longest hash, so that no algorithm refuses it.
Secret throwaway_key(const RandomBytes& random) {
  std::string bytes(64, '\0');
  random(std::as_writable_bytes(std::span(bytes)));
  return Secret::take(std::move(bytes));
}

}  // namespace

bool is_falsy(const Json& value) {
  if (value.is_null()) return true;
  if (value.is_bool()) return !value.as_bool();
  if (value.is_number()) return value.as_double() == 0;
  if (value.is_string()) return value.as_string().empty();
  return value.is_array() ? value.as_array().empty() : value.as_object().empty();
}

bool Service::Impl::has_own_keys() const {
  return handlers.user_secret_key && std::ranges::any_of(settings.algorithms, jose::is_hmac);
}

/// The algorithm is looked at even where the signature is not: so did drf-jwt.
bool Service::Impl::names_our_algorithm(const Json& header) const {
  const Json* alg = header.find("alg");
  if (!alg || !alg->is_string()) return false;
  const auto goes_by = [&](jose::Algorithm algorithm) {
    return jose::goes_by(algorithm, alg->as_string());
  };
  const auto ring = keys.load();
  return std::ranges::any_of(settings.algorithms, goes_by) ||
         std::ranges::any_of(ring->verification().keys(), goes_by,
                             &jose::VerificationKey::algorithm);
}

Result<Json> Service::Impl::decode_unverified(std::string_view token) const {
  auto seen = jose::peek(token, settings.max_token_length);
  if (!seen) return seen.error();
  if (settings.profile == Profile::drf_jwt && !names_our_algorithm(seen->header))
    return jose::TokenErrc::algorithm_not_allowed;
  return std::move(seen->claims);
}

Result<Known> Service::Impl::decode(std::string_view token, TimePoint now) const {
  if (handlers.decode || !settings.verify) {
    auto claims = handlers.decode ? handlers.decode(token, now) : decode_unverified(token);
    if (!claims) return claims.error();
    if (!claims->is_object()) return jose::TokenErrc::malformed;
    return Known{.claims = *std::move(claims), .user = nullptr};
  }
  const auto ring = keys.load();
  return verify(token, ring->verification(), ring->rules(), now);
}

Result<Known> Service::Impl::verify(std::string_view token, const jose::KeySet& those_keys,
                                    const jose::Validation& rules, TimePoint now) const {
  if (verified_tokens) {
    // No epoch of revocations: what was revoked is asked behind this, at each request.
    const auto verified = verified_tokens->decode(token, those_keys, rules, now);
    if (!verified) return verified.error();
    return known_of(**verified);
  }
  const auto verified = jose::decode(token, those_keys, rules, now);
  if (!verified) return verified.error();
  return known_of(*verified);
}

Result<UserPtr> Service::Impl::identify_by_name(const Json& claims, Reach reach) {
  const Json name = handlers.username(claims);
  if (is_falsy(name)) return AuthErrc::invalid_payload;
  if (!name.is_string()) return AuthErrc::user_not_found;
  const Json claim = handlers.user_id(claims);
  if (claim.is_null()) return directory.find_by_username(name.as_string(), reach);

  // Both have to agree: a name alone would hand the token of a renamed or deleted user to whoever
  // has the name now (BEHAVIOUR.md §9 row 13).
  const auto id = UserId::from_json(claim);
  if (!id) return AuthErrc::user_not_found;
  auto user = directory.find(*id, reach);
  if (user && (*user)->username != name.as_string()) return AuthErrc::user_not_found;
  return user;
}

Result<UserPtr> Service::Impl::identify(const Json& claims, Reach reach) {
  if (settings.profile != Profile::v1_0_1) return identify_by_name(claims, reach);
  const Json claim = handlers.user_id(claims);
  if (is_falsy(claim)) return AuthErrc::invalid_payload;
  const auto id = UserId::from_json(claim);
  if (!id) return AuthErrc::user_not_found;
  return directory.find(*id, reach);
}

jose::KeySet Service::Impl::own_keys(const Secret& secret, const KeyRing& ring) const {
  std::vector<jose::VerificationKey> own;
  for (const auto algorithm : settings.algorithms) {
    if (!jose::is_hmac(algorithm)) continue;
    auto key = jose::VerificationKey::from_secret(
        secret, algorithm, {.allow_short_secret = settings.allow_short_secret});
    // Where there is no key that can be used, one that nobody has: a stranger is told what the
    // token itself tells, and not who exists.
    if (!key) key = jose::VerificationKey::from_secret(throwaway_key(random), algorithm);
    own.push_back(*std::move(key));
  }
  // JWT_SECRET_KEY counts no more, the keys of other algorithms do.
  for (const auto& key : ring.verification().keys())
    if (!jose::is_hmac(key.algorithm())) own.push_back(key);
  return jose::KeySet(std::move(own));
}

Result<Known> Service::Impl::know_by_own_key(std::string_view token, TimePoint now, Reach reach) {
  const auto seen = jose::peek(token, settings.max_token_length);
  if (!seen) return seen.error();
  auto user = identify(seen->claims, reach);
  const bool nobody = !user && user.error() == AuthErrc::user_not_found;
  if (!user && !nobody) return user.error();

  const auto ring = keys.load();
  const auto own = own_keys(nobody ? Secret() : handlers.user_secret_key(**user), *ring);
  auto verified = jose::decode(token, own, ring->rules(), now);
  if (!verified && !nobody && is_before_claims(verified.error())) {
    // Somebody unknown was looked for in the store; so that time does not tell, is everybody.
    if (reach == Reach::memory) return AuthErrc::needs_store;
    users.find_by_id((*user)->id);
  }
  if (!verified) return verified.error();
  if (nobody) return jose::TokenErrc::signature_mismatch;
  return Known{verified->claims().to_json(), *std::move(user), std::string(verified->kid())};
}

Result<Known> Service::Impl::recognize(std::string_view token, TimePoint now, Reach reach) {
  if (has_own_keys() && settings.verify && !handlers.decode)
    return know_by_own_key(token, now, reach);
  auto known = decode(token, now);
  if (!known) return known.error();
  auto user = identify(known->claims, reach);
  if (!user) return user.error();
  known->user = *std::move(user);
  return known;
}

Result<Known> Service::Impl::know(std::string_view token, TimePoint now, Reach reach) {
  auto known = recognize(token, now, reach);
  if (!known) return known.error();
  if (are_of_pair(known->claims)) return AuthErrc::wrong_token_type;
  if (!known->user->is_active) return AuthErrc::user_inactive;
  if (sessions)
    if (const auto why = sessions->check(*known, token, now)) return why;
  return known;
}

Result<Known> Service::Impl::know_any(std::string_view token, TimePoint now, Reach reach) {
  if (pairs && Pairs(*pairs).claims(token)) return pairs->know_authenticating(token, now, reach);
  return know(token, now, reach);
}

Result<Known> Service::Impl::know_for_exchange(std::string_view token, TimePoint now, Reach reach) {
  auto known = know(token, now, reach);
  if (!known || settings.token_id != TokenId::require) return known;
  const Json* id = known->claims.find("jti");
  if (!id || is_falsy(*id)) return jose::TokenErrc::missing_claim;
  return known;
}

Result<UserPtr> Service::authenticate(std::string_view token, Reach reach) {
  auto known = impl_->know(token, impl_->clock(), reach);
  if (!known) return known.error();
  return std::move(known->user);
}

}  // namespace restjwt::auth
