#pragma once
// A value on its way into a column.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace restjwt::storage {

using Value = std::variant<std::nullptr_t, std::int64_t, std::string>;

}  // namespace restjwt::storage
