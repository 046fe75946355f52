#pragma once
// The three primitives a JWE of ours needs. All come from OpenSSL.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <restjwt/secret.hpp>

namespace restjwt::auth {

inline constexpr std::size_t aes_key_size = 32;
inline constexpr std::size_t gcm_iv_size = 12;
inline constexpr std::size_t gcm_tag_size = 16;

/// PBKDF2 with HMAC-SHA-512 (RFC 8018 §5.2): an AES key.
Secret derive_key(const Secret& passphrase, std::string_view salt, unsigned rounds);

/// AES key wrap (RFC 3394 §2.2), and back; nothing when the integrity check fails.
std::string wrap_key(const Secret& wrapping, const Secret& key);
std::optional<Secret> unwrap_key(const Secret& wrapping, std::string_view wrapped);

struct Sealed {
  std::string text;
  std::string tag;
};
/// AES-256 in GCM (NIST SP 800-38D), and back; nothing when the tag does not fit.
Sealed gcm_seal(const Secret& key, std::string_view iv, std::string_view associated,
                const Secret& content);
std::optional<Secret> gcm_open(const Secret& key, std::string_view iv, std::string_view associated,
                               const Sealed& sealed);

}  // namespace restjwt::auth
