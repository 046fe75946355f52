#pragma once
// The compact form header.payload.signature (RFC 7515 §7.1), as decode() and peek() both read it.

#include <cstddef>
#include <string_view>

#include <restjwt/inline_text.hpp>
#include <restjwt/jose/error.hpp>
#include <restjwt/json_index.hpp>
#include <restjwt/result.hpp>

namespace restjwt::jose {

/// The parts of a token, still encoded. Views into its text.
struct CompactToken {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signing_input;
};

/// Errors: too_long, malformed.
Result<CompactToken> split_compact(std::string_view token, std::size_t max_length);

/// A signature of RSA with 4096 bits, and every shorter one, needs no allocation.
using Signature = InlineText<512>;
/// False when the part is not canonical base64url.
bool read_part(Signature& signature, std::string_view part);

/// False when the part is not the text of an object.
bool read_part(JsonIndex& object, std::string_view part);

}  // namespace restjwt::jose
