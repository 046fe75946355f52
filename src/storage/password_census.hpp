#pragma once
// Which algorithms and costs stored passwords have.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <restjwt/auth/password.hpp>

namespace restjwt::storage {

/// Of a usable hash by pbkdf2_sha256; 0 for any other.
inline std::uint32_t pbkdf2_iterations(std::string_view encoded) {
  constexpr std::string_view name = "pbkdf2_sha256$";
  if (!encoded.starts_with(name)) return 0;
  const auto cost = auth::password_cost(encoded);
  std::uint32_t iterations = 0;
  if (!cost.empty())
    std::from_chars(cost.data() + name.size(), cost.data() + cost.size(), iterations);
  return iterations;
}

class PasswordCensus {
 public:
  void count(std::string_view encoded) {
    auto cost = auth::password_cost(encoded);
    if (cost.empty()) return;  // unusable
    Group& group = groups_[std::move(cost)];
    if (++group.size == 1) group.example = encoded;
  }

  /// One of the most frequent kind; empty when none was usable.
  std::string commonest() const {
    const auto largest =
        std::ranges::max_element(groups_, {}, [](const auto& entry) { return entry.second.size; });
    return largest == groups_.end() ? std::string() : largest->second.example;
  }

 private:
  struct Group {
    std::size_t size = 0;
    std::string example{};
  };
  std::map<std::string, Group> groups_;
};

}  // namespace restjwt::storage
