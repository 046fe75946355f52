#include <restjwt/jose/key_set.hpp>

#include <algorithm>
#include <utility>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/json.hpp>
#include <restjwt/unicode.hpp>

#include "jose/key_index.hpp"

namespace restjwt::jose {
namespace {

constexpr std::size_t eddsa = all_algorithms.size();

std::string_view header_alg(std::size_t number) {
  return number == eddsa ? header_name(Algorithm::Ed25519) : name(all_algorithms[number]);
}

/// The usual spellings of a header: ours and PyJWT's, that of Node's jsonwebtoken, that of encoders
/// which sort, and the shortest.
std::vector<std::string> spellings(std::string_view alg, const std::string& kid) {
  const Json::Member typ{"typ", "JWT"}, alg_member{"alg", alg}, kid_member{"kid", kid};
  std::vector<Json::Object> headers;
  if (kid.empty()) {
    headers = {{typ, alg_member}, {alg_member, typ}, {alg_member}};
  } else {
    headers = {{typ, alg_member, kid_member},
               {alg_member, typ, kid_member},
               {alg_member, kid_member, typ},
               {alg_member, kid_member}};
  }
  std::vector<std::string> encoded;
  for (Json::Object& header : headers)
    encoded.push_back(base64url_encode(to_text(Json(std::move(header)), JsonStyle::ascii)));
  return encoded;
}

/// Those of headers without a kid, which depend on nothing but "alg".
const std::vector<std::string>& common_spellings(std::size_t alg) {
  static const auto all = [] {
    std::array<std::vector<std::string>, header_alg_count> by_alg;
    for (std::size_t number = 0; number < header_alg_count; ++number)
      by_alg[number] = spellings(header_alg(number), {});
    return by_alg;
  }();
  return all[alg];
}

}  // namespace

std::optional<std::size_t> header_alg_numbered(std::string_view alg) noexcept {
  for (std::size_t number = 0; number < header_alg_count; ++number) {
    if (header_alg(number) == alg) return number;
  }
  return std::nullopt;
}

KeySet::Index::Index(std::vector<VerificationKey> all) : keys(std::move(all)) {
  for (std::uint32_t number = 0; number < keys.size(); ++number) {
    const VerificationKey& key = keys[number];
    if (!key.kid().empty()) by_kid[key.kid()].push_back(number);
    for (std::size_t alg = 0; alg < header_alg_count; ++alg) {
      if (!goes_by(key.algorithm(), header_alg(alg))) continue;
      served[alg] = true;
      if (key.kid().empty()) {
        nameless[alg].push_back(number);
        continue;
      }
      if (named[alg].size() < max_tries) named[alg].push_back(number);
      // A header of JSON cannot hold such a name, only one like it.
      if (first_invalid_utf8(key.kid()) < key.kid().size()) continue;
      for (std::string& header : spellings(header_alg(alg), key.kid()))
        known_headers.try_emplace(std::move(header), HeaderFacts{alg, key.kid(), false});
    }
  }
}

KeySet::KeySet() : KeySet(std::vector<VerificationKey>()) {}
KeySet::KeySet(VerificationKey key) : KeySet(std::vector{std::move(key)}) {}
KeySet::KeySet(std::vector<VerificationKey> keys)
    : index_(std::make_shared<const Index>(std::move(keys))) {}

const std::vector<VerificationKey>& KeySet::keys() const noexcept { return index_->keys; }

KeySelection::KeySelection(const KeySet& keys, const HeaderFacts& header, const Validation& rules)
    : index_(*keys.index_), alg_(header.alg) {
  if (!index_.served[alg_]) {
    refusal_ = TokenErrc::algorithm_not_allowed;
    return;
  }
  if (header.has_odd_kid) {
    refusal_ = TokenErrc::unknown_key;
    return;
  }

  nameless_ = index_.nameless[alg_];
  bool any_name_fits = std::ranges::any_of(
      index_.nameless, [](const KeySet::Index::Numbers& numbers) { return !numbers.empty(); });
  if (!header.kid.empty() && !rules.ignore_kid) {
    const auto found = index_.by_kid.find(header.kid);
    if (found != index_.by_kid.end()) named_ = found->second;
    any_name_fits = any_name_fits || !named_.empty();
  } else if (!rules.require_kid) {
    named_ = index_.named[alg_];
    any_name_fits = true;
  }
  const auto fits = [&](std::uint32_t number) { return is_for_alg(number); };
  if (!any_name_fits) {
    refusal_ = TokenErrc::unknown_key;
  } else if (nameless_.empty() && std::ranges::none_of(named_, fits)) {
    refusal_ = TokenErrc::algorithm_not_allowed;
  }
}

std::optional<HeaderFacts> KeySelection::recognise(const KeySet& keys,
                                                   std::string_view encoded_header) {
  const KeySet::Index& index = *keys.index_;
  for (std::size_t alg = 0; alg < header_alg_count; ++alg) {
    if (!index.served[alg]) continue;
    for (const std::string& header : common_spellings(alg))
      if (header == encoded_header) return HeaderFacts{alg};
  }
  const auto known = index.known_headers.find(encoded_header);
  if (known == index.known_headers.end()) return std::nullopt;
  return known->second;
}

/// The key names the algorithm; the header only has to agree (RFC 8725 §3.1).
bool KeySelection::is_for_alg(std::uint32_t number) const {
  return goes_by(index_.keys[number].algorithm(), header_alg(alg_));
}

const VerificationKey* KeySelection::verify(std::string_view signing_input,
                                            std::string_view signature) const {
  std::size_t tries = 0;
  for (const auto numbers : {named_, nameless_}) {
    for (const std::uint32_t number : numbers) {
      if (!is_for_alg(number)) continue;
      if (++tries > KeySet::max_tries) return nullptr;
      const VerificationKey& key = index_.keys[number];
      if (key.verify(signing_input, signature)) return &key;
    }
  }
  return nullptr;
}

}  // namespace restjwt::jose
