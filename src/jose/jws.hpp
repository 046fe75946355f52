#pragma once
// A compact JWS taken apart and verified, without a copy more than needed.

#include <string>
#include <string_view>

#include <restjwt/jose/jws.hpp>

#include "jose/compact.hpp"

namespace restjwt::jose {

struct VerifiedJws {
  std::string_view encoded_payload;  ///< part of the text
  const VerificationKey* key;        ///< of the set
};

/// The payload is not decoded yet; where that fails, the text is malformed.
Result<VerifiedJws> verify_compact(std::string_view text, const KeySet& keys,
                                   const Validation& rules);

/// header.payload.signature, where the header is encoded already.
std::string sign_compact(std::string_view encoded_header, std::string_view payload,
                         const SigningKey& key);

}  // namespace restjwt::jose
