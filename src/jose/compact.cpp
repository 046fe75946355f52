#include "jose/compact.hpp"

#include "jose/base64url.hpp"

namespace restjwt::jose {

Result<CompactToken> split_compact(std::string_view token, std::size_t max_length) {
  if (token.size() > max_length) return TokenErrc::too_long;
  const std::size_t first = token.find('.');
  const std::size_t last = first == token.npos ? first : token.find('.', first + 1);
  if (last == token.npos || token.find('.', last + 1) != token.npos) return TokenErrc::malformed;
  return CompactToken{token.substr(0, first), token.substr(first + 1, last - first - 1),
                      token.substr(last + 1), token.substr(0, last)};
}

bool read_part(Signature& signature, std::string_view part) {
  return base64url_decode_to(signature.resize(base64url_decoded_size(part.size())), part);
}

bool read_part(JsonIndex& object, std::string_view part) {
  return object.read(base64url_decoded_size(part.size()),
                     [&](char* to) { return base64url_decode_to(to, part); });
}

}  // namespace restjwt::jose
