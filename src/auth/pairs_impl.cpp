#include "auth/pairs_impl.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <restjwt/jose/unverified.hpp>

#include "auth/sessions_impl.hpp"
#include "auth/settings_keys.hpp"
#include "auth/token_session.hpp"

namespace restjwt::auth {
namespace {

/// Beside these no claim of a refresh token is left out of what is made from it.
constexpr std::array<std::string_view, 2> never_copied{"exp", "jti"};

std::int64_t seconds_of(TimePoint instant) { return instant.time_since_epoch().count(); }

/// Of the access token that comes with a rotated refresh token.
std::string access_id_for(const std::string& child) {
  return Fingerprint::of({"access", child}).hex();
}

TimePoint after(TimePoint now, std::chrono::microseconds lifetime) {
  return std::chrono::floor<std::chrono::seconds>(now + lifetime);
}

/// What is demanded of every token of a pair: RFC 7519 to the letter, and an end.
jose::Validation rules_for(const Settings& dialect, OtherKeys others) {
  auto rules = validation_of(dialect, others);
  rules.required = {"exp"};
  rules.accept_at_expiry = false;
  rules.untyped_expiry_is_past = false;
  rules.accept_endless_times = false;
  rules.accept_text_times = false;
  rules.ignore_expiry = false;
  rules.ignore_unexpected_audience = true;
  return rules;
}

void require_usable(const PairSettings& pairs, const Settings& settings, OtherKeys others) {
  for (const auto& problem : check(pairs, settings, others))
    throw std::invalid_argument("SIMPLE_JWT " + problem.setting + ": " + problem.reason);
}

std::vector<TokenType> types_of(const std::vector<PairSettings::TokenClass>& classes) {
  std::vector<TokenType> types;
  for (const auto one : classes)
    types.push_back(one == PairSettings::TokenClass::access ? TokenType::access
                                                            : TokenType::sliding);
  return types;
}

std::shared_ptr<const KeyRing> own_ring(const PairSettings& pairs, const Settings& dialect) {
  if (!have_own_keys(pairs)) return nullptr;
  std::vector<SettingsProblem> none;
  return std::make_shared<const KeyRing>(read_settings_keys(dialect, {}, none), dialect);
}

}  // namespace

std::string_view name(TokenType type) noexcept {
  constexpr std::array<std::string_view, 3> names{"access", "refresh", "sliding"};
  return names[static_cast<std::size_t>(type)];
}

Pairs::Impl::Impl(PairSettings those, Service::Impl& owner, OtherKeys others)
    : settings((require_usable(those, owner.settings, others), std::move(those))),
      dialect(dialect_of(settings, owner.settings)),
      service(owner),
      own(own_ring(settings, dialect)),
      rules(rules_for(dialect, own ? OtherKeys{} : others)),
      authenticating(types_of(settings.auth_token_classes)) {
  if (settings.rotate_refresh_tokens && !owner.sessions)
    throw std::invalid_argument(
        "SIMPLE_JWT ROTATE_REFRESH_TOKENS: needs sessions, which tell the tokens that were used "
        "before");
  // The key objects have them now.
  dialect.secret_key = dialect.private_key = {};
  dialect.private_key_passphrase = {};
  settings.signing_key = {};
}

std::error_code Pairs::Impl::check_type(const Json& claims,
                                        std::span<const TokenType> types) const {
  const Json* id = claims.find(settings.jti_claim);
  if (!id || !id->is_string()) return AuthErrc::token_without_id;
  const Json* type = claims.find(settings.token_type_claim);
  if (!type) return AuthErrc::token_without_type;
  const bool fits = type->is_string() &&
                    std::ranges::find(types, type->as_string(),
                                      [](TokenType one) { return name(one); }) != types.end();
  return fits ? std::error_code() : AuthErrc::wrong_token_type;
}

Result<UserPtr> Pairs::Impl::identify(const Json& claims, Reach reach) const {
  const Json* claim = claims.find(settings.user_id_claim);
  if (!claim) return AuthErrc::invalid_payload;
  if (settings.user_id_field == "id") {
    const auto id = UserId::from_json(*claim);
    if (!id) return AuthErrc::user_not_found;
    return service.directory.find(*id, reach);
  }
  if (!claim->is_string()) return AuthErrc::user_not_found;
  return service.directory.find_by_username(claim->as_string(), reach);
}

Result<Known> Pairs::Impl::know(std::string_view token, std::span<const TokenType> types,
                                TimePoint now, Reach reach) {
  const auto keys = ring();
  auto known = service.verify(token, keys->verification(), rules, now);
  if (!known) return known;
  known->dialect = &dialect;
  Json& claims = known->claims;
  if (const auto why = check_type(claims, types)) return why;
  // Another program's tokens do not say which session they are of: it is what they are made from.
  if (!claims.find("orig_jti")) claims.set("orig_jti", *claims.find(settings.jti_claim));
  if (const Json* issued = claims.find("iat"); issued && !claims.find("orig_iat"))
    claims.set("orig_iat", Json(*issued));
  const std::string type = claims.find(settings.token_type_claim)->as_string();
  known->in_store = type == name(TokenType::refresh);
  // Another program may have made it although the session was over.
  const auto end = absolute_end(claims);
  if (type == name(TokenType::access) && end &&
      now >= after(*end, settings.access_token_lifetime) + leeway())
    return jose::TokenErrc::expired;

  auto user = identify(claims, reach);
  if (!user) return user.error();
  if (!(*user)->is_active) return AuthErrc::user_inactive;
  known->user = *std::move(user);
  if (service.sessions)
    if (const auto why = service.sessions->check(*known, token, now)) return why;
  return known;
}

Result<Known> Pairs::Impl::know_authenticating(std::string_view token, TimePoint now, Reach reach) {
  return know(token, authenticating, now, reach);
}

std::string Pairs::Impl::new_id() const {
  auto id = random_uuid(service.random);
  std::erase(id, '-');
  return id;
}

Json Pairs::Impl::claims_of(TokenType type, const User& user, TimePoint now, TimePoint exp) const {
  Json claims = Json::object({{settings.token_type_claim, std::string(name(type))},
                              {"exp", seconds_of(exp)},
                              {"iat", seconds_of(now)},
                              {settings.jti_claim, new_id()}});
  if (type == TokenType::sliding)
    claims.set(settings.sliding_token_refresh_exp_claim,
               seconds_of(after(now, settings.sliding_token_refresh_lifetime)));
  claims.set(settings.user_id_claim,
             settings.user_id_field == "id" ? user.id.to_json() : Json(user.username));
  claims.set("orig_iat", seconds_of(now));
  claims.set("orig_jti", Json(*claims.find(settings.jti_claim)));
  return claims;
}

std::optional<TimePoint> Pairs::Impl::absolute_end(const Json& claims) const {
  return refresh_end(claims, dialect);
}

TimePoint Pairs::Impl::refresh_end_of(const Json& claims, TimePoint issued) const {
  const auto idle = after(issued, settings.refresh_token_lifetime);
  return std::min(idle, absolute_end(claims).value_or(idle));
}

std::string Pairs::Impl::sign(Json claims, TimePoint now) const {
  if (!settings.audience.empty()) claims.set("aud", audience_claim(dialect));
  if (settings.issuer) claims.set("iss", *settings.issuer);
  std::string token = jose::encode(claims, ring()->signing(now));
  if (token.size() > dialect.max_token_length)
    throw StoreError("the token would be longer than max_token_length, so nobody would take it");
  return token;
}

Issued Pairs::Impl::issue_refresh(const UserPtr& user, TimePoint now) const {
  Json claims =
      claims_of(TokenType::refresh, *user, now,
                after(now, std::min(settings.refresh_token_lifetime, absolute_lifetime(settings))));
  return {.grant = {.token = sign(claims, now), .user = user, .at = now},
          .claims = std::move(claims),
          .dialect = &dialect,
          .in_store = true};
}

Issued Pairs::Impl::issue_sliding(const UserPtr& user, TimePoint now) const {
  Json claims =
      claims_of(TokenType::sliding, *user, now, after(now, settings.sliding_token_lifetime));
  return {.grant = {.token = sign(claims, now), .user = user, .at = now},
          .claims = std::move(claims),
          .dialect = &dialect};
}

Json Pairs::Impl::access_claims(const Json& refresh, std::string id, TimePoint now) const {
  Json claims = Json::object({{settings.token_type_claim, std::string(name(TokenType::access))},
                              {"exp", seconds_of(after(now, settings.access_token_lifetime))},
                              {"iat", seconds_of(now)},
                              {settings.jti_claim, std::move(id)}});
  for (const auto& [claim, value] : refresh.as_object()) {
    if (claim == settings.token_type_claim || claim == settings.jti_claim) continue;
    if (std::ranges::find(never_copied, claim) == never_copied.end()) claims.set(claim, value);
  }
  return claims;
}

std::string Pairs::Impl::access_token(const Json& refresh, std::string id, TimePoint now) const {
  Issued issued{.grant = {.at = now},
                .claims = access_claims(refresh, std::move(id), now),
                .dialect = &dialect};
  if (service.sessions) service.sessions->note_life(issued, Reach::store);
  return sign(std::move(issued.claims), now);
}

TokenPair Pairs::Impl::pair_of(const Issued& refresh) const {
  const auto at = refresh.grant.at;
  return {.access = access_token(refresh.claims, new_id(), at),
          .refresh = refresh.grant.token,
          .user = refresh.grant.user,
          .at = at};
}

std::error_code Pairs::Impl::limit_met(std::string_view token, TimePoint now) const {
  // Its signature was good: an expired forgery is forged.
  const auto seen = jose::peek(token, dialect.max_token_length);
  const auto end = seen ? absolute_end(seen->claims) : std::nullopt;
  return end && now >= *end ? AuthErrc::absolute_limit : AuthErrc::idle_limit;
}

void Pairs::Impl::note_login(const User& user, TimePoint now) const {
  if (!settings.update_last_login) return;
  try {
    service.users.set_last_login(user.id, now);
  } catch (const StoreError&) {
    // The login is noted, and its owner is in.
  }
}

Result<Grant> Pairs::Impl::slide(Known known, TimePoint now, Reach reach) const {
  Json& claims = known.claims;
  const auto end = instant_in(claims, settings.sliding_token_refresh_exp_claim);
  if (!end) return AuthErrc::orig_iat_missing;
  if (*end + leeway() <= now) return AuthErrc::absolute_limit;
  claims.set("exp", seconds_of(after(now, settings.sliding_token_lifetime)));
  claims.set("iat", seconds_of(now));
  Issued issued{.grant = {.token = sign(claims, now), .user = known.user, .at = now},
                .claims = std::move(claims),
                .dialect = &dialect};
  if (service.sessions && !service.sessions->note_refreshed(issued, reach))
    return AuthErrc::needs_store;
  return std::move(issued.grant);
}

std::optional<ChildToken> Pairs::Impl::new_child(const Known& known, TimePoint now) const {
  if (!settings.rotate_refresh_tokens) return std::nullopt;
  // Never before its parent, whose clock may be ahead: a token that is younger than the head counts
  // as another program's (see judge()).
  return ChildToken{.id = new_id(),
                    .issued = std::max(now, instant_in(known.claims, "iat").value_or(now))};
}

std::chrono::seconds Pairs::Impl::token_life(bool others_refresh) const {
  auto life = dialect.expiration_delta;
  // Another program does not know what was ended here, and goes on refreshing it.
  if (others_refresh)
    life += std::max(absolute_lifetime(settings), settings.sliding_token_refresh_lifetime);
  return std::chrono::ceil<std::chrono::seconds>(life) + leeway();
}

std::chrono::seconds Pairs::Impl::leeway() const {
  return std::chrono::ceil<std::chrono::seconds>(settings.leeway);
}

Redemption Pairs::Impl::redemption_of(const Known& known, const std::optional<ChildToken>& child,
                                      TimePoint now, const Client& client) const {
  const auto& sessions = *service.sessions;
  const auto token_of = [](std::string_view id) { return Fingerprint::of({"refresh", id}); };
  Redemption presented{.session = sessions.session_of(known, {}, now),
                       .token = token_of(known.claims.find(settings.jti_claim)->as_string()),
                       .issued = instant_in(known.claims, "iat").value_or(TimePoint{}),
                       .child = child,
                       .reuse_interval = settings.reuse_interval,
                       .others_refresh = sessions.parts.others_refresh,
                       .now = now};
  presented.session.client = cut(client);
  presented.until =
      sessions.end_of_tokens(now, presented.others_refresh ? presented.session.idle_limit : now);
  if (!child) return presented;
  presented.child_token = token_of(child->id);
  presented.session.idle_limit = refresh_end_of(known.claims, child->issued) + leeway();
  return presented;
}

Result<TokenPair> Pairs::Impl::exchange(Known known, TimePoint now, const Client& client) {
  Json& claims = known.claims;
  const auto end = absolute_end(claims);
  if (end && now >= *end) return AuthErrc::absolute_limit;

  auto child = new_child(known, now);
  if (service.sessions) {
    auto redeemed = service.sessions->redeem(redemption_of(known, child, now, client), *known.user);
    if (!redeemed) return redeemed.error();
    child = *std::move(redeemed);
  }
  // With a child, both tokens follow from it alone, so that a retry gives the very same.
  TokenPair pair{.user = known.user, .at = child ? child->issued : now};
  pair.access = access_token(claims, child ? access_id_for(child->id) : new_id(), pair.at);
  if (!child) return pair;
  claims.set(settings.jti_claim, child->id);
  claims.set("exp", seconds_of(refresh_end_of(claims, child->issued)));
  claims.set("iat", seconds_of(child->issued));
  pair.refresh = sign(std::move(claims), pair.at);
  return pair;
}

}  // namespace restjwt::auth
