#include "jose/compact.hpp"

#include <utility>

#include <restjwt/jose/base64url.hpp>

namespace restjwt::jose {

Result<CompactToken> split_compact(std::string_view token, std::size_t max_length) {
  if (token.size() > max_length) return TokenErrc::too_long;
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == last || token.find('.', first + 1) != last) return TokenErrc::malformed;

  const auto header_text = base64url_decode(token.substr(0, first));
  auto payload = base64url_decode(token.substr(first + 1, last - first - 1));
  auto signature = base64url_decode(token.substr(last + 1));
  if (!header_text || !payload || !signature) return TokenErrc::malformed;
  auto header = parse_object(*header_text);
  if (!header) return header.error();
  return CompactToken{std::move(*header), std::move(*payload), std::move(*signature),
                      token.substr(0, last)};
}

Result<Json> parse_object(std::string_view text) {
  auto json = parse_json(text);
  if (!json || !json->is_object()) return TokenErrc::malformed;
  return std::move(*json);
}

}  // namespace restjwt::jose
