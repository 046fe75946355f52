// A header a stranger wrote, and, since no fuzzer guesses a signature, signed by us.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/unverified.hpp>

using namespace restjwt;

namespace {

const jose::SigningKey signer =
    jose::SigningKey::from_secret(Secret(std::string(32, 's')), jose::Algorithm::HS256)
        .value()
        .with_kid("s");
const jose::KeySet keys({signer.verification_key(),
                         jose::VerificationKey::from_secret(Secret(std::string(48, 't')),
                                                            jose::Algorithm::HS384)
                             ->with_kid("t")});
constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

/// What another reader of the same header says.
bool may_be_accepted(const Json& header) {
  const Json *alg = header.find("alg"), *kid = header.find("kid");
  const bool kid_fits = !kid || *kid == Json("s") || *kid == Json("");
  return alg && *alg == Json("HS256") && kid_fits && !header.find("crit") && !header.find("b64");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  const std::string input = jose::base64url_encode(header) + ".e30";
  const std::string token = input + '.' + jose::base64url_encode(signer.sign(input));
  const auto seen = jose::peek(token);
  const bool accepted = jose::decode(token, keys, {}, now).has_value();
  if (accepted != (seen && may_be_accepted(seen->header))) std::abort();
  (void)jose::decode(token, keys, {.require_kid = true}, now);
  (void)jose::decode(token, keys, {.ignore_kid = true}, now);
  return 0;
}
