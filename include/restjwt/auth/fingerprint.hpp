#pragma once
// Sixteen bytes that stand for something longer: a token, a login. The first half of a SHA-256, so
// that every node finds the same from the token alone, and so that a store which somebody reads
// holds nothing that lets them in.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace restjwt::auth {

class Fingerprint {
 public:
  static constexpr std::size_t size = 16;
  static constexpr std::size_t text_size = 22;

  /// All bytes zero: stands for nothing.
  Fingerprint() = default;
  /// Of the parts, one after the other, each with its length in front: ("a", "bc") and ("ab", "c")
  /// differ.
  static Fingerprint of(std::initializer_list<std::string_view> parts);
  /// Nothing unless it is what text() gives.
  static std::optional<Fingerprint> from_text(std::string_view text);

  /// 22 characters of base64url.
  std::string text() const;
  /// 32 lower-case hexadecimal digits, for where text() would not do.
  std::string hex() const;
  const std::array<std::uint8_t, size>& bytes() const noexcept { return bytes_; }

  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;

 private:
  std::array<std::uint8_t, size> bytes_{};
};

}  // namespace restjwt::auth

template <>
struct std::hash<restjwt::auth::Fingerprint> {
  /// Its bytes are spread evenly already.
  std::size_t operator()(const restjwt::auth::Fingerprint& fingerprint) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, fingerprint.bytes().data(), sizeof value);
    return value;
  }
};
