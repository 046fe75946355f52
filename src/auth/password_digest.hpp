#pragma once
// One digest as text.

#include <initializer_list>
#include <string>
#include <string_view>

namespace restjwt::auth {

/// Lower-case hex of the digest over the parts, one after the other. `name` is OpenSSL's.
std::string hex_digest(const char* name, std::initializer_list<std::string_view> parts);

}  // namespace restjwt::auth
