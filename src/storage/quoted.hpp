#pragma once

#include <string>

namespace restjwt::storage {

/// An SQL identifier of any characters.
inline std::string quoted(const std::string& name) {
  std::string result = "\"";
  for (const char letter : name) {
    if (letter == '"') result += '"';
    result += letter;
  }
  return result += '"';
}

}  // namespace restjwt::storage
