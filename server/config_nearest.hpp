#pragma once
// "Did you mean …?" for keys, values and commands.

#include <span>
#include <string_view>

namespace restjwt::server {

/// The candidate that `word` was most likely meant to be; empty when none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace restjwt::server
