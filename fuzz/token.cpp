// A token a stranger wrote; and, since no fuzzer guesses a signature, a payload that we sign for
// him.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <restjwt/jose/base64url.hpp>
#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/unverified.hpp>

using namespace restjwt;

namespace {

constexpr std::string_view rsa_public_key = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA42A56/lQwu1ck+/tB9xH
ysWWBhH6ywowdQbP0Aped9fGs3358baJm9aACbGvRj859tFePVQrN9RDyiN4p92R
/ujagRLAmxos7nAXEKDrabe4bt4TTBZJdYklFHBzeLqlO8qDqfcSXDmFV8pNMRLY
47KGNHAXc0ouN8vkLaMbehdJ2QRMae4IyxOKkJmNzJwQp2Kn71sNQbiP5jibTmt1
uOfkQ2rDflkUY6F2XMfuMRqJrvxJ2BLq709k8mIIbgDSFkKuVKAz9ldMnIYLx0eL
cFOwAyyGtexyVTeAJ9zD8Ts8ff2ys8l0KYki1Rhw2aOMhnjtdZiqnEfI5q4y8Vns
jQIDAQAB
-----END PUBLIC KEY-----)";

constexpr std::string_view ec_public_key = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhief12n96EiJj52otTNP7sRT4tEe
M+eVHSSP27D92sTR8YuAtdHCuk33DGi1KocFWn0PHPGxtBNhLbJaqhMuww==
-----END PUBLIC KEY-----)";

const jose::SigningKey signer =
    jose::SigningKey::from_secret(Secret(std::string(32, 's')), jose::Algorithm::HS256)
        .value()
        .with_kid("s");
const jose::KeySet keys{std::vector{
    signer.verification_key(),
    jose::VerificationKey::from_pem(rsa_public_key, jose::Algorithm::RS256).value(),
    jose::VerificationKey::from_pem(rsa_public_key, jose::Algorithm::PS256)->with_kid("p"),
    jose::VerificationKey::from_pem(ec_public_key, jose::Algorithm::ES256).value()}};
const jose::Validation rules{
    .issuer = "me", .audience = {"api"}, .required = {"sub"}, .require_kid = true};
constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

/// The input as a header and a payload, cut at the first NUL, or as a payload under our own header.
std::string signed_token(std::string_view text) {
  const std::size_t cut = text.find('\0');
  const std::string_view header =
      cut == text.npos ? R"({"alg":"HS256","kid":"s"})" : text.substr(0, cut);
  const std::string_view payload = cut == text.npos ? text : text.substr(cut + 1);
  const std::string input = jose::base64url_encode(header) + '.' + jose::base64url_encode(payload);
  return input + '.' + jose::base64url_encode(signer.sign(input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (jose::decode(text, keys, {}, now) && !jose::peek(text)) std::abort();
  const std::string token = signed_token(text);
  (void)jose::decode(token, keys, rules, now);
  if (const auto seen = jose::decode(token, keys, {}, now)) {
    const std::string again = jose::encode(seen->claims().to_json(), signer);
    if (!jose::decode(again, keys, {}, now)) std::abort();
  }
  return 0;
}
