#pragma once
// Keys as other programs write them: PEM, X.509, JWK, JWK Set.

#include <string>
#include <vector>

#include <restjwt/jose/jwk.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::cli::keys {

/// The bytes of a file; standard input where it is empty. Throws Refused.
Secret read_key_text(const std::string& file);

struct KeysInText {
  std::vector<jose::Jwk> keys{};
  /// Entries of a JWK Set that cannot be used, each with its reason.
  std::vector<std::string> skipped{};
  bool is_set = false;
};
/// Throws Refused, naming `source`, where there is no key at all.
KeysInText keys_in(const Secret& text, const std::string& source, const jose::Passphrase& ask);

/// Why bytes in DER are not taken, and what to do.
std::string der_refusal(const std::string& source);

/// Reads the passphrase from the file, or asks on the terminal where it is empty.
jose::Passphrase passphrase_from(const std::string& passphrase_file, const std::string& source);

/// A file or standard input, for people.
std::string source_name(const std::string& file);

}  // namespace restjwt::cli::keys
