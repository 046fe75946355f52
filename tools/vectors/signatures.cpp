// The kinds sig_verify and mac_verify: raw signatures, without a token.
#include <algorithm>

#include "vectors/judge.hpp"
#include "vectors/keys.hpp"

namespace restjwt::vectors {
namespace {

using Keys = std::vector<jose::VerificationKey>;

Keys keys_called(std::string_view alg, const Json& jwk) {
  Keys keys = verification_keys(jwk);
  std::erase_if(keys, [&](const auto& key) { return !goes_by(key.algorithm(), alg); });
  return keys;
}

bool verifies(const Keys& keys, std::string_view message, std::string_view signature) {
  return std::ranges::any_of(keys, [&](const auto& key) { return key.verify(message, signature); });
}

Verdict judge_signature(const Json& one, const Keys& keys, std::string signature) {
  const std::string message = bytes_of_hex(one, "msg");
  const bool accepted = verifies(keys, message, signature);
  if (accepted && verifies(keys, message + '!', signature))
    return failed("was accepted for another message, too");
  if (accepted && verifies(keys, message, signature + '\0'))
    return failed("was accepted with a byte more, too");
  return compare(one, accepted);
}

}  // namespace

Verdict judge_sig_verify(const Json& one, const VectorFile& file) {
  return judge_signature(one, keys_called(text(one, "alg"), file.key_of(one)),
                         bytes_of_hex(one, "sig"));
}

Verdict judge_mac_verify(const Json& one, const VectorFile&) {
  const auto algorithm = jose::algorithm_named(text(one, "alg"));
  if (!algorithm) return compare(one, false);
  // The length of a key is a question of policy, and not asked here.
  const Secret secret{bytes_of_hex(one, "key")};
  const auto key =
      jose::VerificationKey::from_secret(secret, *algorithm, {.allow_short_secret = true});
  return judge_signature(one, key ? Keys{*key} : Keys(), bytes_of_hex(one, "tag"));
}

}  // namespace restjwt::vectors
