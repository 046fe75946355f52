#include <restjwt/jose/unverified.hpp>

#include <utility>

#include "jose/compact.hpp"

namespace restjwt::jose {

Result<UnverifiedToken> peek(std::string_view token, std::size_t max_length) {
  auto compact = split_compact(token, max_length);
  if (!compact) return compact.error();
  auto claims = parse_object(compact->payload);
  if (!claims) return claims.error();
  return UnverifiedToken{std::move(compact->header), std::move(*claims)};
}

}  // namespace restjwt::jose
