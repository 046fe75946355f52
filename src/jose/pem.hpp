#pragma once
// PEM text (RFC 7468) to a key that OpenSSL has read; whether it is any good is for check().

#include <string_view>

#include <restjwt/jose/error.hpp>
#include <restjwt/jose/key.hpp>
#include <restjwt/result.hpp>

#include "jose/key_pair.hpp"

namespace restjwt::jose {

/// A public or a private key. Asked for the passphrase when the key is encrypted, and only then.
Result<ReadKey> read_pem(std::string_view pem, const Passphrase& ask);

/// The public key in an X.509 certificate, of which nothing else is looked at.
Result<ReadKey> read_certificate(std::string_view pem);

}  // namespace restjwt::jose
