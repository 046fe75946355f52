#pragma once
// base64url into memory that is already there.

#include <cstddef>
#include <string_view>

namespace restjwt::jose {

/// Bytes that so many characters make. One character alone makes none.
constexpr std::size_t base64url_decoded_size(std::size_t characters) {
  const std::size_t rest = characters % 4;
  return characters / 4 * 3 + (rest == 0 ? 0 : rest - 1);
}

/// Writes that many bytes; false when the text is not canonical, and then some of them.
bool base64url_decode_to(char* to, std::string_view text);

}  // namespace restjwt::jose
