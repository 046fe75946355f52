// The configuration file: no environment, and relative paths count from a folder that does not
// exist.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view toml(reinterpret_cast<const char*>(data), size);
  for (const bool need_secret : {true, false})
    (void)restjwt::server::parse_config(toml, "/nonexistent/restjwt", {}, need_secret);
  return 0;
}
