// A key or certificate in PEM that a stranger wrote. What is taken must be written and read back as
// the same key.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <restjwt/jose/jwk.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ask = [] { return Secret("correct horse"); };
  for (const auto& key : {jose::Jwk::from_pem(text, ask), jose::Jwk::from_certificate(text)}) {
    if (!key) continue;
    const auto again = jose::Jwk::parse(key->public_json().value());
    if (!again || again->thumbprint() != key->thumbprint()) std::abort();
    const auto pem = jose::Jwk::from_pem(key->public_pem().value());
    if (!pem || pem->thumbprint() != key->thumbprint()) std::abort();
  }
  return 0;
}
