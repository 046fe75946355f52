#pragma once
// The compact form header.payload.signature (RFC 7515 §7.1), as decode() and peek() both read it.

#include <cstddef>
#include <string>
#include <string_view>

#include <restjwt/jose/error.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::jose {

struct CompactToken {
  Json header;                     ///< an object
  std::string payload;             ///< not parsed yet: nobody has verified it
  std::string signature;           ///< raw bytes
  std::string_view signing_input;  ///< points into the token's text
};

/// Errors: too_long, malformed.
Result<CompactToken> split_compact(std::string_view token, std::size_t max_length);

/// Strict JSON that is an object. Error: malformed.
Result<Json> parse_object(std::string_view text);

}  // namespace restjwt::jose
