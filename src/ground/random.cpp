#include <restjwt/random.hpp>

#include <array>
#include <stdexcept>

#include <openssl/rand.h>

namespace restjwt {

RandomBytes system_random() {
  return [](std::span<std::byte> out) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) != 1)
      throw std::runtime_error("the system's random source failed");
  };
}

std::string random_uuid(const RandomBytes& random) {
  std::array<std::byte, 16> bytes{};
  random(bytes);
  bytes[6] = (bytes[6] & std::byte{0x0F}) | std::byte{0x40};  // version
  bytes[8] = (bytes[8] & std::byte{0x3F}) | std::byte{0x80};  // variant
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[std::to_integer<unsigned>(bytes[i] >> 4)];
    text += digits[std::to_integer<unsigned>(bytes[i] & std::byte{0x0F})];
  }
  return text;
}

}  // namespace restjwt
