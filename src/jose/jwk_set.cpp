// JWK Sets (RFC 7517 §5).
#include <algorithm>
#include <utility>

#include <restjwt/jose/jwk.hpp>

namespace restjwt::jose {
namespace {

constexpr std::size_t max_keys = 1000;

/// Empty where there is none.
std::string_view text_in(const Json& json, std::string_view member) {
  const Json* value = json.find(member);
  return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

/// Which tokens an entry is for, whether or not its key is any good.
struct Claim {
  std::string_view kid, kty, crv, alg;
  bool is_for_tokens;

  explicit Claim(const Json& json)
      : kid(text_in(json, "kid")),
        kty(text_in(json, "kty")),
        crv(text_in(json, "crv")),
        alg(text_in(json, "alg")),
        is_for_tokens((json.find("use") == nullptr || text_in(json, "use") == "sig") &&
                      (alg.empty() || algorithm_named(alg))) {}
};

/// Whether a token's "kid" and "alg" could mean either. Equal names for different types of key are
/// allowed (RFC 7517 §4.5).
bool collide(const Claim& a, const Claim& b) {
  const bool same_alg = a.kty == "OKP" || a.alg.empty() || b.alg.empty() || a.alg == b.alg;
  return !a.kid.empty() && a.kid == b.kid && a.is_for_tokens && b.is_for_tokens && a.kty == b.kty &&
         a.crv == b.crv && same_alg;
}

/// Two keys of one name leave it to chance which of them a token means.
std::vector<bool> find_collisions(const Json::Array& entries) {
  const std::vector<Claim> claims(entries.begin(), entries.end());
  std::vector<bool> collides(claims.size());
  for (std::size_t i = 0; i < claims.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (collide(claims[i], claims[j])) collides[i] = collides[j] = true;
    }
  }
  return collides;
}

/// By what it says, whether or not its key is any good.
bool is_public(const Json& entry) {
  const auto kty = text_in(entry, "kty");
  return !kty.empty() && kty != "oct" && entry.find("d") == nullptr;
}

}  // namespace

Result<JwkSet> JwkSet::parse(const Json& json) {
  const Json* member = json.find("keys");
  if (member == nullptr || !member->is_array()) return KeyErrc::unreadable;
  const Json::Array& entries = member->as_array();
  if (entries.size() > max_keys) return KeyErrc::unreadable;

  std::vector<Result<Jwk>> read;
  for (const Json& entry : entries) read.push_back(Jwk::parse(entry));
  const std::vector<bool> collides = find_collisions(entries);
  // Who shows his public keys shows all that stands beside them, so such a secret is none.
  const bool is_published = std::ranges::any_of(entries, is_public);

  JwkSet set;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool is_exposed = is_published && text_in(entries[i], "kty") == "oct";
    if (read[i] && (collides[i] || is_exposed)) read[i] = KeyErrc::ambiguous;
    if (read[i]) set.keys.push_back(std::move(*read[i]));
    else set.skipped.push_back({i, std::string(text_in(entries[i], "kid")), read[i].error()});
  }
  return set;
}

Json public_jwk_set(std::span<const Jwk> keys) {
  Json::Array members;
  for (const Jwk& key : keys) {
    auto json = key.public_json();
    if (!json) continue;
    if (json->find("use") == nullptr) json->set("use", "sig");
    members.push_back(std::move(*json));
  }
  return Json::object({{"keys", std::move(members)}});
}

}  // namespace restjwt::jose
