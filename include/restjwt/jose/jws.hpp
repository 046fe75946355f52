#pragma once
// JSON Web Signatures over any bytes, in compact form (RFC 7515 §7.1). Tokens have claims, and
// jwt.hpp for them; this is what lies under it.

#include <string>
#include <string_view>

#include <restjwt/jose/error.hpp>
#include <restjwt/jose/key.hpp>
#include <restjwt/jose/key_set.hpp>
#include <restjwt/jose/validation.hpp>
#include <restjwt/result.hpp>

namespace restjwt::jose {

/// Header {"alg":…}, with "kid" behind it where the key has one.
std::string sign_jws(std::string_view payload, const SigningKey& key);

/// The payload of a text whose signature has been checked, as decode() checks it; the payload
/// itself is not looked at. Of the rules only what concerns the key and the length is used.
Result<std::string> verify_jws(std::string_view text, const KeySet& keys,
                               const Validation& rules = {});

}  // namespace restjwt::jose
