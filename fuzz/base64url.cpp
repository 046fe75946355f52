// Text that is taken is the only one for its bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <restjwt/jose/base64url.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt::jose;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto bytes = base64url_decode(input);
  if (bytes && base64url_encode(*bytes) != input) std::abort();
  if (base64url_decode(base64url_encode(input)) != input) std::abort();
  return 0;
}
