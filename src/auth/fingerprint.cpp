#include <restjwt/auth/fingerprint.hpp>

#include <algorithm>

#include <nettle/sha2.h>

#include <restjwt/jose/base64url.hpp>

namespace restjwt::auth {

// nettle's: one call into OpenSSL costs as much as hashing a whole token.
Fingerprint Fingerprint::of(std::initializer_list<std::string_view> parts) {
  sha256_ctx state;
  sha256_init(&state);
  const auto add = [&](const void* bytes, std::size_t count) {
    sha256_update(&state, count, static_cast<const std::uint8_t*>(bytes));
  };
  for (const auto part : parts) {
    std::array<std::uint8_t, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i)
      length[i] = static_cast<std::uint8_t>(std::uint64_t{part.size()} >> (8 * i));
    add(length.data(), length.size());
    add(part.data(), part.size());
  }
  Fingerprint fingerprint;
  sha256_digest(&state, size, fingerprint.bytes_.data());
  return fingerprint;
}

std::optional<Fingerprint> Fingerprint::from_text(std::string_view text) {
  if (text.size() != text_size) return std::nullopt;
  const auto bytes = jose::base64url_decode(text);
  if (!bytes) return std::nullopt;
  Fingerprint fingerprint;
  std::ranges::copy(*bytes, fingerprint.bytes_.begin());
  return fingerprint;
}

std::string Fingerprint::hex() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes_) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string Fingerprint::text() const {
  return jose::base64url_encode({reinterpret_cast<const char*>(bytes_.data()), size});
}

}  // namespace restjwt::auth
