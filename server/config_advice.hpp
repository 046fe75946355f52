#pragma once
// What is said of a key or a table that nobody knows.

#include <string>
#include <string_view>

namespace restjwt::server {

std::string unknown_table_advice(std::string_view name);
std::string unknown_key_advice(std::string_view table, std::string_view name);

}  // namespace restjwt::server
