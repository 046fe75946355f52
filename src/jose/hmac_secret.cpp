#include "jose/hmac_secret.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <restjwt/jose/error.hpp>
#include <restjwt/json.hpp>

namespace restjwt::jose {
namespace {

bool looks_like_jwk_pair(std::string_view text) {
  if (!text.starts_with('{')) return false;
  const auto json = parse_json(text);
  const Json* type = json ? json->find("kty") : nullptr;
  return type != nullptr && *type != Json("oct");
}

bool looks_like_key_pair(std::string_view text) {
  if (text.find("-----BEGIN") != text.npos) return true;
  const std::size_t start = text.find_first_not_of(" \t\r\n\v\f");
  text.remove_prefix(std::min(start, text.size()));
  constexpr std::array openssh{"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"};
  return std::ranges::any_of(openssh, [&](const char* type) { return text.starts_with(type); }) ||
         looks_like_jwk_pair(text);
}

}  // namespace

std::error_code check_secret(const Secret& secret) {
  if (secret.empty()) return KeyErrc::empty;
  if (looks_like_key_pair(secret.reveal())) return KeyErrc::wrong_type;
  return {};
}

}  // namespace restjwt::jose
