#pragma once
// What everybody may know of our keys.

#include <string>

namespace restjwt::auth {

/// A JWK Set (RFC 7517 §5) with the public part of each key that verifies; secrets are left out.
struct PublishedKeys {
  std::string json = R"({"keys":[]})";
  /// SHA-256 of the text in base64url: another one whenever the text is.
  std::string digest{};
};

}  // namespace restjwt::auth
