// restjwt-jws sign ALG KEY              claims on stdin, token on stdout
// restjwt-jws sign-by-own-name ALG KEY  the same, and "Ed25519" where it said "EdDSA" (RFC 9864)
// restjwt-jws verify ALG KEY            token on stdin, claims on stdout
// restjwt-jws sign-bytes ALG KEY        bytes on stdin, raw signature on stdout
// restjwt-jws verify-bytes ALG KEY SIGNATURE
//
// What the tests hold against other people's programs. KEY and SIGNATURE are files; a key is a JWK,
// PEM, or the bytes of a secret. Exit 1: refused, the reason on stderr; 2: a wrong call.
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <restjwt/clock.hpp>
#include <restjwt/jose.hpp>

namespace {

using namespace restjwt;

struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class T>
T value_of(Result<T> result) {
  if (!result) throw Refused(result.error().message());
  return std::move(*result);
}

std::string content(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

std::string file_content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::invalid_argument(path + " cannot be read");
  return content(in);
}

Json json_of(std::string_view text) {
  auto json = parse_json(text);
  if (!json) throw Refused(json.error().code.message());
  return std::move(*json);
}

bool is_jwk(std::string_view text) { return text.starts_with('{'); }

jose::SigningKey signing_key(const std::string& text, jose::Algorithm algorithm) {
  using jose::SigningKey;
  if (is_jwk(text))
    return value_of(SigningKey::from_jwk(value_of(jose::Jwk::parse(json_of(text))), algorithm));
  return value_of(is_hmac(algorithm) ? SigningKey::from_secret(Secret(text), algorithm)
                                     : SigningKey::from_pem(Secret(text), algorithm));
}

jose::VerificationKey verification_key(const std::string& text, jose::Algorithm algorithm) {
  using jose::VerificationKey;
  if (is_jwk(text)) {
    const auto jwk = value_of(jose::Jwk::parse(json_of(text)));
    return value_of(VerificationKey::from_jwk(jwk, algorithm));
  }
  if (is_hmac(algorithm)) return value_of(VerificationKey::from_secret(Secret(text), algorithm));
  if (text.find("BEGIN CERTIFICATE") != text.npos)
    return value_of(VerificationKey::from_certificate(text, algorithm));
  return value_of(VerificationKey::from_pem(text, algorithm));
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

void run(const std::vector<std::string>& words) {
  const std::string& verb = words.at(0);
  const auto algorithm = jose::algorithm_named(words.at(1));
  if (!algorithm) throw std::invalid_argument("no algorithm is named " + words.at(1));
  const std::string key = file_content(words.at(2)), input = content(std::cin);
  if (verb == "sign") {
    std::cout << encode(json_of(input), signing_key(key, *algorithm)) << '\n';
  } else if (verb == "sign-by-own-name") {
    std::cout << encode(json_of(input), signing_key(key, *algorithm).with_fully_specified_alg())
              << '\n';
  } else if (verb == "verify") {
    const auto token = value_of(
        decode(without_line_end(input), verification_key(key, *algorithm), {}, system_clock()()));
    std::cout << to_text(token.claims().to_json()) << '\n';
  } else if (verb == "sign-bytes") {
    std::cout << signing_key(key, *algorithm).sign(input);
  } else if (verb == "verify-bytes") {
    if (!verification_key(key, *algorithm).verify(input, file_content(words.at(3))))
      throw Refused("another signature");
  } else {
    throw std::invalid_argument("no verb " + verb);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  run({argv + 1, argv + argc});
  return 0;
} catch (const Refused& refused) {
  std::cerr << refused.what() << '\n';
  return 1;
} catch (const std::exception& wrong) {
  std::cerr << "restjwt-jws: " << wrong.what() << '\n';
  return 2;
}
