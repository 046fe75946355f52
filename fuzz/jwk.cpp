// A JWK that a stranger wrote. What is taken must be written and read back as the same key.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <restjwt/jose/jwk.hpp>

using namespace restjwt;

namespace {

bool is_same(const jose::Jwk& key, const Result<jose::Jwk>& again) {
  return again && again->thumbprint() == key.thumbprint() &&
         again->is_private() == key.is_private();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json({reinterpret_cast<const char*>(data), size});
  const auto key = json ? jose::Jwk::parse(*json) : jose::KeyErrc::unreadable;
  if (!key) return 0;
  const auto written = key->is_private() ? parse_json(key->reveal_private_json().reveal()).value()
                                         : key->public_json().value();
  if (!is_same(*key, jose::Jwk::parse(written))) std::abort();
  const auto pem = key->reveal_private_pem();
  if (pem && !is_same(*key, jose::Jwk::from_pem(pem->reveal()))) std::abort();
  (void)jose::VerificationKey::from_jwk(*key);
  (void)jose::SigningKey::from_jwk(*key);
  return 0;
}
