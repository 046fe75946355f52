#include <restjwt/jose/unverified.hpp>

#include <utility>

#include <restjwt/jose/base64url.hpp>

#include "jose/compact.hpp"

namespace restjwt::jose {
namespace {

Result<Json> object_in(std::string_view part) {
  const auto text = base64url_decode(part);
  auto json = text ? parse_json(*text) : parse_json("");
  if (!json || !json->is_object()) return TokenErrc::malformed;
  return std::move(*json);
}

}  // namespace

Result<UnverifiedToken> peek(std::string_view token, std::size_t max_length) {
  const auto compact = split_compact(token, max_length);
  if (!compact) return compact.error();
  auto header = object_in(compact->header);
  auto claims = object_in(compact->payload);
  if (!header || !claims || !base64url_decode(compact->signature)) return TokenErrc::malformed;
  return UnverifiedToken{std::move(*header), std::move(*claims)};
}

}  // namespace restjwt::jose
