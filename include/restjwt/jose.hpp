#pragma once
// Room `jose`: bytes and keys in, verified claims out (RFC 7515, 7518, 7519, 8725).
// No I/O, no clock, no globals.
//
//   auto key   = jose::SigningKey::from_secret(secret, jose::Algorithm::HS256).value();
//   auto token = jose::encode(Json::object({{"sub", "42"}}), key);
//   auto seen  = jose::decode(token, key.verification_key(), {}, now);

#include <restjwt/jose/algorithm.hpp>             // names of algorithms, families
#include <restjwt/jose/base64url.hpp>             // strict, unpadded
#include <restjwt/jose/claims.hpp>                // the registered ones typed, the others by name
#include <restjwt/jose/error.hpp>                 // what can be wrong
#include <restjwt/jose/jwk.hpp>                   // keys as JSON, thumbprints, sets
#include <restjwt/jose/jws.hpp>                   // signatures over any bytes
#include <restjwt/jose/jwt.hpp>                   // encode, decode
#include <restjwt/jose/key.hpp>                   // a key, bound to one algorithm
#include <restjwt/jose/key_set.hpp>               // the keys a token may be signed with
#include <restjwt/jose/validation.hpp>            // what we demand of a token
#include <restjwt/jose/verified_token_cache.hpp>  // RSA, ECDSA and EdDSA once for each token
