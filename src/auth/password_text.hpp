#pragma once
// The text around a hash: fields between dollar signs, decimals, base64. Only the one canonical
// spelling of a value is taken.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restjwt::auth {

std::vector<std::string_view> split(std::string_view text, char separator);
/// Digits without a sign and without leading zeros; nothing above `most`.
std::optional<std::uint32_t> decimal(std::string_view text, std::uint32_t most);
/// Whether every character is one of `alphabet`.
bool consists_of(std::string_view text, std::string_view alphabet);

std::string base64(std::string_view bytes);           ///< with padding, as Django's PBKDF2
std::string base64_unpadded(std::string_view bytes);  ///< as in the PHC string of Argon2
std::optional<std::string> base64_unpadded_decode(std::string_view text);

}  // namespace restjwt::auth
