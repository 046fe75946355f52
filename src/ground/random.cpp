#include <restjwt/random.hpp>

#include <stdexcept>

#include <openssl/rand.h>

namespace restjwt {

RandomBytes system_random() {
  return [](std::span<std::byte> out) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) != 1)
      throw std::runtime_error("the system's random source failed");
  };
}

}  // namespace restjwt
