// The kinds jwk_import and jwk_thumbprint.
#include <restjwt/jose/jwk.hpp>

#include "vectors/judge.hpp"

namespace restjwt::vectors {

// What a key may be used for is another question than whether it is one.
Verdict judge_jwk_import(const Json& one, const VectorFile& file) {
  const auto jwk = jose::Jwk::parse(file.key_of(one));
  auto verdict = compare(one, jwk.has_value());
  if (verdict.kind == Verdict::Kind::failed && !jwk) verdict.why += ": " + jwk.error().message();
  return verdict;
}

Verdict judge_jwk_thumbprint(const Json& one, const VectorFile& file) {
  const auto jwk = jose::Jwk::parse(file.key_of(one));
  if (!jwk) return failed("expected a thumbprint, the key was refused: " + jwk.error().message());
  const std::string thumbprint = jwk->thumbprint();
  if (thumbprint == text(one, "sha256_b64u")) return compare(one, true);
  return failed("expected " + text(one, "sha256_b64u") + ", came " + thumbprint);
}

}  // namespace restjwt::vectors
