#pragma once
// What a back end finds out about somebody's table.

#include <string>
#include <string_view>
#include <vector>

namespace restjwt::storage {

struct Column {
  std::string name{};
  /// As it was declared.
  std::string type{};
  bool not_null = false;
  /// No two rows have the same value.
  bool unique = false;
  /// A new row gets a value, or NULL, where none is given.
  bool filled = false;
};

struct Table {
  std::string name{};
  std::vector<Column> columns{};

  /// The column of exactly that name; nullptr when there is none.
  const Column* find(std::string_view column) const;
};

}  // namespace restjwt::storage
