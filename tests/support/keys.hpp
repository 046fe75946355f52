#pragma once
// Keys to test with: files of tests/data/keys, and RSA keys given by their numbers.

#include <string>
#include <string_view>

namespace restjwt::test {

/// The text of a file in tests/data/keys. Throws std::runtime_error when it is not there.
std::string key_file(std::string_view name);

/// PEM of an RSA public key whose numbers nobody checked; bytes with the highest first.
std::string rsa_public_pem(std::string_view modulus, std::string_view exponent);

}  // namespace restjwt::test
