// A key with its instants as JSON text: the JWK with one member more.

#include "auth/stored_key.hpp"

#include <utility>

#include "auth/instant_text.hpp"

namespace restjwt::auth {
namespace {

using std::chrono::seconds;

constexpr std::string_view own_member = "restjwt";
constexpr std::string_view unusable_kid = "\"kid\" is longer than 256 bytes";

Json own_part(const ScheduledKey& key) {
  Json part = Json::object({{"published", rfc3339(key.published)}});
  if (key.active) part.set("active", rfc3339(*key.active));
  if (key.retired) part.set("retired", rfc3339(*key.retired));
  if (key.active) part.set("longest_life", std::int64_t{key.longest_life.count()});
  return part;
}

/// Fills what stands in own_part(); the reason when something cannot stand there.
std::optional<std::string> read_own_part(const Json& part, ScheduledKey& key) {
  constexpr std::int64_t longest = 200LL * 366 * 86'400;
  if (!part.is_object()) return "\"restjwt\" is no object";
  bool is_published = false;
  for (const auto& [name, value] : part.as_object()) {
    if (name == "longest_life") {
      if (!value.is_int() || value.as_int() < 0 || value.as_int() > longest)
        return "\"longest_life\" is no number of seconds";
      key.longest_life = seconds(value.as_int());
      continue;
    }
    const auto instant =
        value.is_string() ? read_instant(value.as_string()) : std::optional<TimePoint>();
    if (name == "published" && instant) key.published = *instant;
    else if (name == "active" && instant) key.active = instant;
    else if (name == "retired" && instant) key.retired = instant;
    else if (name == "published" || name == "active" || name == "retired")
      return "\"" + name + "\" is no instant such as \"2026-11-24T12:00:00Z\"";
    else return "\"restjwt\" has a member that this version does not know";
    is_published = is_published || name == "published";
  }
  if (!is_published) return "\"published\" is missing";
  return {};
}

Result<ScheduledKey, std::string> read_retired(const Json& json, ScheduledKey key) {
  const Json* kid = json.find("kid");
  const Json* alg = json.find("alg");
  const auto algorithm =
      alg && alg->is_string() ? jose::algorithm_named(alg->as_string()) : std::nullopt;
  if (!kid || !kid->is_string() || kid->as_string().empty())
    return std::string("\"kid\" is missing");
  if (!can_be_kid(kid->as_string())) return std::string(unusable_kid);
  if (!algorithm) return std::string("\"alg\" is none of ours");
  key.kid = kid->as_string();
  key.algorithm = *algorithm;
  return key;
}

Result<ScheduledKey, std::string> read_living(const Json& json, ScheduledKey key) {
  auto jwk = jose::Jwk::parse(json);
  if (!jwk) return jwk.error().message();
  if (jwk->kid().empty()) return std::string("\"kid\" is missing");
  if (!can_be_kid(jwk->kid())) return std::string(unusable_kid);
  if (!jwk->algorithm()) return std::string("\"alg\" is missing, or none of ours");
  if (key.active && !jwk->is_private()) return std::string("a public key never signs");
  if (const auto usable = jose::VerificationKey::from_jwk(*jwk); !usable)
    return usable.error().message();
  key.kid = jwk->kid();
  key.algorithm = *jwk->algorithm();
  key.key = *std::move(jwk);
  return key;
}

/// `object` with one member more; both are JSON text, so that a secret is never anything else.
Secret with_member(std::string_view object, std::string_view name, const Json& value) {
  std::string text;
  text.reserve(object.size() + 512);  // at first: growing leaves a copy behind
  text += object.substr(0, object.rfind('}'));
  text += ",\"" + std::string(name) + "\":" + to_text(value) + "}";
  return Secret::take(std::move(text));
}

}  // namespace

Secret stored_key(const ScheduledKey& key) {
  if (!key.key)
    return with_member(
        to_text(Json::object({{"kid", key.kid}, {"alg", jose::name(key.algorithm)}})), own_member,
        own_part(key));
  const jose::Jwk named = key.key->with_kid(key.kid);
  const Secret jwk = named.is_private() ? named.reveal_private_json()
                                        : Secret(to_text(named.public_json().value()));
  return with_member(jwk.reveal(), own_member, own_part(key));
}

Result<ScheduledKey, std::string> read_stored_key(const Json& json) {
  const Json* part = json.find(own_member);
  if (!part)
    return std::string(
        "has no member \"restjwt\", so nobody knows when it signs; take it out of there, and in "
        "with: restjwt keys import");
  ScheduledKey key;
  if (auto reason = read_own_part(*part, key)) return *reason;
  return key.retired ? read_retired(json, std::move(key)) : read_living(json, std::move(key));
}

Result<ScheduledKey, std::string> read_stored_key(const Secret& text) {
  const auto json = parse_json(text.reveal());
  if (!json) return "is no JSON: " + json.error().code.message();
  return read_stored_key(*json);
}

}  // namespace restjwt::auth
