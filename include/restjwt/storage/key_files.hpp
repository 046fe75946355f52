#pragma once
// Key stores in files.

#include <filesystem>
#include <memory>

#include <restjwt/auth/key_schedule.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::storage {

/// A directory with one file per key, <thumbprint or kid made safe>.jwk, readable by its owner
/// only: a directory or file that others may read is refused with its mode and the command that
/// mends it. Made (0700) by the first change where it does not exist.
std::unique_ptr<auth::KeyStore> open_key_directory(std::filesystem::path directory);

/// One file with all keys: a JWK Set encrypted with a passphrase, in the form RFC 7517 §7 and
/// appendix C give (JWE with PBES2-HS512+A256KW and A256GCM), so that other tools can read it. Made
/// (0600) by the first change where it does not exist. StoreError when the passphrase is wrong.
std::unique_ptr<auth::KeyStore> open_key_file(std::filesystem::path file, Secret passphrase);

}  // namespace restjwt::storage
