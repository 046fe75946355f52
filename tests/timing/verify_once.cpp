// verify_once ours|hasty ALG BYTE   verifies one token whose MAC is wrong in this byte, or in none
// ("--"). test_verify.py counts what counted() executes. `hasty` compares as one must not.
#include <cstdio>
#include <string>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwt.hpp>

namespace {

using namespace restjwt;

bool hasty_verify(std::string_view token, const jose::SigningKey& key) {
  const std::size_t end = token.rfind('.');
  const std::string right = key.sign(token.substr(0, end));
  const std::string given = jose::base64url_decode(token.substr(end + 1)).value();
  for (std::size_t i = 0; i < right.size(); ++i)
    if (right[i] != given[i]) return false;
  return true;
}

bool verify(std::string_view token, const jose::KeySet& keys) {
  const auto decoded = jose::decode(token, keys, {}, TimePoint());
  return decoded || decoded.error() != jose::TokenErrc::signature_mismatch;
}

std::string with_wrong_byte(std::string token, std::string_view byte) {
  if (byte == "--") return token;
  const std::size_t start = token.rfind('.') + 1;
  std::string mac = jose::base64url_decode(token.substr(start)).value();
  mac.at(std::stoul(std::string(byte))) ^= 1;
  return token.substr(0, start) + jose::base64url_encode(mac);
}

}  // namespace

extern "C" [[gnu::noinline]] bool counted(bool hasty, std::string_view token,
                                          const jose::SigningKey& key, const jose::KeySet& keys) {
  return hasty ? hasty_verify(token, key) : verify(token, keys);
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto algorithm = jose::algorithm_named(argv[2]).value();
  const auto key = jose::SigningKey::from_secret(Secret(std::string(64, 's')), algorithm).value();
  const jose::KeySet keys(key.verification_key());
  const std::string good = jose::encode(Json::object({{"sub", "42"}}), key);
  const bool hasty = argv[1] == std::string("hasty");
  (void)counted(false, good, key, keys);  // what is done once is done now
  const std::string token = with_wrong_byte(good, argv[3]);
  std::puts(counted(hasty, token, key, keys) ? "good" : "wrong");
  return 0;
}
