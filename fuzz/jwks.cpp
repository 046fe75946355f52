// A JWK Set that a stranger wrote. Every entry is taken or skipped, and what is published of it
// holds no secret and is taken again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <restjwt/jose/jwk.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt;
  const auto json = parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  const auto set = jose::JwkSet::parse(*json);
  if (!set) return 0;
  if (set->keys.size() + set->skipped.size() != json->find("keys")->as_array().size()) std::abort();
  const auto published = jose::JwkSet::parse(jose::public_jwk_set(set->keys)).value();
  const auto is_private = [](const jose::Jwk& key) { return key.is_private(); };
  if (std::ranges::any_of(published.keys, is_private)) std::abort();
  return 0;
}
